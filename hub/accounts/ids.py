"""Names for new things, that nobody can guess."""

import secrets
import uuid
from typing import Final

TOKEN_BYTES: Final = 32


def new_id() -> str:
    """Return an opaque id for a row; fit for logs."""
    return str(uuid.uuid4())


def new_token() -> str:
    """Return a 256-bit token for a link or a session; never fit for logs."""
    return secrets.token_urlsafe(TOKEN_BYTES)
