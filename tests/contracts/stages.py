"""The hubs that the contract suite runs against, with the same levers for each."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from clients.hub import DeliveryReason, DeliveryState, Hub
from hub import settings as hub_settings
from hub.accounts import completion, invitations, overview, relay, sealed, totp
from hub.accounts.hub import Hub as RealHub
from hub.api.app import create_app
from hub.store.tables import Authenticator
from tests.contracts.document import watch
from tests.contracts.real_hub import migrate
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.hub_server import KEY, running, serving
from tests.hub.parts import MailsTaken, TextsTaken, code_in, key_of, make_parts, read_invitation

ME = "sms-me"
"""The conversation of the suite."""


class Stage(Protocol):
    """A hub and what a test needs behind it."""

    hub: Hub
    clock: FakeClock

    def invitation(self) -> str:
        """Invite a new parent; return the code in the mail."""

    def code(self) -> str:
        """Return the security code in the newest text."""

    def wrong_code(self) -> str:
        """Return one of the right form that is not right."""

    def app_code(self) -> str:
        """Return what the app that is being set up shows."""

    def has_app(self) -> bool:
        """Tell whether the person's account has an app, now that it is registered."""

    def finish(self, link: str) -> None:
        """Choose the password on the page behind a continue link."""

    def refuse_texts(self) -> None:
        """Have the messaging service refuse every text."""

    def report(self, state: DeliveryState, reason: DeliveryReason | None) -> None:
        """Have the network say this of every text."""


def _other(code: str) -> str:
    return ("1" if code[0] != "1" else "2") + code[1:]


@dataclass
class _FakeStage:
    hub: Hub
    behind: FakeHub
    clock: FakeClock
    issued: int = 0

    def invitation(self) -> str:
        self.issued += 1
        code = f"AB{self.issued}C-3D4E"
        self.behind.invite(code)
        return code

    def code(self) -> str:
        return self.behind.code_of(ME)

    def wrong_code(self) -> str:
        return _other(self.code())

    def app_code(self) -> str:
        return self.behind.app_code_of(ME)

    def has_app(self) -> bool:
        return self.behind.has_app(ME)

    def finish(self, link: str) -> None:
        assert link
        self.behind.finish(ME)

    def refuse_texts(self) -> None:
        self.behind.texts_accepted = False

    def report(self, state: DeliveryState, reason: DeliveryReason | None) -> None:
        self.behind.delivery = (state, reason)


@dataclass
class _RealStage:
    hub: Hub
    behind: RealHub
    clock: FakeClock
    issued: int = 0

    @property
    def _texts(self) -> TextsTaken:
        assert isinstance(self.behind.texts, TextsTaken)
        return self.behind.texts

    def invitation(self) -> str:
        self.issued += 1
        invitations.invite(self.behind, email=f"parent{self.issued}@example.com", actor="test")
        relay.sweep(self.behind)
        assert isinstance(self.behind.mails, MailsTaken)
        return read_invitation(self.behind.mails.all[-1]).code

    def code(self) -> str:
        codes = [text for text in self._texts.all if re.match(r"\d{6}", text.body)]
        return code_in(codes[-1])

    def wrong_code(self) -> str:
        return _other(self.code())

    def app_code(self) -> str:
        with self.behind.store.transaction() as session:
            app = session.scalars(
                select(Authenticator).order_by(Authenticator.created_at.desc()).limit(1)
            ).one()
            secret = sealed.secret_of(self.behind, app)
        return totp.code_at(secret, totp.step_at(self.clock.now()))

    def has_app(self) -> bool:
        found = overview.of_address(self.behind, f"parent{self.issued}@example.com")
        assert found is not None
        return found.has_app

    def finish(self, link: str) -> None:
        token = link.rpartition("/")[2]
        completion.complete_by_link(self.behind, token=token, password="lamp otter seven cliffs")

    def refuse_texts(self) -> None:
        self._texts.is_away = True

    def report(self, state: DeliveryState, reason: DeliveryReason | None) -> None:
        self._texts.answer = (state, reason)


def fake_stage() -> Stage:
    """Return the fake itself."""
    clock = FakeClock()
    fake = FakeHub(clock)
    return _FakeStage(fake, fake, clock)


@contextmanager
def fake_over_http() -> Iterator[tuple[str, str, Stage]]:
    """Serve the fake; gives its URL, the key and the levers."""
    clock = FakeClock()
    fake = FakeHub(clock)
    with running(fake) as server:
        yield server.url, KEY, _FakeStage(fake, fake, clock)
    assert server.faults == []


@contextmanager
def real_over_http(folder: Path) -> Iterator[tuple[str, str, Stage]]:
    """Serve our own hub over a new SQLite file."""
    clock = FakeClock()
    migrate(folder / "hub.db")
    url = f"sqlite:///{folder / 'hub.db'}"
    settings = hub_settings.load(
        hub_api_keys=KEY,
        hub_seal_key=_encoded(1),
        hub_lookup_key=_encoded(2),
        hub_code_key=_encoded(3),
        hub_session_key=_encoded(4),
        messaging_api_key="messaging-key",
        hub_public_url="https://hub.example.gov.uk",
        hub_database_url=url,
        allow_drama_numbers=True,
    )
    parts = make_parts(url, clock)  # type: ignore[arg-type]
    app = create_app(settings, parts)
    faults = watch(app)
    try:
        with serving(app) as address:
            yield address, KEY, _RealStage(None, parts, clock)  # type: ignore[arg-type]
    finally:
        parts.store.engine.dispose()
    assert faults == []


def _encoded(number: int) -> str:
    return base64.b64encode(key_of(number)).decode()
