"""Security codes by text: send, send again, check and burn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, code_texts, outbox, tries, typed_codes
from hub.accounts.errors import CodeExpired, CodeIncorrect, Limited, Locked, NoCodeSent
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.accounts.sends import Allowance
from hub.store.tables import Challenge, Guard, Outgoing

USED: Final = "used"
SUPERSEDED: Final = "superseded"
LOCKED: Final = "locked"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whose code it is: everything that a code is bound to."""

    account_id: str
    purpose: str
    session: str
    """The registration's or browser session's id that asked for it."""
    number: str
    number_lookup: str
    tried_by: str
    """Whose sends are counted besides: a conversation's id, or `ip:<keyed hash>`."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A code on its way; `outgoing_id` has still to be handed over."""

    challenge_id: str
    sent: Literal["new", "same"]
    expires_at: datetime
    resend_after_s: int
    outgoing_id: str


def send(hub: Hub, session: Session, to: Recipient) -> Sent:
    """Send a code, or the same again while enough of its life is left.

    A text that was written down but never handed over is taken up again: it has been counted.

    Raises:
        Locked: too many wrong codes.
        TooManySends, ResendTooSoon: the limits of sending.
    """
    allowance = Allowance(
        hub,
        session,
        account_id=to.account_id,
        purpose=to.purpose,
        number_lookup=to.number_lookup,
        tried_by=to.tried_by,
    )
    tries.require_unlocked(hub, allowance.guard)
    challenge = live(session, to.account_id, to.purpose)
    if challenge is not None and _may_be_sent_again(hub, challenge, to):
        waiting = _waiting_text(hub, session, challenge)
        if waiting is not None:
            return _sent(challenge, "same", waiting, allowance)
    allowance.require()
    kind: Literal["new", "same"] = "same"
    if challenge is None or not _may_be_sent_again(hub, challenge, to):
        challenge, kind = _replace(hub, session, challenge, to), "new"
    outgoing_id = outbox.add(
        hub,
        session,
        outbox.SECURITY_CODE,
        account_id=to.account_id,
        challenge_id=challenge.id,
        not_after=challenge.expires_at,
        held=True,
    )
    allowance.count()
    audit.note(
        hub,
        session,
        "code.sent",
        account_id=to.account_id,
        challenge=challenge.id,
        purpose=to.purpose,
        sent=kind,
    )
    log.info("code.sent", challenge=challenge.id, purpose=to.purpose, sent=kind)
    return _sent(challenge, kind, outgoing_id, allowance)


def check(hub: Hub, session: Session, to: Recipient, *, typed: str) -> None:
    """Check a typed code once and burn it.

    What is counted is part of the transaction, which must keep it on `HubError`.

    Raises:
        CodeMalformed: cannot be a code; costs no try.
        Locked: too many wrong codes, this one perhaps included.
        NoCodeSent: nothing is out for this session.
        CodeIncorrect: wrong; or right, but expired for longer than that is explained.
        CodeExpired: right, but expired; sending a new one is the caller's next step.

    Source: ASVS 5.0 6.5.1, 6.6.2, 6.6.3; NIST SP 800-63B-4 3.2.2.
    """
    digits = typed_codes.read(typed)
    guard = tries.hold(hub, session, to.account_id, to.purpose)
    tries.require_unlocked(hub, guard)
    challenge = live(session, to.account_id, to.purpose)
    if challenge is None or not _is_bound_to(challenge, to):
        raise NoCodeSent
    now = hub.clock.now()
    explained_until = challenge.expires_at + hub.limits.code_explained_after_expiry
    matches = code_texts.is_code_of(hub, challenge, digits)
    if matches and challenge.expires_at <= now <= explained_until:
        raise CodeExpired
    if not (matches and _burn(session, challenge, now)):
        raise _count_wrong(hub, session, guard, challenge)
    tries.forget_row(guard)
    audit.note(
        hub,
        session,
        "code.right",
        account_id=to.account_id,
        challenge=challenge.id,
        purpose=to.purpose,
    )
    log.info("code.right", challenge=challenge.id, purpose=to.purpose)


