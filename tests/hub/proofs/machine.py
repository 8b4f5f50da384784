"""A guesser and a parent at the same account, in every order that Hypothesis thinks of."""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hub.accounts import app_proof, code_texts, number_proof, registrations, totp
from hub.accounts.errors import HubError
from hub.accounts.hub import Hub
from hub.store import schema
from hub.store.engine import make_engine
from tests.hub.parts import Invitation, MovableClock, make_parts, read_invitation

WINDOW = timedelta(minutes=15)
MOST = 5
CHANNELS = ("sms-1", "web-1", "page-1")


class Spy:
    """Sees every comparison of a code, and whether it was right."""

    def __init__(self) -> None:
        self.wrong: list[datetime] = []
        self.steps = 0

    @contextmanager
    def watching(self, clock: MovableClock):
        texts, apps = code_texts.is_code_of, totp.matching_steps

        def text(*given):
            right = texts(*given)
            if not right:
                self.wrong.append(clock.now())
            return right

        def app(*given, **named):
            steps = apps(*given, **named)
            if not steps:
                self.wrong.append(clock.now())
            return steps

        with (
            mock.patch.object(code_texts, "is_code_of", text),
            mock.patch.object(totp, "matching_steps", app),
        ):
            yield


def machine(migrated: Path, counted: Counter[str]) -> type[RuleBasedStateMachine]:
    """Return the machine over copies of a migrated database."""

    class Codes(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.path = Path(tempfile.mkdtemp(dir=migrated.parent)) / "hub.db"
            shutil.copy(migrated, self.path)
            self.clock = MovableClock()
            self.hub: Hub = make_parts(f"sqlite:///{self.path}", self.clock)
            self.spy = Spy()
            self.watching = self.spy.watching(self.clock)
            self.watching.__enter__()
            self.successes: Counter[str] = defaultdict(int)  # type: ignore[assignment]
            self.invitation = self._invite()
            self.secret: str | None = None

        def _invite(self) -> Invitation:
            from hub.accounts import invitations, relay

            invitations.invite(self.hub, email="parent@example.com", actor="test")
            relay.sweep(self.hub)
            return read_invitation(self.hub.mails.all[-1])

        def teardown(self) -> None:
            self.watching.__exit__(None, None, None)
            self.hub.store.engine.dispose()
            shutil.rmtree(self.path.parent)

        def _try(self, step: Callable[[], object]) -> object | None:
            counted["steps"] += 1
            try:
                return step()
            except HubError as exc:
                counted[type(exc).__name__] += 1
                return None

        def _registration(self, channel: str) -> str | None:
            begun = self._try(
                lambda: registrations.begin(
                    self.hub, code=self.invitation.code, conversation_id=channel
                )
            )
            return None if begun is None else begun.registration_id

        def _check(self, registration: str, typed: str) -> None:
            texts = list(self.hub.texts.all)
            done = self._try(
                lambda: number_proof.check_code_now(
                    self.hub, registration, typed=typed, tried_by="ip:1"
                )
            )
            if done is not None:
                counted["right"] += 1
                of = next(text.key for text in texts if text.body.startswith(typed))
                self.successes[f"{registration}:{typed}:{of}"] += 1

        @rule(channel=st.sampled_from(CHANNELS), number=st.sampled_from(["900123", "900124"]))
        def send(self, channel: str, number: str) -> None:
            registration = self._registration(channel)
            if registration is None:
                return
            self._try(
                lambda: registrations.give_number(self.hub, registration, typed=f"07700 {number}")
            )
            self._try(lambda: number_proof.send_code_now(self.hub, registration, tried_by="ip:1"))

        @rule(channel=st.sampled_from(CHANNELS), code=st.integers(0, 999_999))
        def guess(self, channel: str, code: int) -> None:
            registration = self._registration(channel)
            if registration is not None:
                self._check_wrong(registration, f"{code:06d}")

        def _check_wrong(self, registration: str, code: str) -> None:
            if any(text.body.startswith(code) for text in self.hub.texts.all):
                return
            self._try(
                lambda: number_proof.check_code_now(
                    self.hub, registration, typed=code, tried_by="ip:1"
                )
            )

        @rule(channel=st.sampled_from(CHANNELS), nth=st.integers(0, 5))
        def type_a_code_that_was_sent(self, channel: str, nth: int) -> None:
            registration = self._registration(channel)
            texts = self.hub.texts.all
            if registration is not None and texts:
                self._check(registration, texts[-1 - nth % len(texts)].body[:6])

        @rule(channel=st.sampled_from(CHANNELS), code=st.integers(0, 999_999))
        def guess_the_app(self, channel: str, code: int) -> None:
            registration = self._registration(channel)
            if registration is None:
                return
            self._try(lambda: app_proof.enrol(self.hub, registration))
            self._try(lambda: app_proof.confirm(self.hub, registration, typed=f"{code:06d}"))

        @rule(seconds=st.sampled_from([1, 30, 89, 300, 480, 600, 899, 900, 7200]))
        def wait(self, seconds: int) -> None:
            counted["steps"] += 1
            self.clock.pass_by(seconds)

        @rule(channel=st.sampled_from(CHANNELS))
        def let_go(self, channel: str) -> None:
            registration = self._registration(channel)
            if registration is not None:
                self._try(lambda: registrations.let_go(self.hub, registration))

        @invariant()
        def never_more_than_five_compares_in_the_window(self) -> None:
            for index, moment in enumerate(self.spy.wrong[MOST:]):
                assert moment - self.spy.wrong[index] >= WINDOW

        @invariant()
        def never_two_successes_for_one_code(self) -> None:
            assert all(count == 1 for count in self.successes.values())

    return Codes


def run(folder: Path, *, examples: int, steps: int) -> Counter[str]:
    """Run the machine and return what was counted."""
    migrated = folder / "machine.db"
    engine = make_engine(f"sqlite:///{migrated}")
    schema.upgrade(engine)
    engine.dispose()
    counted: Counter[str] = Counter()
    run_state_machine_as_test(
        machine(migrated, counted),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return counted
