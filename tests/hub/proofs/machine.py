"""A guesser and a parent at the same account, in every order that Hypothesis thinks of.

A step is one rule of a machine that Hypothesis chose and that had something to do: a code sent,
guessed, typed, a wait. A rule that finds nothing to do it with is not counted. A step may make
several calls of use cases, which are counted apart. What holds after each step:

* Of the wrong codes that were compared, never more than five lie in any 15 minutes.
* No code succeeds twice: neither a text's nor an app's of one 30-second step nor a recovery code.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hub.accounts import (
    app_proof,
    invitation_codes,
    invitations,
    number_proof,
    recovery_codes,
    registrations,
    relay,
    sign_in,
    totp,
)
from hub.accounts.errors import HubError
from hub.accounts.hub import Hub
from hub.store import schema
from hub.store.engine import make_engine
from tests.hub.parts import (
    CHEAP,
    Invitation,
    MailsTaken,
    MovableClock,
    TextsTaken,
    make_parts,
    read_invitation,
)
from tests.hub.people import Parent, register
from tests.hub.proofs.spy import Spy

WINDOW = timedelta(minutes=15)
MOST = 5
CHANNELS = ("sms-1", "web-1", "page-1")
WAITS = (1, 30, 89, 300, 480, 600, 899, 900, 7200)
AMPLE = CHEAP.model_copy(update={"sign_ins_per_ip": 10**6})
"""Passwords are not what is guessed here."""

Walk = Callable[[Path, Counter[str]], type[RuleBasedStateMachine]]


class Codes(RuleBasedStateMachine):
    """A hub of its own, what was seen of it, and what must hold."""

    migrated: Path
    counted: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(tempfile.mkdtemp(dir=self.migrated.parent)) / "hub.db"
        shutil.copy(self.migrated, self.path)
        self.clock = MovableClock()
        self.hub: Hub = make_parts(f"sqlite:///{self.path}", self.clock, AMPLE)
        self.successes: Counter[str] = Counter()
        self.prepare()
        self.spy = Spy(self.counted, self.clock)
        self.watching = self.spy.watching()
        self.watching.__enter__()

    def prepare(self) -> None:
        """Make whoever the codes belong to."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.watching.__exit__(None, None, None)
        self.hub.store.engine.dispose()
        shutil.rmtree(self.path.parent)

    @property
    def texts(self) -> TextsTaken:
        assert isinstance(self.hub.texts, TextsTaken)
        return self.hub.texts

    def invited(self) -> Invitation:
        invitations.invite(self.hub, email="parent@example.com", actor="test")
        relay.sweep(self.hub)
        assert isinstance(self.hub.mails, MailsTaken)
        return read_invitation(self.hub.mails.all[-1])

    def step(self) -> None:
        """Count a rule that is carried out."""
        self.counted["steps"] += 1

    def call(self, use_case: Callable[[], Any]) -> Any | None:
        """Call a use case; None: it said no."""
        self.counted["calls"] += 1
        try:
            return use_case()
        except HubError as exc:
            self.counted[type(exc).__name__] += 1
            return None

    def succeed(self, code: str) -> None:
        """Note that a code was right."""
        self.counted["right"] += 1
        self.successes[code] += 1

    def codes_sent(self) -> dict[str, str]:
        """Return every code that was texted and the first text that it came in."""
        sent: dict[str, str] = {}
        for text in self.texts.all:
            if text.purpose == "security_code":
                sent.setdefault(text.body[:6], text.key)
        return sent

    @rule(seconds=st.sampled_from(WAITS))
    def wait(self, seconds: int) -> None:
        self.step()
        self.clock.pass_by(seconds)

    @invariant()
    def never_more_than_five_compares_in_the_window(self) -> None:
        for index, moment in enumerate(self.spy.wrong[MOST:]):
            assert moment - self.spy.wrong[index] >= WINDOW

    @invariant()
    def never_two_successes_for_one_code(self) -> None:
        assert all(count == 1 for count in self.successes.values())