def cooldown(hub: Hub, session: Session, challenge: Challenge) -> timedelta:
    """Return how long until a challenge's text may be sent again; zero: at once."""
    return Allowance(
        hub,
        session,
        account_id=challenge.account_id,
        purpose=challenge.purpose,
        number_lookup=challenge.number_lookup,
        tried_by=challenge.session,  # the cooldown does not depend on it
    ).cooldown()


def live(session: Session, account_id: str, purpose: str) -> Challenge | None:
    """Return the code that is out for an account and purpose, though it may have expired."""
    statement = (
        select(Challenge)
        .where(
            Challenge.account_id == account_id,
            Challenge.purpose == purpose,
            Challenge.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def _burn(session: Session, challenge: Challenge, now: datetime) -> bool:
    """End a live code as used; False: another check was first, or its time is over."""
    burned = session.scalars(
        update(Challenge)
        .where(
            Challenge.id == challenge.id,
            Challenge.ended_at.is_(None),
            Challenge.expires_at > now,
        )
        .values(ended_at=now, ended_why=USED)
        .returning(Challenge.id)
    ).one_or_none()
    return burned is not None


def _count_wrong(
    hub: Hub, session: Session, guard: Guard, challenge: Challenge
) -> CodeIncorrect | Locked:
    counted = tries.count_wrong(hub, session, guard, account_id=challenge.account_id)
    audit.note(
        hub,
        session,
        "code.wrong",
        account_id=challenge.account_id,
        challenge=challenge.id,
        purpose=challenge.purpose,
    )
    if counted.locked_for is None:
        return CodeIncorrect(counted.tries_left)
    challenge.ended_at, challenge.ended_why = hub.clock.now(), LOCKED
    log.warning("code.locked", challenge=challenge.id, purpose=challenge.purpose)
    return Locked(counted.locked_for, needs_help=guard.off_at is not None)


def _is_bound_to(challenge: Challenge, to: Recipient) -> bool:
    return (challenge.session, challenge.number_lookup) == (to.session, to.number_lookup)


def _may_be_sent_again(hub: Hub, challenge: Challenge, to: Recipient) -> bool:
    left = challenge.expires_at - hub.clock.now()
    return _is_bound_to(challenge, to) and left >= hub.limits.same_code_if_left


def _replace(hub: Hub, session: Session, old: Challenge | None, to: Recipient) -> Challenge:
    now = hub.clock.now()
    if old is not None:
        old.ended_at, old.ended_why = now, SUPERSEDED
        session.flush()
    challenge_id = new_id()
    challenge = Challenge(
        id=challenge_id,
        account_id=to.account_id,
        purpose=to.purpose,
        session=to.session,
        number_sealed=hub.sealer.seal(code_texts.number_place(challenge_id), to.number),
        number_lookup=to.number_lookup,
        created_at=now,
        expires_at=now + hub.limits.code_lifetime,
    )
    session.add(challenge)
    session.flush()
    return challenge


def _waiting_text(hub: Hub, session: Session, challenge: Challenge) -> str | None:
    """Return a challenge's text that was not handed over and that nobody is handing over now."""
    statement = (
        select(Outgoing.id)
        .where(
            Outgoing.challenge_id == challenge.id,
            Outgoing.done_at.is_(None),
            or_(Outgoing.leased_until.is_(None), Outgoing.leased_until <= hub.clock.now()),
        )
        .order_by(Outgoing.created_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def _sent(
    challenge: Challenge, kind: Literal["new", "same"], outgoing_id: str, allowance: Allowance
) -> Sent:
    return Sent(
        challenge_id=challenge.id,
        sent=kind,
        expires_at=challenge.expires_at,
        resend_after_s=Limited(allowance.cooldown()).retry_after_s,
        outgoing_id=outgoing_id,
    )
