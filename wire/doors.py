"""Two doors of one service: which WSGI application answers depends on the port that was reached."""

from collections.abc import Callable, Iterable
from typing import Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def by_port(*, public: WsgiApp, internal: WsgiApp, internal_port: int) -> WsgiApp:
    """Return one application that shows the internal one on its own port only.

    The port is that of the listening socket (gunicorn takes `SERVER_PORT` from `getsockname()`),
    not of the Host header, which a caller chooses.
    """

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_internal = environ.get("SERVER_PORT") == str(internal_port)
        return (internal if is_internal else public)(environ, start_response)

    return application
