"""The eight characters that a parent types in the place of the invitation's link."""

import re
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
LENGTH: Final = 8
LEAST_DIGITS: Final = 2
"""So that a code can be told from a word ("password" would be one) and masked in a chat."""

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015._]+")


def make() -> str:
    """Return a new code without its hyphen, each code as likely as any other."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if has_enough_digits(code):
            return code


def has_enough_digits(code: str) -> bool:
    """Tell whether a code has the digits by which it is recognised."""
    return sum(character.isdigit() for character in code) >= LEAST_DIGITS


def show(code: str) -> str:
    """Return the code as it is written in a mail, XXXX-XXXX."""
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def read(typed: str) -> str | None:
    """Return the code that was typed, in the form in which it was made; None: it cannot be one."""
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_READ_AS)
    if len(folded) != LENGTH or any(character not in ALPHABET for character in folded):
        return None
    return folded