def registrations_walk(migrated: Path, counted: Counter[str]) -> type[RuleBasedStateMachine]:
    """Return the machine of one invitation, used in a chat, by text and on a page."""

    class Registering(Codes):
        def prepare(self) -> None:
            self.invitation = self.invited()
            self.secret: str | None = None

        def registration(self, channel: str) -> str | None:
            begun = self.call(
                lambda: registrations.begin(
                    self.hub, code=self.invitation.code, conversation_id=channel
                )
            )
            return None if begun is None else begun.registration_id

        def check(self, registration: str, typed: str) -> bool:
            return (
                self.call(
                    lambda: number_proof.check_code_now(
                        self.hub, registration, typed=typed, tried_by="ip:1"
                    )
                )
                is not None
            )

        @rule(channel=st.sampled_from(CHANNELS), number=st.sampled_from(["900123", "900124"]))
        def send(self, channel: str, number: str) -> None:
            registration = self.registration(channel)
            if registration is None:
                return
            self.step()
            self.call(
                lambda: registrations.give_number(self.hub, registration, typed=f"07700 {number}")
            )
            self.call(lambda: number_proof.send_code_now(self.hub, registration, tried_by="ip:1"))

        @rule(channel=st.sampled_from(CHANNELS), code=st.integers(0, 999_999))
        def guess(self, channel: str, code: int) -> None:
            registration = self.registration(channel)
            if registration is not None and f"{code:06d}" not in self.codes_sent():
                self.step()
                assert not self.check(registration, f"{code:06d}")

        @rule(channel=st.sampled_from(CHANNELS), nth=st.integers(0, 5))
        def type_a_code_that_was_sent(self, channel: str, nth: int) -> None:
            registration, sent = self.registration(channel), self.codes_sent()
            if registration is None or not sent:
                return
            self.step()
            typed = list(sent)[-1 - nth % len(sent)]
            if self.check(registration, typed):
                self.succeed(sent[typed])

        @rule(channel=st.sampled_from(CHANNELS), code=st.integers(0, 999_999))
        def guess_the_app(self, channel: str, code: int) -> None:
            registration = self.registration(channel)
            if registration is None:
                return
            if self.call(lambda: app_proof.enrol(self.hub, registration)) is None:
                return
            self.step()
            self.call(lambda: app_proof.confirm(self.hub, registration, typed=f"{code:06d}"))

        @rule(channel=st.sampled_from(CHANNELS), off_by=st.integers(-2, 2), again=st.booleans())
        def type_what_the_app_shows(self, channel: str, off_by: int, again: bool) -> None:
            registration = self.registration(channel)
            if registration is None:
                return
            app = self.call(lambda: app_proof.enrol(self.hub, registration))
            if app is None:
                return
            self.step()
            secret = app.setup_key.replace(" ", "")
            at = totp.step_at(self.clock.now()) + off_by
            for _ in range(1 + again):
                typed = totp.code_at(secret, at)
                confirmed = self.call(
                    lambda typed=typed: app_proof.confirm(self.hub, registration, typed=typed)
                )
                if confirmed is not None:
                    self.succeed(f"{app.authenticator_id}:{at}")

        @rule(channel=st.sampled_from(CHANNELS))
        def let_go(self, channel: str) -> None:
            registration = self.registration(channel)
            if registration is not None:
                self.step()
                self.call(lambda: registrations.let_go(self.hub, registration))

    Registering.migrated, Registering.counted = migrated, counted
    return Registering


