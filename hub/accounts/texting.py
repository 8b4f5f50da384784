"""Security codes for pages: a text is handed over before it is called sent, and its fate told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy import select

from clients.errors import ClientError
from hub.accounts import outbox, security_codes
from hub.accounts.errors import CodeExpired, HubError, Limited, NotFound, TextNotAccepted
from hub.accounts.hub import Hub
from hub.accounts.security_codes import Sent
from hub.store.tables import Challenge, Outgoing


@dataclass(frozen=True, kw_only=True)
class TextState:
    """What became of the newest text with a code, as the messaging service tells it."""

    challenge_id: str
    state: str
    reason: str | None
    sent_at: datetime
    resend_after_s: int
    expires_at: datetime


def deliver(hub: Hub, sent: Sent) -> Sent:
    """Hand a code's text over, outside the transaction that made it.

    Raises:
        TextNotAccepted: the messaging service has not taken it.
    """
    if outbox.hand_over(hub, sent.outgoing_id, held=True) is not outbox.Handover.ACCEPTED:
        raise TextNotAccepted
    return sent


def send_new_one(hub: Hub, send: Callable[[], Sent]) -> NoReturn:
    """Send a new code in the place of an expired one, where that may be, and say which it is.

    Raises:
        CodeExpired: always; it names the new text, or none.
    """
    try:
        sent = deliver(hub, send())
    except HubError:
        raise CodeExpired from None
    raise CodeExpired(outgoing_id=sent.outgoing_id)


def state_of_newest(hub: Hub, owner: str) -> TextState:
    """Return what became of the newest text that a registration or browser session asked for.

    Raises:
        NotFound: there is none.
        TextNotAccepted: the messaging service cannot be asked just now.
    """
    statement = (
        select(Outgoing, Challenge)
        .join(Challenge, Challenge.id == Outgoing.challenge_id)
        .where(Challenge.session == owner)
        .order_by(Outgoing.created_at.desc())
        .limit(1)
    )
    with hub.store.transaction() as session:
        row = session.execute(statement).one_or_none()
        if row is None:
            raise NotFound
        outgoing, challenge = row[0], row[1]
        wait = security_codes.cooldown(hub, session, challenge)
    state, reason = _carrier_state(hub, outgoing)
    return TextState(
        challenge_id=challenge.id,
        state=state,
        reason=reason,
        sent_at=outgoing.created_at,
        resend_after_s=0 if not wait else Limited(wait).retry_after_s,
        expires_at=challenge.expires_at,
    )


def _carrier_state(hub: Hub, outgoing: Outgoing) -> tuple[str, str | None]:
    if outgoing.text_id is None:
        if outgoing.outcome is None:
            return "created", None
        return "failed", "expired" if outgoing.outcome == "too_late" else "unknown"
    try:
        return hub.texts.state(outgoing.text_id)
    except ClientError as exc:
        raise TextNotAccepted from exc
