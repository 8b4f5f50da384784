"""Ten codes for a day without phone: made together, each good once."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hub.accounts import audit, invitation_codes, notices, tries
from hub.accounts.errors import CodeIncorrect, CodeMalformed, Locked
from hub.accounts.hub import Hub
from hub.accounts.ids import new_id
from hub.store.tables import Account, RecoveryCode

LENGTH: Final = 16  # 80 bits; NIST SP 800-63B-4 3.1.2 wants 64
GROUP: Final = 4
USED: Final = "used"
REPLACED: Final = "replaced"

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015._]+")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A try that was counted and compared."""

    tried: tries.Tried
    code_id: str | None
    """Of the code that was typed; None: none of the account's."""


def show(code: str) -> str:
    """Return a code as it is written down, XXXX-XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(typed: str) -> str:
    """Return the code that was typed, in the form in which it was made.

    Raises:
        CodeMalformed: it cannot be a recovery code, and how so.
    """
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_READ_AS)
    if len(folded) != LENGTH:
        raise CodeMalformed("too_few" if len(folded) < LENGTH else "too_many")
    if any(character not in invitation_codes.ALPHABET for character in folded):
        raise CodeMalformed("not_digits")
    return folded


def make_all(hub: Hub, *, account_id: str) -> list[str]:
    """Make an account's codes anew; the former ones no longer work. Shown once, never kept."""
    codes = [
        "".join(secrets.choice(invitation_codes.ALPHABET) for _ in range(LENGTH))
        for _ in range(hub.limits.recovery_codes)
    ]
    hashes = [hub.hasher.hash(code) for code in codes]  # slow, so before the transaction
    now = hub.clock.now()
    with hub.store.transaction() as session:
        tries.hold(hub, session, account_id, "recovery")
        end_all(hub, session, account_id, why=REPLACED)
        for code_hash in hashes:
            session.add(
                RecoveryCode(
                    id=new_id(), account_id=account_id, code_hash=code_hash, created_at=now
                )
            )
        audit.note(hub, session, "recovery_codes.made", account_id=account_id, made=len(codes))
        notices.recovery_codes_made(hub, session, session.get_one(Account, account_id))
    return [show(code) for code in codes]


def left(session: Session, account_id: str) -> int:
    """Return how many codes an account has that were not used."""
    statement = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.ended_at.is_(None)
    )
    return session.scalars(statement).one()


def compare(hub: Hub, *, account_id: str, purpose: str, typed: str) -> Compared:
    """Count a try, then look which of the account's codes was typed; `use` or `give_back` follows.

    Comparing takes long, so nothing is held meanwhile: a try that is counted first is one of the
    few that may be, however many are made at once.

    Raises:
        CodeMalformed: it cannot be a recovery code; costs no try.
        Locked: too many wrong codes; this one was not compared.
    """
    code = read(typed)
    with hub.store.transaction() as session:
        guard = tries.hold(hub, session, account_id, purpose)
        tries.require_unlocked(hub, guard)
        tried = tries.count(hub, session, guard)
        statement = select(RecoveryCode.id, RecoveryCode.code_hash).where(
            RecoveryCode.account_id == account_id, RecoveryCode.ended_at.is_(None)
        )
        kept = [(row.id, row.code_hash) for row in session.execute(statement)]
    return Compared(tried=tried, code_id=_matching(hub, kept, code))


def use(hub: Hub, session: Session, *, account_id: str, purpose: str, compared: Compared) -> None:
    """Burn the code that `compare` found, or leave its try counted as wrong.

    What is counted is part of the transaction, which must keep it on `HubError`.

    Raises:
        Locked: too many wrong codes, this one included.
        CodeIncorrect: wrong, or used a moment ago.
    """
    guard = tries.hold(hub, session, account_id, purpose)
    if compared.code_id is not None and _burn(hub, session, compared.code_id):
        tries.take_back(session, guard, compared.tried)
        tries.forget_row(guard)
        remaining = left(session, account_id)
        audit.note(
            hub,
            session,
            "recovery_code.used",
            account_id=account_id,
            purpose=purpose,
            left=remaining,
        )
        notices.recovery_code_used(
            hub, session, session.get_one(Account, account_id), left=remaining
        )
        log.info("recovery_code.used", account=account_id, left=remaining)
        return
    counted = tries.settle_wrong(hub, session, guard, compared.tried, account_id=account_id)
    audit.note(hub, session, "recovery_code.wrong", account_id=account_id, purpose=purpose)
    if counted.locked_for is None:
        raise CodeIncorrect(counted.tries_left)
    raise Locked(counted.locked_for, needs_help=guard.off_at is not None)


def give_back(hub: Hub, *, account_id: str, purpose: str, compared: Compared) -> None:
    """Take a try back whose code was right but came to nothing: the step it was for is over."""
    if compared.code_id is not None:
        with hub.store.transaction() as session:
            guard = tries.hold(hub, session, account_id, purpose)
            tries.take_back(session, guard, compared.tried)


def end_all(hub: Hub, session: Session, account_id: str, *, why: str) -> None:
    """End the codes of an account that were not used."""
    session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=hub.clock.now(), ended_why=why)
    )


def _matching(hub: Hub, kept: list[tuple[str, str]], code: str) -> str | None:
    """Compare with every code that is kept, whichever is right, so that time tells nothing."""
    found = [code_id for code_id, code_hash in kept if hub.hasher.matches(code_hash, code)]
    return found[0] if found else None


def _burn(hub: Hub, session: Session, recovery_code_id: str) -> bool:
    burned = session.scalars(
        update(RecoveryCode)
        .where(RecoveryCode.id == recovery_code_id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=hub.clock.now(), ended_why=USED)
        .returning(RecoveryCode.id)
    ).one_or_none()
    return burned is not None
