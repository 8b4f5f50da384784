"""What counts as an email address, and when two are the same."""

import re
import unicodedata
from typing import Final

from hub.accounts.errors import EmailNotAccepted

MAX_LENGTH: Final = 254  # RFC 5321 4.5.3.1.3, less the brackets
_SHAPE = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)


def read(typed: str) -> str:
    """Return an address in the one form in which it is kept: trimmed and in small letters.

    Raises:
        EmailNotAccepted: not an address that mail can be sent to.
    """
    address = unicodedata.normalize("NFKC", typed).strip()
    match = _SHAPE.fullmatch(address)
    if match is None or len(address) > MAX_LENGTH or len(match["local"]) > 64:
        raise EmailNotAccepted
    return address.lower()
