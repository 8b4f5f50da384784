"""Requests to processes of ours over plain HTTP.

httpx's own functions read every certificate of the web anew, which takes longer than what is asked.
"""

import ssl
from functools import partial

import httpx

_KNOWS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

get = partial(httpx.get, verify=_KNOWS_NOBODY, trust_env=False)
post = partial(httpx.post, verify=_KNOWS_NOBODY, trust_env=False)
request = partial(httpx.request, verify=_KNOWS_NOBODY, trust_env=False)
stream = partial(httpx.stream, verify=_KNOWS_NOBODY, trust_env=False)
