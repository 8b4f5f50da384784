"""A hub in memory: the same interface as `clients.hub.HubClient`, the same rules, no HTTP.

The contract suite (tests/contracts/test_hub.py) runs against it, and against the real client
talking to it over HTTP (tests/fakes/hub_server.py).
"""

import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pyotp import TOTP

from clients.errors import ClientError
from clients.hub import (
    AppEnrolment,
    CodeDelivery,
    ContinueLink,
    DeliveryReason,
    DeliveryState,
    HubRefused,
    Problem,
    Registration,
    RegistrationState,
    RegistrationStatus,
    SentCode,
)
from tests.fakes.hub_refusals import number_fault, refused
from wire.clock import Clock

CODE_LIFETIME = timedelta(seconds=600)
SAME_CODE_WHILE = timedelta(seconds=120)
NEW_CODE_AFTER_EXPIRY = timedelta(hours=2)
COOLDOWNS_S = (30, 40, 60, 90)
SENDS_PER_WINDOW = 5
TRIES = 5
LOCK = timedelta(minutes=15)
WINDOW = timedelta(minutes=15)
INVITATION_LIFETIME = timedelta(hours=72)
INVITATION_TRIES = 5
REGISTRATION_LIFETIME = timedelta(hours=24)
APP_SETUP = timedelta(hours=1)
ADDRESS_LIMITS = {
    "ask_for_invitation": (3, timedelta(hours=24)),
    "ask_for_password_reset": (5, timedelta(hours=1)),
    "ask_for_factor_help": (3, timedelta(hours=24)),
}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass
class _Person:
    """Whom an invitation was for; sends and wrong codes are counted here, whoever asks."""

    invitation_code: str
    invitation_expires_at: datetime
    sends: list[tuple[datetime, str]] = field(default_factory=list)
    """When, and to which number."""
    wrong: list[datetime] = field(default_factory=list)
    locked_until: datetime | None = None
    is_registered: bool = False
    holder: str | None = None
    """The registration whose code is the one that is out."""


@dataclass
class _Account:
    """One conversation's registration of a person."""

    registration_id: str
    person: _Person
    conversation_id: str
    expires_at: datetime
    is_let_go: bool = False
    number: str | None = None
    number_is_proved: bool = False
    app_is_proved: bool = False
    has_password: bool = False
    app: AppEnrolment | None = None
    challenge_id: str | None = None
    code: str | None = None
    """The one that was texted last."""
    code_is_live: bool = False
    code_sent_at: datetime | None = None
    code_expires_at: datetime | None = None

    @property
    def state(self) -> RegistrationState:
        if self.has_password:
            return RegistrationState.COMPLETE
        if self.number_is_proved or self.app_is_proved:
            return RegistrationState.VERIFIED
        if self.number is None:
            return RegistrationState.NUMBER_NEEDED
        return RegistrationState.CODE_NEEDED


