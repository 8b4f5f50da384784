"""Bearer tokens between our own processes; two are accepted while one is being replaced."""

import hmac
from collections.abc import Iterable

BEARER = "Bearer "


def bearer(token: str) -> str:
    """Return the value of an Authorization header for this token."""
    return BEARER + token


def bearer_is_valid(header: str | None, tokens: Iterable[str]) -> bool:
    """Tell whether an Authorization header carries one of the accepted tokens.

    Every token is compared, whatever the first comparison said, so that the time taken does not
    depend on which one matched. An empty accepted token never matches.
    """
    if not header or not header.startswith(BEARER):
        return False
    given = header[len(BEARER) :].encode()
    matches = [bool(token) and hmac.compare_digest(given, token.encode()) for token in tokens]
    return any(matches)
