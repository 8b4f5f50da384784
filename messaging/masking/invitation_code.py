"""What an invitation code is: eight characters of Crockford's alphabet, written XXXX-XXXX."""

import re
from typing import Final

from messaging.masking.view import view

LENGTH: Final = 8
_HALF = LENGTH // 2
_READ_AS = str.maketrans("oil", "011")
_BESIDE = re.compile(r"[\W_]+")
_CHARACTERS = re.compile(r"[0-9a-hjkmnp-tv-z]*")


def characters(typed: str) -> str | None:
    """Return the characters of a code that a piece of text is, O, I and L forgiven.

    None: it holds something else.
    """
    folded = _BESIDE.sub("", view(typed)).translate(_READ_AS)
    return folded if _CHARACTERS.fullmatch(folded) else None


def is_one(found: str) -> bool:
    """Tell whether these characters are a code as the hub makes it: no half of it is a word."""
    halves = (found[:_HALF], found[_HALF:])
    return len(found) == LENGTH and not any(half.isalpha() or half.isdigit() for half in halves)


def canonical(typed: str) -> str:
    """Return a code as it stands in the email, however it was typed; a mistyped one as it is."""
    found = characters(typed)
    if found is None or len(found) != LENGTH:
        return typed
    return f"{found[:_HALF]}-{found[_HALF:]}".upper()
