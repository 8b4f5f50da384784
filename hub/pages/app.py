"""The application behind the public door."""

from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.accounts.hub import Hub
from hub.health import add_health
from hub.pages import (
    browser,
    faults,
    guidance,
    headers,
    home,
    lost_phone,
    new_invitation,
    origins,
    password_reset,
    registration,
    security,
    sign_in,
    two_factor,
)
from hub.settings import Settings

CONTENT = Path(__file__).parent.parent / "content"
LARGEST_FORM = 16 * 1024


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
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our own policy keeps back
    )
    headers.add_headers(app, is_secure=settings.cookies_are_secure)
    origins.refuse_other_sites(app)
    csrf: Any = CSRFProtect  # it has no types
    csrf(app)
    _add_templates(app, settings, hub)
    for journey in (
        home,
        registration,
        new_invitation,
        two_factor,
        sign_in,
        password_reset,
        lost_phone,
        security,
        guidance,
    ):
        app.register_blueprint(journey.blueprint(hub))
    add_health(app, hub)
    faults.add_fault_pages(app, hub)
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
            "needs_assessment_url": settings.needs_assessment_url,
            "local_offer_url": settings.local_offer_url,
            "csp_nonce": g.csp_nonce,
            "is_signed_in": browser.looks_signed_in(),
            "fault": None,
        }
