"""A hub in memory: the same interface as `clients.hub.HubClient`, the same rules, no HTTP.

The contract suite (tests/contracts/test_hub.py) runs against it, and against the real client
talking to it over HTTP (tests/fakes/hub_server.py).
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pyotp

from clients.errors import ClientError
from clients.hub import (
    CodeDelivery,
    ContinueLink,
    DeliveryReason,
    DeliveryState,
    Enrolment,
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
ADDRESS = re.compile(r"[\w.%+'-]+@(?:[a-z0-9-]+\.)+[a-z]{2,63}", re.IGNORECASE | re.ASCII)
REQUESTS = {"invitation": (3, timedelta(hours=24)), "reset": (5, timedelta(hours=1))}
REQUESTS["factor_help"] = (3, timedelta(hours=24))
APP_LIFETIME = timedelta(hours=1)


@dataclass
class _Account:
    registration_id: str
    invitation_code: str
    conversation_id: str | None
    expires_at: datetime
    number: str | None = None
    state: RegistrationState = RegistrationState.NUMBER_NEEDED
    challenge_id: str | None = None
    code: str | None = None
    code_sent_at: datetime | None = None
    code_expires_at: datetime | None = None
    sends: list[datetime] = field(default_factory=list)
    wrong: int = 0
    locked_until: datetime | None = None
    app: Enrolment | None = None
    """Set up and not confirmed yet."""
    has_app: bool = False
    has_password: bool = False


class FakeHub:
    """Knows the invitations that a test gives it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, str] = {}
        self._invited_at: dict[str, datetime] = {}
        self._accounts: dict[str, _Account] = {}
        self._answers: dict[str, Any] = {}
        self._issued = 0
        self._invitation_tries: dict[str, list[datetime]] = {}
        self._asked_at: dict[tuple[str, str], list[datetime]] = {}
        self.asked: list[tuple[str, str]] = []
        """What was asked for by address, as (kind, address): for tests to look at."""
        self.calls: list[str] = []
        self.fails_with: dict[str, ClientError] = {}
        """Method name (or "*") to the error that it raises."""
        self.texts_accepted = True
        self.delivery: tuple[DeliveryState, DeliveryReason | None] = (DeliveryState.SENT, None)

    # ---- what a test arranges and looks at ------------------------------------------------------

    def invite(self, code: str, state: str = "open") -> None:
        """Have an invitation: `open`, `expired` or `complete`."""
        self._open[_plain(code)] = state
        self._invited_at[_plain(code)] = self._clock.now()

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

    def state_of(self, conversation_id: str) -> RegistrationState | None:
        """Return how far the newest registration of a conversation has come."""
        account = self._newest(conversation_id)
        return None if account is None else account.state

    def finish(self, conversation_id: str) -> None:
        """Do what the hub's page does once the password is chosen."""
        account = self._newest(conversation_id)
        assert account is not None
        account.state = RegistrationState.COMPLETE
        account.has_password = True
        self._open[account.invitation_code] = "complete"

    def lock(self, conversation_id: str) -> None:
        """Lock the codes of the newest registration of a conversation."""
        account = self._newest(conversation_id)
        assert account is not None
        account.locked_until = self._clock.now() + LOCK

    def app_of(self, conversation_id: str) -> Enrolment:
        """Return the app that is being set up in a conversation."""
        account = self._newest(conversation_id)
        assert account is not None
        assert account.app is not None
        return account.app

    def app_code_of(self, conversation_id: str) -> str:
        """Return the code that the app shows now."""
        return totp_now(self.app_of(conversation_id).setup_key, self._clock.now())

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
            self._account(registration_id).conversation_id = None

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

    async def registration_status(self, registration_id: str) -> RegistrationStatus:
        self._note("registration_status")
        account = self._account(registration_id)
        now = self._clock.now()
        is_locked = account.locked_until is not None and account.locked_until > now
        has_code = account.state in (RegistrationState.VERIFIED, RegistrationState.COMPLETE)
        return RegistrationStatus(
            registration=_shown(account),
            has_password=account.has_password,
            has_number=has_code and not account.has_app,
            has_app=account.has_app,
            invitation_expires_at=account.expires_at,
            locked_for=account.locked_until - now if is_locked and account.locked_until else None,
            needs_help=False,
        )

    async def enrol_authenticator(self, registration_id: str, *, key: str) -> Enrolment:
        return self._once("enrol_authenticator", key, lambda: self._enrol(registration_id))

    async def confirm_authenticator(
        self, registration_id: str, code: str, *, key: str
    ) -> Registration:
        return self._once(
            "confirm_authenticator", key, lambda: self._confirm(registration_id, code)
        )

    async def ask_for_invitation(self, email: str, *, key: str) -> None:
        return self._once("ask_for_invitation", key, lambda: self._ask("invitation", email))

    async def ask_for_password_reset(self, email: str, *, key: str) -> None:
        return self._once("ask_for_password_reset", key, lambda: self._ask("reset", email))

    async def ask_for_factor_help(self, email: str, *, key: str) -> None:
        return self._once("ask_for_factor_help", key, lambda: self._ask("factor_help", email))

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
        if registration_id not in self._accounts:
            raise refused(Problem.NOT_FOUND)
        return self._accounts[registration_id]

    def _newest(self, conversation_id: str) -> _Account | None:
        mine = [a for a in self._accounts.values() if a.conversation_id == conversation_id]
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
        if state == "open" and now >= self._invited_at[code] + INVITATION_LIFETIME:
            state = "expired"
        if state is None:
            self._invitation_tries[conversation_id] = [*tries, now]
            raise refused(Problem.INVITATION_NOT_RECOGNISED)
        if state == "expired":
            raise refused(Problem.INVITATION_EXPIRED)
        if state == "complete":
            raise refused(Problem.REGISTRATION_COMPLETE)
        for account in self._accounts.values():
            if account.invitation_code == code:
                account.conversation_id = conversation_id
                return _shown(account)
        account = _Account(
            registration_id=str(uuid4()),
            invitation_code=code,
            conversation_id=conversation_id,
            expires_at=now + timedelta(hours=72),
        )
        self._accounts[account.registration_id] = account
        return _shown(account)

    def _set_number(self, registration_id: str, number: str) -> Registration:
        account = self._account(registration_id)
        if account.state in (RegistrationState.VERIFIED, RegistrationState.COMPLETE):
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        fault = number_fault(number)
        if fault is not None:
            raise refused(Problem.NUMBER_NOT_ACCEPTED, reason=fault)
        if account.number != number:
            account.code = account.challenge_id = None
        account.number = number
        account.state = RegistrationState.CODE_NEEDED
        return _shown(account)

    def _wait(self, account: _Account) -> timedelta:
        if not account.sends:
            return timedelta(0)
        cooldown = timedelta(seconds=COOLDOWNS_S[min(len(account.sends), len(COOLDOWNS_S)) - 1])
        return max(timedelta(0), account.sends[-1] + cooldown - self._clock.now())

    def _send(self, account: _Account) -> SentCode:
        if account.state in (RegistrationState.VERIFIED, RegistrationState.COMPLETE):
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        if account.number is None:
            raise refused(Problem.NUMBER_NEEDED)
        self._refuse_locked(account)
        now = self._clock.now()
        account.sends = [time for time in account.sends if now - time < WINDOW]
        if self._wait(account) > timedelta(0):
            wait = int(self._wait(account).total_seconds())
            raise refused(Problem.RESEND_TOO_SOON, retry_after_s=wait)
        if len(account.sends) >= SENDS_PER_WINDOW:
            wait = int((account.sends[0] + WINDOW - now).total_seconds())
            raise refused(Problem.TOO_MANY_SENDS, retry_after_s=wait)
        if not self.texts_accepted:
            raise refused(Problem.TEXT_NOT_ACCEPTED)
        is_same = (
            account.code is not None
            and account.code_expires_at is not None
            and account.code_expires_at - now >= SAME_CODE_WHILE
        )
        if not is_same:
            self._issued += 1
            account.code = f"{(482910 + self._issued * 7919) % 1_000_000:06d}"
            account.challenge_id = str(uuid4())
            account.code_expires_at = now + CODE_LIFETIME
        account.sends.append(now)
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

    def _refuse_locked(self, account: _Account) -> None:
        now = self._clock.now()
        if account.locked_until is not None and now < account.locked_until:
            wait = int((account.locked_until - now).total_seconds())
            raise refused(Problem.LOCKED, retry_after_s=wait)

    def _check(self, registration_id: str, typed: str) -> Registration:
        account = self._account(registration_id)
        if account.state in (RegistrationState.VERIFIED, RegistrationState.COMPLETE):
            raise refused(Problem.NUMBER_ALREADY_VERIFIED)
        self._refuse_locked(account)
        digits = _six_digits(typed)
        if account.code is None or account.code_expires_at is None:
            raise refused(Problem.NO_CODE_SENT)
        now = self._clock.now()
        if digits == account.code and now >= account.code_expires_at:
            raise self._expired(account)
        if digits != account.code:
            raise self._wrong(account)
        account.state = RegistrationState.VERIFIED
        return _shown(account)

    def _wrong(self, account: _Account) -> HubRefused:
        account.wrong += 1
        if account.wrong < TRIES:
            return refused(Problem.CODE_INCORRECT, tries_left=TRIES - account.wrong)
        account.wrong = 0
        account.locked_until = self._clock.now() + LOCK
        return refused(Problem.LOCKED, retry_after_s=int(LOCK.total_seconds()))

    def _enrol(self, registration_id: str) -> Enrolment:
        account = self._account(registration_id)
        if account.state is RegistrationState.COMPLETE:
            raise refused(Problem.REGISTRATION_COMPLETE)
        now = self._clock.now()
        if account.app is None or account.app.expires_at <= now:
            key = base64.b32encode(uuid4().bytes + bytes(4)).decode()
            account.app = Enrolment(
                authenticator_id=str(uuid4()),
                setup_key=" ".join(key[at : at + 4] for at in range(0, len(key), 4)),
                otpauth_uri=f"otpauth://totp/EHC%20Hub?secret={key}",
                expires_at=now + APP_LIFETIME,
            )
        return account.app

    def _confirm(self, registration_id: str, typed: str) -> Registration:
        account = self._account(registration_id)
        if account.state is RegistrationState.COMPLETE:
            raise refused(Problem.REGISTRATION_COMPLETE)
        digits = _six_digits(typed)
        self._refuse_locked(account)
        now = self._clock.now()
        if account.app is None or account.app.expires_at <= now:
            raise refused(Problem.ENROLMENT_OVER)
        if digits != totp_now(account.app.setup_key, now):
            raise self._wrong(account)
        account.state = RegistrationState.VERIFIED
        account.app, account.has_app = None, True
        return _shown(account)

    def _ask(self, kind: str, email: str) -> None:
        address = email.strip().lower()
        if not ADDRESS.fullmatch(address):
            raise refused(Problem.EMAIL_NOT_ACCEPTED)
        limit, window = REQUESTS[kind]
        now = self._clock.now()
        recent = [at for at in self._asked_at.get((kind, address), []) if now - at < window]
        if len(recent) >= limit:
            wait = recent[0] + window - now
            raise refused(Problem.TOO_MANY_REQUESTS, retry_after_s=int(wait.total_seconds()))
        self._asked_at[kind, address] = [*recent, now]
        self.asked.append((kind, address))

    def _expired(self, account: _Account) -> HubRefused:
        try:
            self._send(account)
        except HubRefused:
            return refused(Problem.CODE_EXPIRED, new_code_sent=False)
        return refused(Problem.CODE_EXPIRED, new_code_sent=True)

    def _link(self, registration_id: str) -> ContinueLink:
        account = self._account(registration_id)
        if account.state is RegistrationState.COMPLETE:
            raise refused(Problem.REGISTRATION_COMPLETE)
        if account.state is not RegistrationState.VERIFIED:
            raise refused(Problem.NUMBER_NOT_VERIFIED)
        return ContinueLink(
            url=f"https://hub.example/continue/{uuid4().hex}",
            expires_at=self._clock.now() + timedelta(minutes=30),
        )


def _plain(code: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", code.upper())


def totp_now(setup_key: str, now: datetime) -> str:
    """Return the six digits that an app with this key shows (RFC 6238, SHA-1, 30 s)."""
    return pyotp.TOTP(setup_key.replace(" ", "")).at(now)


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
