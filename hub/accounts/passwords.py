"""Which passwords can be chosen, and how they are kept."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from hub.accounts.errors import PasswordRefused
from hub.accounts.limits import Limits

COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"])
"""Some 30,000 passwords that were found in breaches; zxcvbn carries them."""

CONTEXT_WORDS: Final = ("ehc", "ehchub", "ehcp", "staffordshire", "staffs", "staffsehc", "council")


def normalise(password: str) -> str:
    """Return the password in NFC: the same keys pressed on two devices give the same bytes."""
    return unicodedata.normalize("NFC", password)


def require_acceptable(password: str, limits: Limits, *, personal: Iterable[str] = ()) -> str:
    """Return the password as it will be kept.

    Args:
        password: as typed.
        limits: lengths and the least strength.
        personal: words an attacker would try for this person, such as parts of the address.

    Raises:
        PasswordRefused: and why; the reasons are told one at a time.
    """
    password = normalise(password)
    if len(password) < limits.password_min_length:
        raise PasswordRefused("too_short")
    if len(password) > limits.password_max_length:
        raise PasswordRefused("too_long")
    if password.casefold() in COMMON:
        raise PasswordRefused("common")
    score = _strength(password, [*CONTEXT_WORDS, *personal])
    if score < limits.password_min_score:
        raise PasswordRefused("easy_to_guess")
    return password


def _strength(password: str, known_words: list[str]) -> int:
    """Return zxcvbn's score, 0 to 4; what follows its 72 characters makes nothing weaker."""
    estimate: Any = zxcvbn  # it has no types
    return int(estimate(password[:72], user_inputs=known_words)["score"])


class Hasher:
    """Argon2id; a check takes as long where there is no account as where there is one."""

    def __init__(self, limits: Limits) -> None:
        self._argon2 = PasswordHasher(
            time_cost=limits.argon2_passes,
            memory_cost=limits.argon2_memory_kib,
            parallelism=limits.argon2_lanes,
        )
        self._of_nobody = self._argon2.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return what is stored of a password or recovery code."""
        return self._argon2.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether the password is the stored one; None never matches, and as slowly."""
        try:
            self._argon2.verify(stored or self._of_nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with other costs than today's."""
        return self._argon2.check_needs_rehash(stored)


def personal_words(address: str) -> list[str]:
    """Return the words of an address that an attacker would try first."""
    local, _, domain = address.partition("@")
    return [address, local, *re.split(r"[^a-z0-9]+", local), domain.split(".")[0]]
