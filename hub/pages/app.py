"""The application behind the public door."""

import secrets
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, render_template, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.accounts.hub import Hub
from hub.health import add_health
from hub.pages import home, registration
from hub.settings import Settings

CONTENT = Path(__file__).parent.parent / "content"
LARGEST_FORM = 16 * 1024

log = structlog.get_logger(__name__)


def create_pages(settings: Settings, hub: Hub) -> Flask:
    """Return the pages that a parent uses."""
    app = Flask(__name__, static_folder=str(CONTENT / "static"), static_url_path="/static")
    keys = [key.secret for key in settings.hub_session_key]
    app.config.update(
        SECRET_KEY=keys[0],
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="__Host-hub" if settings.cookies_are_secure else "hub",
        SESSION_COOKIE_SECURE=settings.cookies_are_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.cookies_are_secure,
    )
    _secure(app, settings)  # before the check of forms: what it answers is a page too
    csrf: Any = CSRFProtect  # it has no types
    csrf(app)
    _add_templates(app, settings, hub)
    app.register_blueprint(registration.blueprint(hub))
    app.register_blueprint(home.blueprint(hub))
    add_health(app, hub)
    _translate_errors(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    return app


def _add_templates(app: Flask, settings: Settings, hub: Hub) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("hub", "content/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def shared() -> dict[str, object]:
        return {
            "contact": hub.contact,
            "privacy_url": settings.privacy_url,
            "csp_nonce": g.csp_nonce,
            "fault": None,
        }


def _secure(app: Flask, settings: Settings) -> None:
    @app.before_request
    def begin() -> None:
        structlog.contextvars.clear_contextvars()
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            f"script-src 'self' 'nonce-{g.csp_nonce}'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint == "static":
            headers["Cache-Control"] = "public, max-age=3600"
        else:
            headers["Cache-Control"] = "no-store"
        if settings.cookies_are_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _translate_errors(app: Flask) -> None:
    def message(status: int, title: str, *paragraphs: str) -> tuple[str, int]:
        page = render_template(
            "message.html",
            title=title,
            paragraphs=paragraphs,
            action={"href": "/", "text": "Go to the EHC Hub"},
        )
        return page, status

    @app.errorhandler(CSRFError)
    def page_too_old(error: CSRFError) -> tuple[str, int]:
        log.info("page.csrf", reason=type(error).__name__)
        return message(
            400,
            "This page was open for too long",
            "Nothing was changed. Go back, reload the page and try again.",
            "Your browser must accept cookies from the EHC Hub.",
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        if status == 404:
            return message(404, "Page not found", "Check that the address is complete and correct.")
        return message(status, "The EHC Hub could not read that", "Go back and try again.")

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> tuple[str, int]:
        away = isinstance(error, SQLAlchemyError)
        rule = request.url_rule.rule if request.url_rule else ""
        log.error("page.failed", error=type(error).__name__, rule=rule)
        return message(
            503 if away else 500,
            "Sorry, there is a problem with the EHC Hub",
            "Nothing was changed. Try again in a few minutes.",
        )
