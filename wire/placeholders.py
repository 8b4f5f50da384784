"""Placeholders: what stands in a text where a secret stood.

Inward (`__code__`, `__phone__`, a second one of a kind `__phone2__`) a value that a person typed is
replaced before the text is stored or sent on. Outward (`__vault_<reference>__`) an action names a
value that lies in the vault, and `messaging` puts it in at the moment of sending. Underscores,
since the tokenizer of the language model keeps them as one token and strips brackets.
"""

import re
from typing import Final

CODE: Final = "code"
PHONE: Final = "phone"
EMAIL: Final = "email"
INVITATION: Final = "invitation"
PASSWORD: Final = "password"  # noqa: S105 - the name of a kind, not a password
NUMBER: Final = "number"
KINDS: Final = (CODE, PHONE, EMAIL, INVITATION, PASSWORD, NUMBER)

VAULTED: Final = (CODE, PHONE, EMAIL, INVITATION)
"""Kinds whose value is kept, sealed and for minutes, for an action; the others are dropped."""

INWARD: Final = re.compile(
    r"__(?P<kind>code|phone|email|invitation|password|number)(?P<nth>[2-9]|[1-9]\d)?__"
)
OUTWARD: Final = re.compile(r"__vault_(?P<reference>[0-9a-f]{32})__")

_TYPED = re.compile(r"_{2,}")


def inward(kind: str, nth: int = 1) -> str:
    """Return the placeholder of the nth value of a kind in one text, counting from 1."""
    return f"__{kind}__" if nth == 1 else f"__{kind}{nth}__"


def outward(reference: str) -> str:
    """Return the placeholder that `messaging.replies` fills from the vault."""
    return f"__vault_{reference}__"


def escape_typed(text: str) -> str:
    """Return the text with every run of two or more underscores made one.

    A person can type `__code__`; after this, whatever still looks like a placeholder is ours.
    """
    return _TYPED.sub("_", text)
