"""The workers' own door: health and metrics, on loopback by default."""

import json
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Keep polls out of the log."""


def application(
    missing: Callable[[], list[str]], registry: CollectorRegistry
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """Return the WSGI application of the door; `missing` says what is not ready."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(registry)]
        if path not in ("/healthz", "/readyz"):
            return _json(start_response, "404 Not Found", {"status": "not found"})
        lacks = missing() if path == "/readyz" else []
        if lacks:
            document = {"status": "not ready", "missing": lacks}
            return _json(start_response, "503 Service Unavailable", document)
        return _json(start_response, "200 OK", {"status": "ok"})

    return answer


def _json(start_response: StartResponse, status: str, document: object) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(document).encode()]


def serve(
    host: str,
    port: int,
    *,
    missing: Callable[[], list[str]],
    registry: CollectorRegistry,
) -> WSGIServer:
    """Open the door in a thread of its own; `shutdown()` closes it.

    Raises:
        OSError: the port is taken.
    """
    app = application(missing, registry)
    server = make_server(host, port, app, server_class=_Server, handler_class=_Silent)
    Thread(target=server.serve_forever, name="door", daemon=True).start()
    return server
