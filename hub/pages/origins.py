"""Forms are sent from our own pages only; the token in each of them is the other half of that."""

from typing import Final

import structlog
from flask import Flask, abort, request

OURS: Final = frozenset({"same-origin", "none"})
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger(__name__)


def refuse_other_sites(app: Flask) -> None:
    """Refuse a form that the browser says another site has sent.

    A browser that does not say (`Sec-Fetch-Site` is younger than some old phones) is held to the
    token alone.
    """

    @app.before_request
    def check() -> None:
        if request.method in READING:
            return
        if request.headers.get("Sec-Fetch-Site", "none") not in OURS:
            log.warning("page.other_site")
            abort(403)
