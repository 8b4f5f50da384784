"""The eight characters that a parent types in the place of the invitation's link."""

import re
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
LENGTH: Final = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015._/]+")


def make() -> str:
    """Return a new code without its hyphen, each recognisable one as likely as any other."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if is_recognisable(code):
            return code


def is_recognisable(code: str) -> bool:
    """Tell whether each half has a letter and a digit.

    So a code can be told from words, dates and telephone numbers, and masked in a chat, whatever
    stands around it ("password" and "12th-2024" would be codes else). It leaves 39.2 bits of 40.
    """
    half = LENGTH // 2
    return all(
        any(character.isdigit() for character in part)
        and any(character.isalpha() for character in part)
        for part in (code[:half], code[half:])
    )


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
