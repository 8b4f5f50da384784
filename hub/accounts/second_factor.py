"""Proving who one is besides the password: by app, by text, by recovery code."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from hub.accounts import authenticators, numbers, recovery_codes, sealed, security_codes
from hub.accounts.errors import FactorNotSet
from hub.accounts.hub import Hub
from hub.store.tables import Account

Method = Literal["app", "text", "recovery_code"]
APP: Final = "app"
TEXT: Final = "text"
RECOVERY_CODE: Final = "recovery_code"


@dataclass(frozen=True, kw_only=True)
class Prover:
    """Who is to prove it, and where."""

    account_id: str
    purpose: str
    """Of the counter that wrong codes are counted on, whichever the way."""
    session: str
    """The sign-in, link or browser session that codes are bound to."""
    tried_by: str
    """Whose sends are counted besides."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a person gave; a recovery code was counted and compared already, which takes long."""

    method: Method
    typed: str = field(repr=False)
    compared: recovery_codes.Compared | None = None


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How an account can prove it."""

    app_since: datetime | None
    number_ends_with: str | None
    recovery_codes_left: int

    @property
    def has_app(self) -> bool:
        """Tell whether there is an authenticator app."""
        return self.app_since is not None

    @property
    def has_number(self) -> bool:
        """Tell whether codes can be texted."""
        return self.number_ends_with is not None


def ways_of(hub: Hub, session: Session, account: Account) -> Ways:
    """Return how an account can prove who it belongs to."""
    app = authenticators.in_use(session, account.id)
    number = sealed.number_of(hub, account)
    return Ways(
        app_since=None if app is None else app.in_use_at,
        number_ends_with=None if number is None else numbers.last_three(number),
        recovery_codes_left=recovery_codes.left(session, account.id),
    )


def send_code(hub: Hub, session: Session, prover: Prover) -> security_codes.Sent:
    """Write down a text with a code to the account's number; the caller hands it over.

    Raises:
        FactorNotSet: the account has no number.
        Locked, TooManySends, ResendTooSoon: the limits.
    """
    return security_codes.send(hub, session, _recipient(hub, session, prover))


def prepare(hub: Hub, prover: Prover, *, method: Method, typed: str) -> Given:
    """Do what takes long about a code that was given, outside the transaction that checks it.

    Raises:
        CodeMalformed, Locked: as `check`.
    """
    compared = None
    if method == RECOVERY_CODE:
        compared = recovery_codes.compare(
            hub, account_id=prover.account_id, purpose=prover.purpose, typed=typed
        )
    return Given(method=method, typed=typed, compared=compared)


def give_back(hub: Hub, prover: Prover, given: Given) -> None:
    """Let what was given cost no try, if it was right: the step it was for is over."""
    if given.compared is not None:
        recovery_codes.give_back(
            hub, account_id=prover.account_id, purpose=prover.purpose, compared=given.compared
        )


def check(hub: Hub, session: Session, prover: Prover, given: Given) -> None:
    """Check what was given, once; right, it is burned.

    What is counted is part of the transaction, which must keep it on `HubError`.

    Raises:
        CodeRejected: it did not count, and why.
        Locked: too many wrong codes, this one perhaps included.
        FactorNotSet: the account does not have this way.
    """
    if given.method == APP:
        authenticators.check(
            hub,
            session,
            account_id=prover.account_id,
            purpose=prover.purpose,
            typed=given.typed,
        )
    elif given.method == TEXT:
        recipient = _recipient(hub, session, prover)
        security_codes.check(hub, session, recipient, typed=given.typed)
    else:
        assert given.compared is not None
        recovery_codes.use(
            hub,
            session,
            account_id=prover.account_id,
            purpose=prover.purpose,
            compared=given.compared,
        )


def _recipient(hub: Hub, session: Session, prover: Prover) -> security_codes.Recipient:
    account = session.get_one(Account, prover.account_id, populate_existing=True)
    number = sealed.number_of(hub, account)
    if number is None or account.number_lookup is None:
        raise FactorNotSet
    return security_codes.Recipient(
        account_id=account.id,
        purpose=prover.purpose,
        session=prover.session,
        number=number,
        number_lookup=account.number_lookup,
        tried_by=prover.tried_by,
    )
