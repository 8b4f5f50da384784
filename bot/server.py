"""The HTTP server around the assistant: one channel, two health pages, nothing else of Rasa's."""

import asyncio
import logging
from pathlib import Path
from typing import Any, Final

from rasa.core.channels.channel import InputChannel, register
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file
from sanic import Sanic
from sanic.exceptions import NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot import readiness
from bot.action_call import ActionCall
from bot.channels.edge import MAX_BODY_BYTES, EdgeChannel
from bot.errors import ModelUnusable, WrongConfiguration
from bot.settings import Settings
from bot.stores.trackers import RedisTrackers
from bot.turns import TurnProcessor

log = logging.getLogger(__name__)

ROUTE: Final = "/webhooks/"
KEEP_ALIVE_S: Final = 75
RESPONSE_TIMEOUT_S: Final = 60
"""More than any turn takes: after a first failure the action server is not asked again."""


def create(settings: Settings) -> Sanic:
    """Make the server; model and connections are opened when it starts.

    Raises:
        WrongConfiguration: a configuration file names anything but our own channel and store.
    """
    app = Sanic("bot", configure_logging=False)
    app.config.update(
        ACCESS_LOG=False,
        MOTD=False,
        KEEP_ALIVE_TIMEOUT=KEEP_ALIVE_S,
        RESPONSE_TIMEOUT=RESPONSE_TIMEOUT_S,
        REQUEST_MAX_SIZE=MAX_BODY_BYTES,
        FALLBACK_ERROR_FORMAT="json",
    )
    app.ctx.processor = None
    register([_channel(settings.credentials)], app, route=ROUTE)
    app.add_route(_healthz, "/healthz")
    app.add_route(_readyz, "/readyz")
    app.error_handler.add(Exception, _error)
    trackers, actions = _endpoints(settings.endpoints)

    async def open_up(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        model = model_file(settings)
        app.ctx.trackers = trackers
        app.ctx.processor = TurnProcessor(model, trackers=trackers, actions=actions)
        texts = readiness.missing_texts(app.ctx.processor)
        if texts:
            raise WrongConfiguration("the model lacks " + ", ".join(texts))
        log.info("server.started", extra={"model": model.name, "port": settings.port})

    async def shut_down(_app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        await actions.close()
        await trackers.close()

    app.register_listener(open_up, "before_server_start")
    app.register_listener(shut_down, "after_server_stop")
    return app


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    create(settings).run(host=settings.host, port=settings.port, workers=1, access_log=False)


def model_file(settings: Settings) -> Path:
    """Return the pinned model, or the newest one.

    Raises:
        ModelUnusable: there is none.
    """
    if settings.model is not None:
        if not settings.model.is_file():
            raise ModelUnusable(f"MODEL names {settings.model}, which is not there")
        return settings.model
    found = sorted(settings.models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise ModelUnusable(f"no model in {settings.models}/; run `make train`")
    return found[-1]


def _channel(credentials: Path) -> InputChannel:
    entries = read_config_file(credentials)
    ours = f"{EdgeChannel.__module__}.{EdgeChannel.__name__}"
    if list(entries) != [ours]:
        raise WrongConfiguration(f"{credentials}: must hold {ours} and no other channel")
    return class_from_module_path(ours).from_credentials(entries[ours])


def _endpoints(path: Path) -> tuple[RedisTrackers, ActionCall]:
    endpoints = AvailableEndpoints.read_endpoints(str(path))
    if endpoints.action is None or endpoints.tracker_store is None:
        raise WrongConfiguration(f"{path}: must hold action_endpoint and tracker_store")
    trackers = TrackerStore.create(endpoints.tracker_store)
    if not isinstance(trackers, RedisTrackers):
        # Rasa takes its in-memory store when it does not find the class that is named.
        raise WrongConfiguration(f"{path}: tracker_store must be of our own type")
    return trackers, ActionCall.to(endpoints.action)


async def _healthz(_request: Request) -> HTTPResponse:
    return json_response({"status": "alive"})


async def _readyz(request: Request) -> HTTPResponse:
    processor = request.app.ctx.processor
    problems = await readiness.missing(processor, request.app.ctx.trackers)
    return json_response({"missing": problems}, status=503 if problems else 200)


async def _error(_request: Request, error: Exception) -> HTTPResponse:
    """Answer with a status and no more: an error's words may hold what a person wrote."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if not isinstance(error, NotFound):
        log.warning("request.failed", extra={"error": type(error).__name__, "status": status})
    return json_response({"error": _reason(status)}, status=status)


def _reason(status: int) -> str:
    reasons: dict[int, Any] = {404: "not found", 405: "method not allowed", 413: "body too long"}
    return str(reasons.get(status, "request failed"))