class FakeHub:
    """Knows the invitations that a test gives it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, str] = {}
        self._people: dict[str, _Person] = {}
        self._accounts: dict[str, _Account] = {}
        self._answers: dict[str, Any] = {}
        self._issued = 0
        self._invitation_tries: dict[str, list[datetime]] = {}
        self._asked_at: dict[tuple[str, str], list[datetime]] = {}
        self.asked: list[tuple[str, str]] = []
        """What was asked for by address, in order: method name and address."""
        self.calls: list[str] = []
        self.fails_with: dict[str, ClientError] = {}
        """Method name (or "*") to the error that it raises."""
        self.texts_accepted = True
        self.delivery: tuple[DeliveryState, DeliveryReason | None] = (DeliveryState.SENT, None)

    # ---- what a test arranges and looks at ------------------------------------------------------

    def invite(self, code: str, state: str = "open") -> None:
        """Have an invitation: `open`, `expired` or `complete`."""
        self._open[_plain(code)] = state
        self._people[_plain(code)] = _Person(
            invitation_code=_plain(code),
            invitation_expires_at=self._clock.now() + INVITATION_LIFETIME,
        )

    def code_of(self, conversation_id: str) -> str:
        """Return the code that was texted last for this conversation."""
        account = self._newest(conversation_id)
        assert account is not None
        assert account.code is not None
        return account.code

    def wrong_code_of(self, conversation_id: str) -> str:
        """Return a code of the right form that is not the right one."""
        right = self.code_of(conversation_id)
        return ("1" if right[0] != "1" else "2") + right[1:]

    def app_code_of(self, conversation_id: str) -> str:
        """Return what the app that is being set up shows now."""
        account = self._newest(conversation_id)
        assert account is not None
        assert account.app is not None
        return TOTP(account.app.setup_key.replace(" ", "")).at(self._clock.now())

    def app_of(self, conversation_id: str) -> AppEnrolment:
        """Return the app that is being set up in a conversation."""
        account = self._newest(conversation_id)
        assert account is not None
        assert account.app is not None
        return account.app

    def lock(self, conversation_id: str) -> None:
        """Lock the codes of the person whose registration a conversation has."""
        account = self._newest(conversation_id)
        assert account is not None
        account.person.locked_until = self._clock.now() + LOCK

    def has_app(self, conversation_id: str) -> bool:
        """Tell whether an app was proved in a conversation's registration."""
        account = self._newest(conversation_id)
        assert account is not None
        return account.app_is_proved

    def forget_registrations(self) -> None:
        """Have every registration be over."""
        self._accounts.clear()

    def state_of(self, conversation_id: str) -> RegistrationState | None:
        """Return how far the newest registration of a conversation has come."""
        account = self._newest(conversation_id)
        return None if account is None else account.state

    def finish(self, conversation_id: str) -> None:
        """Do what the hub's page does once the password is chosen."""
        account = self._newest(conversation_id)
        assert account is not None
        account.has_password = account.person.is_registered = True
        account.code_is_live = False
        self._open[account.person.invitation_code] = "complete"

    def number_of(self, conversation_id: str) -> str | None:
        """Return the number as the hub was given it."""
        account = self._newest(conversation_id)
        return None if account is None else account.number

    # ---- the interface --------------------------------------------------------------------------

    async def begin_registration(
        self, invitation_code: str, *, conversation_id: str, key: str
    ) -> Registration:
        return self._once(
            "begin_registration", key, lambda: self._begin(invitation_code, conversation_id)
        )

    async def registration_of(self, conversation_id: str) -> Registration | None:
        self._note("registration_of")
        account = self._newest(conversation_id)
        return None if account is None else _shown(account)

    async def registration(self, registration_id: str) -> Registration:
        self._note("registration")
        return _shown(self._account(registration_id))

    async def let_go(self, registration_id: str, *, key: str) -> None:
        def work() -> None:
            account = self._account(registration_id)
            account.is_let_go = True
            account.code_is_live = False

        return self._once("let_go", key, work)

    async def set_number(self, registration_id: str, number: str, *, key: str) -> Registration:
        return self._once("set_number", key, lambda: self._set_number(registration_id, number))

    async def send_code(self, registration_id: str, *, key: str) -> SentCode:
        return self._once("send_code", key, lambda: self._send(self._account(registration_id)))

    async def check_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        return self._once("check_code", key, lambda: self._check(registration_id, code))

    async def latest_code(self, registration_id: str) -> CodeDelivery:
        self._note("latest_code")
        account = self._account(registration_id)
        if account.challenge_id is None:
            raise refused(Problem.NOT_FOUND)
        assert account.code_sent_at is not None
        assert account.code_expires_at is not None
        state, reason = self.delivery
        return CodeDelivery(
            challenge_id=account.challenge_id,
            state=state,
            reason=reason,
            sent_at=account.code_sent_at,
            resend_after=self._wait(account),
            expires_at=account.code_expires_at,
        )

    async def continue_link(self, registration_id: str, *, key: str) -> ContinueLink:
        return self._once("continue_link", key, lambda: self._link(registration_id))

    async def status(self, registration_id: str) -> RegistrationStatus:
        self._note("status")
        account = self._account(registration_id)
        until = account.person.locked_until
        now = self._clock.now()
        return RegistrationStatus(
            registration=_shown(account),
            has_password=account.has_password,
            has_number=account.number_is_proved,
            has_app=account.app_is_proved,
            invitation_expires_at=account.person.invitation_expires_at,
            locked_for=until - now if until is not None and until > now else None,
            needs_help=False,
        )

    async def enrol_app(self, registration_id: str, *, key: str) -> AppEnrolment:
        return self._once("enrol_app", key, lambda: self._enrol(self._account(registration_id)))

    async def check_app_code(self, registration_id: str, code: str, *, key: str) -> Registration:
        def work() -> Registration:
            return self._check_app(self._account(registration_id), code)

        return self._once("check_app_code", key, work)

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        return self._once("ask_for_invitation", key, lambda: self._ask("ask_for_invitation", email))

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        def work() -> None:
            self._ask("ask_for_password_reset", email)

        return self._once("ask_for_password_reset", key, work)

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        def work() -> None:
            self._ask("ask_for_factor_help", email)

        return self._once("ask_for_factor_help", key, work)

    async def ping(self) -> None:
        self._note("ping")

    # ---- the rules ------------------------------------------------------------------------------

    def _note(self, call: str) -> None:
        self.calls.append(call)
        error = self.fails_with.get(call) or self.fails_with.get("*")
        if error is not None:
            raise error

    def _once(self, call: str, key: str, work: Callable[[], Any]) -> Any:
        self._note(call)
        if key not in self._answers:
            try:
                self._answers[key] = work()
            except HubRefused as refusal:
                self._answers[key] = refusal
        answer = self._answers[key]
        if isinstance(answer, HubRefused):
            raise answer
        return answer

    def _account(self, registration_id: str) -> _Account:
        account = self._accounts.get(registration_id)
        if account is None or account.is_let_go or account.expires_at <= self._clock.now():
            raise refused(Problem.NOT_FOUND)
        return account

    def _newest(self, conversation_id: str) -> _Account | None:
        mine = [
            account
            for account in self._accounts.values()
            if account.conversation_id == conversation_id
            and not account.is_let_go
            and account.expires_at > self._clock.now()
        ]
        return mine[-1] if mine else None

    def _begin(self, invitation_code: str, conversation_id: str) -> Registration:
        now = self._clock.now()
        tries = [
            time for time in self._invitation_tries.get(conversation_id, []) if now - time < WINDOW
        ]
        if len(tries) >= INVITATION_TRIES:
            wait = tries[0] + WINDOW - now
            raise refused(Problem.TOO_MANY_TRIES, retry_after_s=int(wait.total_seconds()))
        code = _plain(invitation_code)
        state = self._open.get(code)
        if state is None:
            self._invitation_tries[conversation_id] = [*tries, now]
            raise refused(Problem.INVITATION_NOT_RECOGNISED)
        person = self._people[code]
        if state == "expired" or (state == "open" and now >= person.invitation_expires_at):
            raise refused(Problem.INVITATION_EXPIRED)
        if state == "complete":
            raise refused(Problem.REGISTRATION_COMPLETE)
        account = self._newest(conversation_id)
        if account is None or account.person is not person:
            account = _Account(
                registration_id=str(uuid4()),
                person=person,
                conversation_id=conversation_id,
                expires_at=now + REGISTRATION_LIFETIME,
            )
            self._accounts[account.registration_id] = account
        return _shown(account)

    def _set_number(self, registration_id: str, number: str) -> Registration:
        fault = number_fault(number)
        if fault is not None:
            raise refused(Problem.NUMBER_NOT_ACCEPTED, reason=fault)
        account = self._account(registration_id)
        if account.number_is_proved:
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        if _digits(account.number) != _digits(number):
            account.code_is_live = False
        account.number = number
        return _shown(account)

    def _wait(self, account: _Account) -> timedelta:
        """Return the cooldown of this number; another one has none yet."""
        now = self._clock.now()
        sends = [
            at
            for at, to in account.person.sends
            if to == _digits(account.number) and now - at < WINDOW
        ]
        if not sends:
            return timedelta(0)
        cooldown = timedelta(seconds=COOLDOWNS_S[min(len(sends), len(COOLDOWNS_S)) - 1])
        return max(timedelta(0), sends[-1] + cooldown - now)

    def _send(self, account: _Account) -> SentCode:
        if account.number_is_proved:
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        if account.number is None:
            raise refused(Problem.NUMBER_NEEDED)
        person, now = account.person, self._clock.now()
        self._refuse_locked(person)
        recent = [at for at, _ in person.sends if now - at < WINDOW]
        if len(recent) >= SENDS_PER_WINDOW:
            wait = int((recent[0] + WINDOW - now).total_seconds())
            raise refused(Problem.TOO_MANY_SENDS, retry_after_s=wait)
        if self._wait(account) > timedelta(0):
            wait = int(self._wait(account).total_seconds())
            raise refused(Problem.RESEND_TOO_SOON, retry_after_s=wait)
        if not self.texts_accepted:
            raise refused(Problem.TEXT_NOT_ACCEPTED)
        is_same = (
            self._is_out(account)
            and account.code_expires_at is not None
            and account.code_expires_at - now >= SAME_CODE_WHILE
        )
        if not is_same:
            self._issued += 1
            account.code = f"{(482910 + self._issued * 7919) % 1_000_000:06d}"
            account.code_is_live = True
            account.challenge_id = str(uuid4())
            account.code_expires_at = now + CODE_LIFETIME
            person.holder = account.registration_id
        person.sends.append((now, _digits(account.number)))
        account.code_sent_at = now
        assert account.challenge_id is not None
        assert account.code_expires_at is not None
        return SentCode(
            challenge_id=account.challenge_id,
            is_same=is_same,
            number_ends_with=account.number[-3:],
            expires_at=account.code_expires_at,
            resend_after=self._wait(account),
        )

    def _is_out(self, account: _Account) -> bool:
        """Tell whether this registration's code is the one that is out."""
        return account.code_is_live and account.person.holder == account.registration_id

    def _refuse_locked(self, person: _Person) -> None:
        now = self._clock.now()
        if person.locked_until is not None and now < person.locked_until:
            wait = int((person.locked_until - now).total_seconds())
            raise refused(Problem.LOCKED, retry_after_s=wait, needs_help=False)

    def _check(self, registration_id: str, typed: str) -> Registration:
        account = self._account(registration_id)
        if account.number_is_proved:
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        if account.number is None:
            raise refused(Problem.NO_CODE_SENT)
        digits = _six_digits(typed)
        self._refuse_locked(account.person)
        if not self._is_out(account):
            raise refused(Problem.NO_CODE_SENT)
        assert account.code_expires_at is not None
        age = self._clock.now() - account.code_expires_at
        if digits == account.code and timedelta(0) <= age <= NEW_CODE_AFTER_EXPIRY:
            raise self._expired(account)
        if digits != account.code or age > NEW_CODE_AFTER_EXPIRY:
            raise self._wrong(account)
        account.number_is_proved, account.code_is_live = True, False
        return _shown(account)

    def _wrong(self, account: _Account) -> HubRefused:
        person, now = account.person, self._clock.now()
        person.wrong = [*(at for at in person.wrong if now - at < WINDOW), now]
        if len(person.wrong) < TRIES:
            return refused(Problem.CODE_INCORRECT, tries_left=TRIES - len(person.wrong))
        account.code_is_live = False
        person.locked_until = now + LOCK
        wait = int(LOCK.total_seconds())
        return refused(Problem.LOCKED, retry_after_s=wait, needs_help=False)

    def _expired(self, account: _Account) -> HubRefused:
        try:
            self._send(account)
        except HubRefused:
            return refused(Problem.CODE_EXPIRED, new_code_sent=False)
        return refused(Problem.CODE_EXPIRED, new_code_sent=True)

    def _enrol(self, account: _Account) -> AppEnrolment:
        if account.person.is_registered:
            raise refused(Problem.REGISTRATION_COMPLETE)
        now = self._clock.now()
        if account.app is None or account.app.expires_at <= now:
            secret = b32encode(secrets.token_bytes(20)).decode()
            account.app = AppEnrolment(
                authenticator_id=str(uuid4()),
                setup_key=" ".join(secret[start : start + 4] for start in range(0, 32, 4)),
                otpauth_uri=TOTP(secret).provisioning_uri(
                    name="parent@example.com", issuer_name="Staffordshire EHC Hub"
                ),
                expires_at=now + APP_SETUP,
            )
        return account.app

    def _check_app(self, account: _Account, typed: str) -> Registration:
        if account.person.is_registered:
            raise refused(Problem.REGISTRATION_COMPLETE)
        digits = _six_digits(typed)
        self._refuse_locked(account.person)
        now = self._clock.now()
        if account.app is None or account.app.expires_at <= now:
            raise refused(Problem.ENROLMENT_OVER)
        app = TOTP(account.app.setup_key.replace(" ", ""))
        if not app.verify(digits, for_time=now, valid_window=1):
            raise self._wrong(account)
        account.app_is_proved, account.app = True, None
        return _shown(account)

    def _ask(self, call: str, email: str) -> None:
        address = email.strip().lower()
        if not _ADDRESS.fullmatch(address):
            raise refused(Problem.EMAIL_NOT_ACCEPTED)
        limit, window = ADDRESS_LIMITS[call]
        now = self._clock.now()
        asked = [at for at in self._asked_at.get((call, address), []) if now - at < window]
        if len(asked) >= limit:
            wait = asked[-limit] + window - now
            raise refused(Problem.TOO_MANY_REQUESTS, retry_after_s=int(wait.total_seconds()))
        self._asked_at[call, address] = [*asked, now]
        self.asked.append((call, address))

    def _link(self, registration_id: str) -> ContinueLink:
        account = self._account(registration_id)
        if account.person.is_registered:
            raise refused(Problem.REGISTRATION_COMPLETE)
        if account.state is not RegistrationState.VERIFIED:
            raise refused(Problem.NUMBER_NOT_VERIFIED)
        return ContinueLink(
            url=f"https://hub.example/continue/{uuid4().hex}",
            expires_at=self._clock.now() + timedelta(minutes=30),
        )


def _plain(code: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", code.upper())


def _digits(number: str | None) -> str:
    return re.sub(r"^(44|0044|0)", "", re.sub(r"\D", "", number or ""))


def _six_digits(typed: str) -> str:
    digits = re.sub(r"\D", "", typed)
    if not digits:
        raise refused(Problem.CODE_MALFORMED, reason="not_digits")
    if len(digits) != 6:
        reason = "too_few" if len(digits) < 6 else "too_many"
        raise refused(Problem.CODE_MALFORMED, reason=reason)
    return digits


def _shown(account: _Account) -> Registration:
    return Registration(
        registration_id=account.registration_id,
        state=account.state,
        number_ends_with=account.number[-3:] if account.number else None,
        expires_at=account.expires_at,
    )
