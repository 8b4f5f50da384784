"""What gunicorn serves: pages on the public port, the API on the internal one."""

from dataclasses import dataclass

import structlog

from hub import logs, settings
from hub.accounts.relay import Relay
from hub.api.app import create_app
from hub.assembly import make_hub
from hub.last_resort import guarded
from hub.pages.app import create_pages
from wire.doors import WsgiApp, by_port

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Service:
    """The running hub."""

    application: WsgiApp
    relay: Relay


def make_service(chosen: settings.Settings) -> Service:
    """Put the hub together; nothing runs before the relay is started."""
    hub = make_hub(chosen)
    if not chosen.hub_admin_keys:
        log.warning("api.no_staff_keys", so="staff operations answer nobody; set HUB_ADMIN_KEYS")
    if not chosen.contact_email:
        log.warning("factor_reset.helpdesk_has_no_address", so="set CONTACT_EMAIL")
    return Service(
        application=guarded(
            by_port(
                public=create_pages(chosen, hub),
                internal=create_app(chosen, hub),
                internal_port=chosen.hub_internal_port,
            )
        ),
        relay=Relay(hub),
    )


_settings = settings.load()
logs.configure(_settings.log_level)
service = make_service(_settings)
application = service.application
