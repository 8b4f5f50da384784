"""Mails that anyone may ask for, by an address that may or may not be known.

The request is only written down, alike for every address; the relay looks later whether there is
someone to write to. So neither words nor status nor time tell who is known.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.accounts import ceilings, emails, factor_resets, invitations, password_reset
from hub.accounts.errors import TooManyRequests
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store import guards
from hub.store.sealing import CannotUnseal
from hub.store.tables import MailRequest

INVITATION: Final = "invitation"
RESET: Final = "reset"
FACTOR_RESET: Final = "factor_reset"

log = structlog.get_logger(__name__)

_ANSWER: Final[dict[str, Callable[[Hub, Session, str], None]]] = {
    INVITATION: invitations.renew,
    RESET: password_reset.send_link,
    FACTOR_RESET: factor_resets.ask,
}


def ask(hub: Hub, kind: str, *, email: str, tried_by: str | None = None) -> None:
    """Write down that a mail was asked for.

    Args:
        hub: the hub's parts.
        kind: `INVITATION`, `RESET` or `FACTOR_RESET`.
        email: as typed.
        tried_by: whose requests are counted besides (`visitors.from_ip`); unset: the assistant
            asks, which has limits of its own.

    Raises:
        EmailNotAccepted: not an address.
        TooManyRequests: too many for this address, whether it is known or not, from this visitor,
            or from everyone together.
    """
    address = emails.read(email)
    now, limits = hub.clock.now(), hub.limits
    of_everyone = f"mail-everyone:{kind}"
    limited = {f"mail:{kind}:{hub.lookup.of('email', address)}": _limit_of(hub, kind)}
    if tried_by is not None:
        limited[f"mail-by:{tried_by}"] = (
            limits.mail_requests_per_visitor,
            limits.mail_requests_per_visitor_window,
        )
    with hub.store.transaction() as session:
        guards.hold(session, (*limited, of_everyone), now)
        waits = [
            free - now
            for key, (limit, window) in limited.items()
            if (free := guards.free_again(session, key, limit=limit, window=window, now=now))
        ]
        if waits:
            raise TooManyRequests(max(waits))
        reached = ceilings.room_again_in(
            hub,
            session,
            of_everyone,
            limit=limits.mail_requests_ceiling,
            window=limits.mail_requests_ceiling_window,
        )
        if reached is not None:
            raise TooManyRequests(reached)
        for key in (*limited, of_everyone):
            guards.record(session, key, now)
        request = MailRequest(id=new_id(), kind=kind, created_at=now)
        request.email_sealed = hub.sealer.seal(place(request.id), address)
        session.add(request)
    hub.mail_waiting.set()


def answer_all(hub: Hub, *, at_most: int = 50) -> int:
    """Write the mails that were asked for, where there is someone to write to; return how many."""
    with hub.store.reading() as session:
        statement = select(MailRequest.id).order_by(MailRequest.created_at).limit(at_most)
        waiting = list(session.scalars(statement))
    for request_id in waiting:
        _answer(hub, request_id)
    return len(waiting)


def _answer(hub: Hub, request_id: str) -> None:
    with hub.store.transaction() as session:
        taken = session.scalars(
            delete(MailRequest).where(MailRequest.id == request_id).returning(MailRequest)
        ).one_or_none()
        if taken is None:
            return
        try:
            address = hub.sealer.unseal(place(taken.id), taken.email_sealed)
        except CannotUnseal:
            log.error("mail_request.cannot_unseal", request=taken.id)  # noqa: TRY400 - no secrets
            return
        _ANSWER[taken.kind](hub, session, address)


def _limit_of(hub: Hub, kind: str) -> tuple[int, timedelta]:
    limits = hub.limits
    if kind == INVITATION:
        return limits.invitations_per_address, limits.invitations_per_address_window
    if kind == FACTOR_RESET:
        return limits.factor_resets_per_address, limits.factor_resets_per_address_window
    return limits.resets_per_address, limits.resets_per_address_window


def place(request_id: str) -> str:
    """Return where a request's address is sealed for."""
    return f"mail_requests.email:{request_id}"
