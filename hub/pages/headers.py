"""What every response carries: kept nowhere, framed by nobody, running nothing foreign."""

import secrets
from typing import Final

import structlog
from flask import Flask, Response, g, request

STATIC_LIFETIME_S: Final = 3600
HSTS_LIFETIME_S: Final = 31_536_000


def add_headers(app: Flask, *, is_secure: bool) -> None:
    """Add the headers; before anything that answers by itself, so that it gets them too."""

    @app.before_request
    def begin() -> None:
        structlog.contextvars.clear_contextvars()
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            f"script-src 'self' 'nonce-{g.csp_nonce}'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint == "static":
            headers["Cache-Control"] = f"public, max-age={STATIC_LIFETIME_S}"
        else:
            headers["Cache-Control"] = "no-store"
        if is_secure:
            headers["Strict-Transport-Security"] = f"max-age={HSTS_LIFETIME_S}"
        return response
