"""A parent on the way: invited by mail, registering by text message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.e2e.running import RunningProduct
from tests.standins.phone import Carrier, Phone

INVITATION_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
SECURITY_CODE = re.compile(r"^(\d{6}) is your EHC Hub security code", re.MULTILINE)
LINK = re.compile(r"https?://\S+")

PATIENCE_S = 20.0
"""Long enough for a loaded machine with two cores; a text usually takes a quarter of a second."""


class Mailbox(Protocol):
    """Where invitations arrive."""

    def mails(self, to: str, *, after: int = 0, wait_s: float = 0.0) -> Sequence[dict[str, Any]]:
        """Return the mails to an address after an id, oldest first."""


class Network(Carrier, Mailbox, Protocol):
    """The outside world of a test: texts and mails."""


@dataclass(kw_only=True)
class Parent:
    """One parent; every method is something a person does, and returns what they see."""

    product: RunningProduct
    carrier: Network
    number: str
    email: str
    phone: Phone = field(init=False)

    def __post_init__(self) -> None:
        self.phone = Phone(self.carrier, self.number)

    @property
    def last_three(self) -> str:
        """Return the end of the number, all that may be shown."""
        return self.number[-3:]

    def is_invited(self) -> str:
        """Be invited by the council, read the mail, and return the invitation code in it."""
        self.product.invite(self.email)
        mail = self.carrier.mails(self.email, wait_s=PATIENCE_S)[-1]
        found = INVITATION_CODE.search(mail["text"])
        assert found, "no invitation code in the mail"
        return found.group()

    def says(self, body: str, words: str = "") -> str:
        """Text the service and return the next reply, or the next with these words in it."""
        self.phone.text(body)
        return self.hears(words)

    def hears(self, words: str = "") -> str:
        """Return the next text, or the next with these words in it."""
        return self.phone.wait_for(words, PATIENCE_S)

    def gets_code(self) -> str:
        """Return the security code of the newest text that brings one, waiting for it."""
        text = self.phone.wait_for("security code. It", PATIENCE_S)
        found = SECURITY_CODE.search(text)
        assert found, "a text about a code without one"
        return found.group(1)

    def begins(self) -> None:
        """Say hello with an invitation and give its code, up to the question for the number."""
        code = self.is_invited()
        self.says("hi, I have an invitation to register", "invitation code")
        self.says(f"its {code}", f"ending {self.last_three}")

    def asks_for_code(self) -> str:
        """Go as far as the security code and return it."""
        self.begins()
        self.phone.text("ok")
        return self.gets_code()


def wrong(code: str) -> str:
    """Return six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
