"""The real hub behind its API, for the suite that the fake passes too."""

import base64
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from werkzeug.serving import make_server

from clients.hub import DeliveryReason, DeliveryState
from hub import settings as hub_settings
from hub.accounts import code_texts, invitation_codes, invitations, relay, sign_in
from hub.accounts.hub import Hub
from hub.api.app import create_app
from hub.store import schema
from hub.store.engine import make_engine
from hub.store.tables import Challenge, Invitation, Registration
from tests.contracts.document import watch
from tests.fakes.clock import FakeClock
from tests.hub.parts import MailsTaken, TextsTaken, make_parts, read_invitation
from tests.hub.people import register

KEY = "contract-key"
STAFF_KEYS = ("one-officers-key", "another-officers-key")


class Backstage:
    """What a test may do and know that a caller of the API cannot."""

    def __init__(self, hub: Hub, clock: FakeClock) -> None:
        self._hub = hub
        self._clock = clock
        self._people = 0

    @property
    def _texts(self) -> TextsTaken:
        assert isinstance(self._hub.texts, TextsTaken)
        return self._hub.texts

    def invite(self, code: str, state: str = "open") -> None:
        """Make an invitation that has this very code."""
        self._people += 1
        email = f"parent{self._people}@example.com"
        invited = invitations.invite(self._hub, email=email, actor="test")
        with self._hub.store.transaction() as session:
            invitation = session.get_one(Invitation, invited.invitation_id)
            read = invitation_codes.read(code)
            assert read is not None
            invitation.code_lookup = self._hub.lookup.of("invitation-code", read)
            if state == "expired":
                invitation.expires_at = self._clock.now()
            if state == "complete":
                invitation.ended_at = self._clock.now()
                invitation.ended_why = invitations.COMPLETED

    def lost_factor(self) -> str:
        """Have someone register and lose the phone; return the address."""
        self._people += 1
        email = f"parent{self._people}@example.com"
        invitations.invite(self._hub, email=email, actor="test")
        relay.sweep(self._hub)
        assert isinstance(self._hub.mails, MailsTaken)
        person = register(self._hub, read_invitation(self._hub.mails.all[-1]))
        sign_in.ask_for_help(self._hub, person.begin())
        return email

    def work(self) -> None:
        """Do what the hub does by itself."""
        while relay.sweep(self._hub):
            pass

    def code_of(self, conversation_id: str) -> str:
        """The code that is out for a conversation."""
        statement = (
            select(Challenge)
            .join(Registration, Registration.id == Challenge.session)
            .where(Registration.session == conversation_id)
            .order_by(Challenge.created_at.desc())
            .limit(1)
        )
        with self._hub.store.transaction() as session:
            return code_texts.code_of(self._hub, session.scalars(statement).one())

    def wrong_code_of(self, conversation_id: str) -> str:
        return f"{(int(self.code_of(conversation_id)) + 1) % 10**6:06d}"

    @property
    def texts_accepted(self) -> bool:
        return not self._texts.is_away

    @texts_accepted.setter
    def texts_accepted(self, accepted: bool) -> None:
        self._texts.is_away = not accepted

    @property
    def delivery(self) -> tuple[DeliveryState, DeliveryReason | None]:
        state, reason = self._texts.answer
        return DeliveryState(state), None if reason is None else DeliveryReason(reason)

    @delivery.setter
    def delivery(self, told: tuple[DeliveryState, DeliveryReason | None]) -> None:
        state, reason = told
        self._texts.answer = (state.value, None if reason is None else reason.value)


@contextmanager
def running(clock: FakeClock) -> Iterator[tuple[str, Backstage]]:
    """Serve a hub on a free port; yield its address and what is behind it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'hub.db'}"
        migrate(Path(folder) / "hub.db")
        hub = make_parts(url, clock)
        key = base64.b64encode(bytes(32)).decode()
        settings = hub_settings.load(
            hub_api_keys=KEY,
            hub_admin_keys=f"officer-a:{STAFF_KEYS[0]},officer-b:{STAFF_KEYS[1]}",
            hub_seal_key=key,
            hub_lookup_key=key,
            hub_code_key=key,
            hub_session_key=key,
            messaging_api_key="key",
            hub_database_url=url,
        )
        app = create_app(settings, hub)
        faults = watch(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", Backstage(hub, clock)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            hub.store.engine.dispose()
        assert faults == []


_migrated: list[bytes] = []


def migrate(path: Path) -> None:
    """Make the database; the first one of a run is copied from then on."""
    if not _migrated:
        engine = make_engine(f"sqlite:///{path}")
        schema.upgrade(engine)
        engine.dispose()
        _migrated.append(path.read_bytes())
        return
    path.write_bytes(_migrated[0])
