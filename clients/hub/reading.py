"""Read an answer's members; what is not of the agreed form is `Nonsense`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from clients.errors import Nonsense

NEIGHBOUR: Final = "hub"


def document(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Nonsense(NEIGHBOUR, "not an object")
    return value


def text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise Nonsense(NEIGHBOUR, f"{name} is not a text")
    return value


def count(document: Mapping[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Nonsense(NEIGHBOUR, f"{name} is not a count")
    return value


def seconds(document: Mapping[str, Any], name: str) -> timedelta:
    try:
        return timedelta(seconds=count(document, name))
    except OverflowError as exc:
        raise Nonsense(NEIGHBOUR, f"{name} is not a number of seconds") from exc


def flag(document: Mapping[str, Any], name: str) -> bool:
    value = document.get(name)
    if not isinstance(value, bool):
        raise Nonsense(NEIGHBOUR, f"{name} is not true or false")
    return value


def time(document: Mapping[str, Any], name: str) -> datetime:
    try:
        time = datetime.fromisoformat(text(document, name))
    except ValueError as exc:
        raise Nonsense(NEIGHBOUR, f"{name} is not a time") from exc
    if time.utcoffset() is None:
        raise Nonsense(NEIGHBOUR, f"{name} has no time zone")
    return time


Member = TypeVar("Member", bound=StrEnum)


def member(members: type[Member], document: Mapping[str, Any], name: str) -> Member:
    try:
        return members(text(document, name))
    except ValueError as exc:
        raise Nonsense(NEIGHBOUR, f"{name} is none of the agreed words") from exc
