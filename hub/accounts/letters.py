"""Mails in the hub's words: subject, plain text and HTML from `hub/content/mails`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub.accounts.hub import Hub

_MAILS: Final = Environment(
    loader=PackageLoader("hub", "content/mails"),
    autoescape=select_autoescape(enabled_extensions=("html",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail, written."""

    subject: str
    plain: str
    html: str


def write(hub: Hub, payload: Mapping[str, str]) -> Letter:
    """Write the mail that a payload of the outbox names in `letter`."""
    name = payload["letter"]
    values = {**payload, "hub_url": hub.public_url, "contact": hub.contact}
    plain = _MAILS.get_template(f"{name}.txt").render(values)
    subject, _, body = plain.partition("\n")
    return Letter(
        subject=subject.removeprefix("Subject: ").strip(),
        plain=body.lstrip("\n"),
        html=_MAILS.get_template(f"{name}.html").render(values),
    )
