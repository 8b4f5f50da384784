"""A helpdesk, a person at it, and the service beside it as processes: email or django-helpdesk."""

import json
import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from messaging.handoff import consent
from tests.clients.helpdesk.rigs import REPLIES, TO, DjangoRig, EmailRig, Rig
from tests.messaging.world import World
from tests.messaging.world import until as until_within
from tests.standins import plain
from tests.standins.between import Between

TEAM = "the SEND team"
MORE_THAN_AN_HOUR, MORE_THAN_A_DAY = timedelta(hours=2), timedelta(hours=25)
COMMON = {
    "HELPDESK_TEAM": TEAM,
    "HELPDESK_POLL_S": "0.5",
    "HUB_PUBLIC_URL": "http://127.0.0.1:9",
}


def until(condition: Callable[[], Any]) -> Any:
    """Wait: the helpdesk, the workers and the clock each have a pace of their own."""
    return until_within(condition, within_s=60.0)


def offers(turn: Any) -> dict[str, Any] | None:
    """Offer a person to whoever asks for one, as the assistant does."""
    if "person" not in turn["text"]:
        return None
    has_number = turn["sender"] is not None
    offer = {"offer": consent.VERSION, "with_number": has_number}
    return {"reason": "asked", **offer, "facts": {}}


class Desk(ABC):
    """One helpdesk with the service beside it."""

    rig: Rig
    world: World

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = secrets.token_urlsafe(24)

    def start(self, **environment: str) -> None:
        """Start the service beside the helpdesk."""
        more = {"HELPDESK_WEBHOOK_KEY": self.key, **environment}
        self.world = World(self.folder, **COMMON, **more)
        self.world.start()
        self.world.assistant.handoff = offers

    def close(self) -> None:
        """End everything."""
        self.world.stop()
        self.rig.close()

    @abstractmethod
    def says(self, reference: str, text: str, *, other: bool = False) -> None:
        """Answer the parent; `other`: a second person does."""

    @abstractmethod
    def resolves(self, reference: str) -> None:
        """Close the case."""

    @abstractmethod
    def calls_of(self, reference: str) -> list[bytes]:
        """Return what a call of the helpdesk tells of the last replies, one body each."""

    @abstractmethod
    def breaks(self, is_broken: bool) -> None:
        """Refuse what we hand in (500, 451), while people can still work."""

    @abstractmethod
    def loses(self, is_lost: bool) -> None:
        """Take what we hand in, and never say so."""

    def is_closed(self, reference: str) -> bool:
        """Tell whether people see the ticket as closed; a mailbox has nothing to close."""
        return False

    def tells(self, body: bytes) -> int:
        """Call our door; return the status of its answer."""
        return plain.post(
            self.world.public(f"/webhooks/helpdesk/{self.key}"), content=body, timeout=20
        ).status_code

    def posts(self, reference: str) -> list[str]:
        """Return what was added to a ticket, each post once."""
        return list(dict.fromkeys(self.rig.seen(reference).posts))

    def passes_on(self, parent: str, answer: str = "1") -> str:
        """Pass a parent on; return the reference that they were told."""
        self.world.text(parent, "i want to talk to a person")
        until(lambda: self.hears(parent, ""))
        self.world.text(parent, answer)
        told = until(lambda: self.hears(parent, "EHC-"))
        return next(word for word in told[0].split() if word.startswith("EHC-")).rstrip(".,")

    def hears(self, parent: str, words: str) -> list[str]:
        """Return the texts on a phone that hold these words."""
        return [body for body in self.world.carrier.bodies(parent) if words in body]

    def is_settled(self) -> bool:
        """Tell whether nothing waits to be handed over."""
        return (
            self._sql("SELECT count(*) FROM relays WHERE direction='out' AND state='waiting'") == 0
        )

    def state(self, reference: str) -> str:
        """Return who has the conversation of a case."""
        statement = (
            "SELECT s.state FROM switchboard s JOIN cases c USING (conversation_id)"
            f" WHERE c.reference = '{reference}'"
        )
        return str(self._sql(statement))

    def makes_old(self, reference: str, *, is_due: bool) -> None:
        """Let the last words be hours ago; `is_due`: a day ago, and what was to happen is due."""
        now = datetime.now(UTC)
        then = now - (MORE_THAN_A_DAY if is_due else MORE_THAN_AN_HOUR)
        old = then.strftime("%Y-%m-%d %H:%M:%S.%f")
        of_it = f"(SELECT conversation_id FROM cases WHERE reference = '{reference}')"
        due = f", due_at = '{old}'" if is_due else ""
        for change in (
            f"UPDATE switchboard SET since = '{old}'{due} WHERE conversation_id = {of_it}",
            f"UPDATE conversations SET last_message_at = '{old}' WHERE conversation_id = {of_it}",
        ):
            self._sql(change)

    def _sql(self, statement: str) -> Any:
        with sqlite3.connect(self.folder / "messaging.db", timeout=30) as connection:
            row = connection.execute(statement).fetchone()
        connection.close()
        return None if row is None else row[0]


class MailDesk(Desk):
    """A mailbox: real SMTP, a real dovecot."""

    rig: EmailRig

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.rig = EmailRig()
        self._sent: list[bytes] = []
        self.start(
            HELPDESK="email",
            HELPDESK_MAIL_TO=TO,
            HELPDESK_MAIL_FROM=REPLIES,
            HELPDESK_IMAP_URL=self.rig.dovecot.url,
            SMTP_URL=self.rig.server.url,
        )

    def says(self, reference: str, text: str, *, other: bool = False) -> None:
        sender = "Jo Jones <jo@council.example>" if other else "Sam Smith <sam@council.example>"
        reply = self.rig.reply_to(self.rig._mails(reference)[-1], text, sender=sender)
        self._sent.append(reply.as_bytes())
        self.rig.deliver(reply)

    def resolves(self, reference: str) -> None:
        self.says(reference, "resolve")

    def calls_of(self, reference: str) -> list[bytes]:
        return self._sent[-2:]

    def breaks(self, is_broken: bool) -> None:
        self.rig.server.breaks = is_broken

    def loses(self, is_lost: bool) -> None:
        self.rig.server.loses = is_lost


class DjangoDesk(Desk):
    """A real django-helpdesk."""

    rig: DjangoRig

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.rig = DjangoRig()
        self.between = Between(self.rig.server.url)
        self.start(
            HELPDESK="django-helpdesk",
            HELPDESK_URL=self.between.url,
            HELPDESK_TOKEN=self.rig.server.ours,
        )
        self.rig.server.calls(self.world.public(f"/webhooks/helpdesk/{self.key}"))

    def close(self) -> None:
        super().close()
        self.between.close()

    def says(self, reference: str, text: str, *, other: bool = False) -> None:
        by = self.rig.server.others if other else None
        self.rig.server.follow_up(self.rig.number(reference), text, by=by)

    def resolves(self, reference: str) -> None:
        self.rig.server.follow_up(self.rig.number(reference), "", public=False, new_status=3)

    def calls_of(self, reference: str) -> list[bytes]:
        told = json.loads(self.rig.server.told_of(self.rig.number(reference)))
        *_, before, last = told["ticket"]["followup_set"]
        return [
            json.dumps(told | {"ticket": told["ticket"] | {"followup_set": [one]}}).encode()
            for one in (before, last)
        ]

    def breaks(self, is_broken: bool) -> None:
        self.between.breaks = is_broken

    def loses(self, is_lost: bool) -> None:
        self.between.loses = is_lost

    def is_closed(self, reference: str) -> bool:
        return self.rig._tickets(reference)[0]["status"] in (3, 4)
