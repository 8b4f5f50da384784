"""Changing second factors: by who gave both a moment ago; told by the other channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.accounts import (
    audit,
    authenticators,
    code_texts,
    notices,
    numbers,
    recovery_codes,
    sealed,
    second_factor,
    security_codes,
    texting,
    tries,
)
from hub.accounts.authenticators import Enrolment
from hub.accounts.errors import (
    CodeExpired,
    FactorNotSet,
    HubError,
    LastFactor,
    NoCodeSent,
    SignInNeeded,
)
from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.store import guards, tables
from hub.store.tables import Account, Challenge

NUMBER_CHANGE: Final = "number_change"
APP_CHANGE: Final = "app_change"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a person sees of the account's security."""

    ways: second_factor.Ways
    password_set_at: datetime | None
    other_sessions: int
    """Browsers that are signed in besides this one."""
    has_recent_sign_in: bool
    """Both factors were given so lately that factors can be changed."""


def settings_of(hub: Hub, signed_in: SignedIn) -> Settings:
    """Return the security settings of who is signed in."""
    limits, now = hub.limits, hub.clock.now()
    with hub.store.reading() as session:
        account = session.get_one(Account, signed_in.account_id)
        others = session.scalars(
            select(func.count())
            .select_from(tables.Session)
            .where(
                tables.Session.account_id == account.id,
                tables.Session.id != signed_in.session_id,
                tables.Session.ended_at.is_(None),
                tables.Session.seen_at > now - limits.session_idle,
                tables.Session.created_at > now - limits.session_absolute,
            )
        ).one()
        return Settings(
            ways=second_factor.ways_of(hub, session, account),
            password_set_at=account.password_set_at,
            other_sessions=others,
            has_recent_sign_in=is_recent(hub, signed_in),
        )


def is_recent(hub: Hub, signed_in: SignedIn) -> bool:
    """Tell whether both factors were given within `reauthentication`."""
    return hub.clock.now() - signed_in.authenticated_at < hub.limits.reauthentication


def require_recent(hub: Hub, signed_in: SignedIn) -> None:
    """Let pass who gave both factors within `reauthentication`.

    Raises:
        SignInNeeded: it was longer ago: `sign_in.begin_again`.
    """
    if not is_recent(hub, signed_in):
        raise SignInNeeded


def send_code(hub: Hub, signed_in: SignedIn, *, number: str, tried_by: str) -> security_codes.Sent:
    """Text a code to a new number, and see it handed over; the number is not changed yet.

    Raises:
        SignInNeeded: both factors have to be given again first.
        NumberNotAccepted: not a mobile that can be texted.
        Locked, TooManySends, ResendTooSoon: the limits.
        TextNotAccepted: the text could not be handed over.
    """
    require_recent(hub, signed_in)
    read = numbers.read(number, regions=hub.number_regions, allow_drama=hub.allow_drama_numbers)
    with hub.store.transaction() as session:
        sent = security_codes.send(
            hub, session, _recipient(hub, signed_in, read, tried_by=tried_by)
        )
    return texting.deliver(hub, sent)


def resend_code(hub: Hub, signed_in: SignedIn, *, tried_by: str) -> security_codes.Sent:
    """Text a code again to the number that `send_code` was given.

    Raises:
        SignInNeeded: both factors have to be given again first.
        NoCodeSent: there is none.
        Locked, TooManySends, ResendTooSoon: the limits.
        TextNotAccepted: the text could not be handed over.
    """
    require_recent(hub, signed_in)
    return texting.deliver(hub, _write_again(hub, signed_in, tried_by))


def number_in_change(hub: Hub, signed_in: SignedIn) -> str | None:
    """Return the last three digits of the number that waits for its code; None: there is none."""
    with hub.store.reading() as session:
        try:
            return numbers.last_three(_new_number(hub, session, signed_in))
        except NoCodeSent:
            return None


