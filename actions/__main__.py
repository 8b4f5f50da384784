"""Start the action server: `python -m actions`."""

import structlog

from actions.app import create_app
from actions.core.services import Desk, Services, Vault
from actions.logs import configure_logs
from actions.settings import Settings, read_settings
from clients import vault
from clients.hub import HubClient
from clients.messaging import MessagingClient
from wire.clock import SystemClock


def _desk(settings: Settings) -> Desk | None:
    if settings.messaging_api_key is None:
        return None
    key = settings.messaging_api_key.get_secret_value()
    return Desk(MessagingClient(settings.messaging_base_url, key))


def main() -> None:
    """Read the settings, make the neighbours, serve."""
    settings = read_settings()
    configure_logs(settings.log_level)
    log = structlog.get_logger("actions")
    unset = settings.contacts.unset()
    if unset:
        log.warning("settings.contacts_unset", settings=unset)
    services = Services(
        hub=HubClient(settings.hub_base_url, settings.hub_api_key.get_secret_value()),
        vault=Vault(vault.Vault.at(settings.redis_url, settings.vault_key_bytes)),
        clock=SystemClock(),
        contacts=settings.contacts,
        desk=_desk(settings),
    )
    app = create_app(services, settings.tokens)
    log.info("actions.started", port=settings.actions_port)
    app.run(
        host=settings.actions_host,
        port=settings.actions_port,
        single_process=True,
        motd=False,
        access_log=False,
    )


if __name__ == "__main__":
    main()
