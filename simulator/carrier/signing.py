"""The signature that Twilio puts on every request it makes.

Source: Twilio, "Webhooks security": base64 of HMAC-SHA1 over URL and every name and value, sorted.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

SIGNATURE_HEADER = "X-Twilio-Signature"

Fields = Sequence[tuple[str, str]]


def signature(auth_token: str, url: str, fields: Fields) -> str:
    """Sign a form post to a URL (without its fragment). Repeated values of a name count once."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