def sign_ins_walk(migrated: Path, counted: Counter[str]) -> type[RuleBasedStateMachine]:
    """Return the machine of a parent with both factors, and of a guesser with the password."""

    class SigningIn(Codes):
        def prepare(self) -> None:
            self.parent: Parent = register(self.hub, self.invited(), by=("text", "app"))
            assert self.parent.signed_in is not None
            account_id = self.parent.signed_in.account_id
            self.recovery_codes = recovery_codes.make_all(self.hub, account_id=account_id)
            self.tokens: list[str] = []

        def finish(self, token: str, method: Any, typed: str) -> bool:
            done = self.call(lambda: sign_in.finish(self.hub, token, method=method, typed=typed))
            return done is not None

        def newest(self, nth: int) -> str | None:
            """Return a sign-in that waits for a second factor, a new one where none does."""
            waiting = [token for token in self.tokens if self.waits(token)]
            if waiting:
                return waiting[-1 - nth % len(waiting)]
            self.tokens = []
            return self.begin()

        def waits(self, token: str) -> bool:
            return self.call(lambda: sign_in.pending(self.hub, token)) is not None

        def begin(self) -> str | None:
            token: str | None = self.call(self.parent.begin)
            if token is not None:
                self.tokens.append(token)
            return token

        @rule()
        def give_the_password(self) -> None:
            if self.begin() is not None:
                self.step()

        @rule(nth=st.integers(0, 3))
        def send(self, nth: int) -> None:
            token = self.newest(nth)
            if token is not None:
                self.step()
                self.call(lambda: sign_in.send_code(self.hub, token))

        @rule(
            nth=st.integers(0, 3),
            method=st.sampled_from(["text", "app"]),
            code=st.integers(0, 999_999),
        )
        def guess(self, nth: int, method: str, code: int) -> None:
            token, typed = self.newest(nth), f"{code:06d}"
            shown = {self.parent.app_code(steps=steps) for steps in (-1, 0, 1)}
            if token is not None and typed not in {*self.codes_sent(), *shown}:
                self.step()
                assert not self.finish(token, method, typed)

        @rule(nth=st.integers(0, 3), text=st.integers(0, 5))
        def type_a_code_that_was_sent(self, nth: int, text: int) -> None:
            token, sent = self.newest(nth), self.codes_sent()
            if token is None or not sent:
                return
            self.step()
            typed = list(sent)[-1 - text % len(sent)]
            if self.finish(token, "text", typed):
                self.succeed(sent[typed])

        @rule(nth=st.integers(0, 3), off_by=st.integers(-2, 2), again=st.booleans())
        def type_what_the_app_shows(self, nth: int, off_by: int, again: bool) -> None:
            at = totp.step_at(self.clock.now()) + off_by
            for _ in range(1 + again):
                token = self.newest(nth)
                if token is None:
                    return
                self.step()
                if self.finish(token, "app", self.parent.app_code(steps=off_by)):
                    self.succeed(f"app:{at}")

        @rule(nth=st.integers(0, 3), code=st.integers(0, 31))
        def guess_a_recovery_code(self, nth: int, code: int) -> None:
            token = self.newest(nth)
            if token is not None:
                self.step()
                typed = invitation_codes.ALPHABET[code] * recovery_codes.LENGTH
                assert not self.finish(token, "recovery_code", typed)

        @rule(nth=st.integers(0, 3), code=st.integers(0, 9))
        def type_a_recovery_code(self, nth: int, code: int) -> None:
            token = self.newest(nth)
            if token is None:
                return
            self.step()
            typed = self.recovery_codes[code]
            if self.finish(token, "recovery_code", typed):
                self.succeed(typed)

    SigningIn.migrated, SigningIn.counted = migrated, counted
    return SigningIn


def run(folder: Path, walk: Walk, *, examples: int, steps: int) -> tuple[Counter[str], str]:
    """Run a machine; return what was counted, and how it was violated (empty: it was not)."""
    migrated = folder / "machine.db"
    migrated.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{migrated}")
    schema.upgrade(engine)
    engine.dispose()
    counted: Counter[str] = Counter()
    try:
        run_state_machine_as_test(
            walk(migrated, counted),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    except AssertionError as exc:
        notes = "\n".join(getattr(exc, "__notes__", []))
        return counted, f"{exc!r}\n{notes}"
    return counted, ""
