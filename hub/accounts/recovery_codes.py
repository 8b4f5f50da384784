"""Ten codes for a day without phone: made together, each good once."""

import re
import secrets
import unicodedata
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


def find(hub: Hub, *, account_id: str, purpose: str, typed: str) -> str | None:
    """Return the id of the code that was typed, if it is one of the account's; changes nothing.

    Comparing takes long, so it is done outside the transaction; `use` then decides, and tells what
    was found only to who is not locked out.

    Raises:
        CodeMalformed: it cannot be a recovery code; costs no try.
        Locked: too many wrong codes.
    """
    code = read(typed)
    with hub.store.transaction() as session:
        tries.require_unlocked(hub, tries.hold(hub, session, account_id, purpose))
        statement = select(RecoveryCode.id, RecoveryCode.code_hash).where(
            RecoveryCode.account_id == account_id, RecoveryCode.ended_at.is_(None)
        )
        kept = [(row.id, row.code_hash) for row in session.execute(statement)]
    found = [code_id for code_id, code_hash in kept if hub.hasher.matches(code_hash, code)]
    return found[0] if found else None


def use(
    hub: Hub, session: Session, *, account_id: str, purpose: str, recovery_code_id: str | None
) -> None:
    """Burn the code that `find` returned, or count a wrong one.

    What is counted is part of the transaction, which must keep it on `HubError`.

    Raises:
        Locked: too many wrong codes, this one perhaps included.
        CodeIncorrect: wrong, or used a moment ago.
    """
    guard = tries.hold(hub, session, account_id, purpose)
    tries.require_unlocked(hub, guard)
    if recovery_code_id is not None and _burn(hub, session, recovery_code_id):
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
    counted = tries.count_wrong(hub, session, guard, account_id=account_id)
    audit.note(hub, session, "recovery_code.wrong", account_id=account_id, purpose=purpose)
    if counted.locked_for is None:
        raise CodeIncorrect(counted.tries_left)
    raise Locked(counted.locked_for, needs_help=guard.off_at is not None)


def end_all(hub: Hub, session: Session, account_id: str, *, why: str) -> None:
    """End the codes of an account that were not used."""
    session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=hub.clock.now(), ended_why=why)
    )


def _burn(hub: Hub, session: Session, recovery_code_id: str) -> bool:
    burned = session.scalars(
        update(RecoveryCode)
        .where(RecoveryCode.id == recovery_code_id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=hub.clock.now(), ended_why=USED)
        .returning(RecoveryCode.id)
    ).one_or_none()
    return burned is not None
