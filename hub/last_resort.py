"""The outermost layer of both doors: what nothing else has caught is logged by name only."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog

from wire.doors import WsgiApp

BODY: Final = json.dumps(
    {
        "type": "urn:ehc-hub:problem:internal",
        "title": "Something went wrong in the hub.",
        "status": 500,
    }
).encode()

log = structlog.get_logger(__name__)


def guarded(application: WsgiApp) -> WsgiApp:
    """Return the application; an exception that leaves it is answered, never printed.

    The server behind would print its trace, and with it whatever its message holds.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as exc:  # noqa: BLE001 - the last place there is
            log.error("hub.unanswered", error=type(exc).__name__)  # noqa: TRY400 - no trace
            start_response(
                "500 Internal Server Error",
                [
                    ("Content-Type", "application/problem+json"),
                    ("Content-Length", str(len(BODY))),
                    ("Cache-Control", "no-store"),
                ],
            )
            return [BODY]

    return answer
