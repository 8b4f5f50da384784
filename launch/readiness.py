"""Waiting until the product can answer a text."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import httpx

from launch import environment

READY_WITHIN_S: Final = 120.0
"""After this long something is wrong rather than slow (20 s on a trained tree with 2 cores)."""


def doors(env: Mapping[str, str], without: frozenset[str]) -> dict[str, str]:
    """Return the readiness address of every service by its name in the Procfile."""
    ports = {
        "hub": "HUB_PORT",
        "actions": "ACTIONS_PORT",
        "rasa": "RASA_PORT",
        "workers": "WORKER_PORT",
        "edge": "EDGE_PORT",
        "simulator": "SIMULATOR_PORT",
    }
    return {
        name: environment.door(env, port) + "/readyz"
        for name, port in ports.items()
        if name not in without
    }


def not_ready(addresses: Mapping[str, str]) -> list[str]:
    """Return the names of the services that do not answer 200 now."""
    with _client() as client:
        return [name for name, address in addresses.items() if not _is_ready(client, address)]


def wait(
    addresses: Mapping[str, str],
    *,
    gave_up: Callable[[], bool] = lambda: False,
    progress: Callable[[list[str]], None] = lambda _: None,
    timeout_s: float = READY_WITHIN_S,
) -> list[str]:
    """Wait until all are ready; return the names of those that are not when the time is up.

    Args:
        gave_up: asked between looks; True ends the waiting.
        progress: told the names still awaited, whenever they change.
    """
    deadline = time.monotonic() + timeout_s
    last: list[str] | None = None
    with _client() as client:  # one for all looks: each reads every certificate of the web
        while True:
            waiting = [name for name, door in addresses.items() if not _is_ready(client, door)]
            if waiting != last:
                progress(waiting)
                last = waiting
            if not waiting or gave_up() or time.monotonic() > deadline:
                return waiting
            time.sleep(0.25)


def _client() -> httpx.Client:
    return httpx.Client(timeout=5, trust_env=False)


def _is_ready(client: httpx.Client, address: str) -> bool:
    try:
        return client.get(address).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
