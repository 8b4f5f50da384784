"""What a browser sends, read and checked before anything is done with it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Request

from webhooks.chat.problems import BodyTooLarge, MessageRefused, NotReadable

MAX_BODY_BYTES = 16 * 1024
MAX_CHARACTERS = 1600
"""As for text messages: ten full segments of plain characters."""
MAX_WAIT_S = 25

_CURSOR_DIGITS = 15

# C0 and C1 controls but line feed and tab; lone surrogates, which cannot be written as UTF-8.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CHOICE = re.compile(r"[\x20-\x7e]{1,200}")


@dataclass(frozen=True, kw_only=True)
class PressedButton:
    """A button of a message, as the page names it."""

    message: int
    choice: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """A message that a parent sends: words, or a pressed button."""

    client_id: str
    text: str | None
    pressed: PressedButton | None


def read_post(request: Request) -> Post:
    """Read the body of `POST /v1/messages`.

    Raises:
        NotReadable, BodyTooLarge, MessageRefused: with what is wrong.
    """
    document = _document(request)
    client_id = _uuid(document.get("client_id"))
    if "choice" in document:
        return Post(client_id=client_id, text=None, pressed=_pressed(document["choice"]))
    text = document.get("text")
    if not isinstance(text, str):
        raise NotReadable("text-missing")
    text = _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()
    if not text:
        raise MessageRefused("message-empty")
    if len(text) > MAX_CHARACTERS:
        raise MessageRefused("message-too-long")
    return Post(client_id=client_id, text=text, pressed=None)


def read_empty(request: Request) -> None:
    """Read a body that holds nothing: an object in JSON, as a form of another page cannot send.

    Raises:
        NotReadable, BodyTooLarge: with what is wrong.
    """
    _document(request)


def read_cursor(text: str | None) -> int:
    """Read a cursor; none is the beginning.

    Raises:
        NotReadable: it is not a number that a log could have.
    """
    if text is None or text == "":
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > _CURSOR_DIGITS:
        raise NotReadable("cursor-not-a-number")
    return int(text)


def read_wait_s(text: str | None) -> int:
    """Read how long a long poll may wait: 0 to `MAX_WAIT_S` seconds.

    Raises:
        NotReadable: it is not a whole number.
    """
    return min(read_cursor(text), MAX_WAIT_S)


def read_claim(text: str | None) -> str:
    """Read the id under which one page fetches secrets.

    Raises:
        NotReadable: it is not a UUID.
    """
    return _uuid(text)


def _document(request: Request) -> dict[str, Any]:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BodyTooLarge("body-too-large")
    if request.mimetype != "application/json":
        raise NotReadable("not-json")
    body = request.stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge("body-too-large")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise NotReadable("not-json") from exc
    if not isinstance(document, dict):
        raise NotReadable("not-an-object")
    return document


def _uuid(value: object) -> str:
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError as exc:
        raise NotReadable("id-not-a-uuid") from exc


def _pressed(value: object) -> PressedButton:
    if not isinstance(value, dict):
        raise NotReadable("choice-not-an-object")
    message, choice = value.get("message"), value.get("id")
    if type(message) is not int or not isinstance(choice, str) or not _CHOICE.fullmatch(choice):
        raise NotReadable("choice-not-readable")
    return PressedButton(message=message, choice=choice)
