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

CONTEXT_WORDS: Final = (
    *("ehc", "ehcp", "ehchub", "hub", "education", "health", "care", "plan", "send"),
    *("staffordshire", "staffs", "stafford", "county", "council", "gov", "localoffer"),
    *("local", "offer", "needs", "assessment", "parent", "school", "password", "welcome"),
)
"""What anyone would try at this hub, whoever they try to be."""
SHORTEST_WORD: Final = 3
SHORTEST_REST: Final = 6

_SEPARATORS = re.compile(r"[^\w@$]|_")
_LOOKS_LIKE = str.maketrans("013457@$", "oieastas")


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
    known_words = [*CONTEXT_WORDS, *personal]
    if _strength(password, known_words) < limits.password_min_score:
        raise PasswordRefused("easy_to_guess")
    whole, rest = _without(known_words, password)
    if rest != whole and (
        len(rest) < SHORTEST_REST
        or rest.isdigit()
        or _strength(rest, known_words) < limits.password_min_score
    ):
        raise PasswordRefused("easy_to_guess")
    return password


def _without(words: list[str], password: str) -> tuple[str, str]:
    """Return a password without its separators, and the same without these words.

    Letters in the guise of digits count as letters. What is left of a password that is good by
    itself is as good; what is left of `Staffordshire-EHC-2026!` is a year.
    """
    whole = rest = _letters(password)
    known = {_letters(word) for word in words}
    known = {word for word in known if len(word) >= SHORTEST_WORD}
    while True:
        covered: set[int] = set()
        for read_as in (rest, rest.translate(_LOOKS_LIKE)):
            for word in known:
                for found in re.finditer(f"(?={re.escape(word)})", read_as):
                    covered.update(range(found.start(), found.start() + len(word)))
        if not covered:
            return whole, rest
        rest = "".join(letter for at, letter in enumerate(rest) if at not in covered)


def _letters(text: str) -> str:
    """Return letters, digits and what stands for letters, without what separates them."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).casefold())


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
    parts = re.split(r"[^a-z0-9]+", local)
    return [address, local, *parts, *re.findall("[a-z]+", local), domain.split(".")[0]]