def text_state(hub: Hub, signed_in: SignedIn) -> texting.TextState:
    """Return what became of the newest text to the new number.

    Raises:
        NotFound: no code was sent.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    return texting.state_of_newest(hub, signed_in.session_id)


def confirm_number(hub: Hub, signed_in: SignedIn, *, typed: str, tried_by: str) -> None:
    """Check the code that was sent to the new number; right, the number is the account's.

    Raises:
        SignInNeeded: both factors have to be given again first.
        CodeRejected: the code did not count, and why; for `CodeExpired` a new one was sent where
            it names a text.
        Locked: too many wrong codes.
    """
    require_recent(hub, signed_in)
    try:
        with hub.store.transaction(keep_on=HubError) as session:
            tries.hold(hub, session, signed_in.account_id, NUMBER_CHANGE)
            number = _new_number(hub, session, signed_in)
            to = _recipient(hub, signed_in, number, tried_by=tried_by)
            security_codes.check(hub, session, to, typed=typed)
            account = session.get_one(Account, signed_in.account_id, populate_existing=True)
            notices.changed(hub, session, account, notices.NUMBER_CHANGED)
            account.number_sealed = hub.sealer.seal(sealed.account_number_place(account.id), number)
            account.number_lookup = to.number_lookup
            account.number_verified_at = hub.clock.now()
            audit.note(hub, session, "account.number_changed", account_id=account.id)
    except CodeExpired:
        texting.send_new_one(hub, lambda: _write_again(hub, signed_in, tried_by))


def enrol_app(hub: Hub, signed_in: SignedIn) -> Enrolment:
    """Begin to set an authenticator app up; one that is in use stays until `confirm_app`.

    Raises:
        SignInNeeded: both factors have to be given again first.
    """
    require_recent(hub, signed_in)
    owner = _owner(signed_in)
    with hub.store.transaction() as session:
        tries.hold(hub, session, owner.account_id, owner.purpose)
        return authenticators.enrol(hub, session, owner)


def confirm_app(hub: Hub, signed_in: SignedIn, *, typed: str) -> None:
    """Check the first code of the new app; right, it is the account's.

    Raises:
        SignInNeeded: both factors have to be given again first; the app still waits then.
        EnrolmentOver: no app waits for its first code here.
        CodeRejected: the code did not count, and why.
        Locked: too many wrong codes.
    """
    require_recent(hub, signed_in)
    with hub.store.transaction(keep_on=HubError) as session:
        confirmed = authenticators.confirm(hub, session, _owner(signed_in), typed=typed)
        authenticators.put_to_use(hub, session, confirmed)
        account = session.get_one(Account, signed_in.account_id)
        notices.changed(hub, session, account, notices.APP_ADDED)


def remove_app(hub: Hub, signed_in: SignedIn) -> None:
    """Take the authenticator app away; codes are then sent by text.

    Raises:
        SignInNeeded: both factors have to be given again first.
        FactorNotSet: there is no app.
        LastFactor: there is no number.
    """
    require_recent(hub, signed_in)
    with hub.store.transaction() as session:
        account = _hold(hub, session, signed_in)
        if authenticators.in_use(session, account.id) is None:
            raise FactorNotSet
        if account.number_sealed is None:
            raise LastFactor
        authenticators.end(hub, session, account.id, why=authenticators.REMOVED)
        notices.changed(hub, session, account, notices.APP_REMOVED)
        audit.note(hub, session, "app.removed", account_id=account.id)


def remove_number(hub: Hub, signed_in: SignedIn) -> None:
    """Take the number away; codes then come from the app.

    Raises:
        SignInNeeded: both factors have to be given again first.
        FactorNotSet: there is no number.
        LastFactor: there is no app.
    """
    require_recent(hub, signed_in)
    with hub.store.transaction() as session:
        account = _hold(hub, session, signed_in)
        if account.number_sealed is None:
            raise FactorNotSet
        if authenticators.in_use(session, account.id) is None:
            raise LastFactor
        notices.changed(hub, session, account, notices.NUMBER_REMOVED)
        account.number_sealed = account.number_lookup = account.number_verified_at = None
        audit.note(hub, session, "account.number_removed", account_id=account.id)


def make_recovery_codes(hub: Hub, signed_in: SignedIn) -> list[str]:
    """Make the recovery codes anew; they are shown this once.

    Raises:
        SignInNeeded: both factors have to be given again first.
    """
    require_recent(hub, signed_in)
    return recovery_codes.make_all(hub, account_id=signed_in.account_id)


def _hold(hub: Hub, session: Session, signed_in: SignedIn) -> Account:
    """Return the account; of two removals at once the second sees what the first has left."""
    guards.hold(session, (f"account:{signed_in.account_id}",), hub.clock.now())
    return session.get_one(Account, signed_in.account_id, populate_existing=True)


def _owner(signed_in: SignedIn) -> authenticators.Owner:
    return authenticators.Owner(
        account_id=signed_in.account_id, purpose=APP_CHANGE, session=signed_in.session_id
    )


def _live(session: Session, signed_in: SignedIn) -> Challenge:
    live = security_codes.live(session, signed_in.account_id, NUMBER_CHANGE)
    if live is None or live.session != signed_in.session_id:
        raise NoCodeSent
    return live


def _new_number(hub: Hub, session: Session, signed_in: SignedIn) -> str:
    live = _live(session, signed_in)
    return hub.sealer.unseal(code_texts.number_place(live.id), live.number_sealed)


def _write_again(hub: Hub, signed_in: SignedIn, tried_by: str) -> security_codes.Sent:
    with hub.store.transaction() as session:
        tries.hold(hub, session, signed_in.account_id, NUMBER_CHANGE)
        number = _new_number(hub, session, signed_in)
        to = _recipient(hub, signed_in, number, tried_by=tried_by)
        return security_codes.send(hub, session, to)


def _recipient(
    hub: Hub, signed_in: SignedIn, number: str, *, tried_by: str
) -> security_codes.Recipient:
    return security_codes.Recipient(
        account_id=signed_in.account_id,
        purpose=NUMBER_CHANGE,
        session=signed_in.session_id,
        number=number,
        number_lookup=hub.lookup.of("number", number),
        tried_by=tried_by,
    )
