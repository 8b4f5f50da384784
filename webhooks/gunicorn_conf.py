"""How gunicorn runs the edge: both ports, threads, no access log (it would hold numbers)."""

import logging
import signal
from threading import Thread
from types import FrameType
from typing import Any

from messaging.settings import load
from webhooks.settings import EdgeSettings

_settings = load(EdgeSettings)

bind = [
    f"{_settings.edge_host}:{_settings.edge_port}",
    f"{_settings.edge_internal_host}:{_settings.edge_internal_port}",
]
# Threads of our own kind: a half-sent request holds none of them for long.
worker_class = {"gthread": "webhooks.timed_threads.TimedThreads"}.get(
    _settings.edge_worker_class, _settings.edge_worker_class
)
workers = 1
# A stream of the web chat holds a thread; the others are for everything else. Threads are made as
# they are needed.
threads = _settings.edge_threads + _settings.webchat_streams
worker_connections = 2 * threads
timeout = 30
graceful_timeout = 10
keepalive = 30
accesslog = None
loglevel = "warning"
worker_tmp_dir = None
logging.captureWarnings(capture=True)


def post_worker_init(worker: Any) -> None:
    """Start the edge's own thread once the process is the final one.

    gunicorn waits for every open request before a worker ends, and has no hook for the moment it
    is told to: the streams of the web chat would hold it for the whole of `graceful_timeout`.
    """
    from webhooks.wsgi import edge

    worker.request_within_s = _settings.edge_request_s
    edge.start()
    gunicorns_own = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        Thread(target=edge.drain, name="drain").start()  # a lock may be held by what was stopped
        if callable(gunicorns_own):
            gunicorns_own(number, frame)

    signal.signal(signal.SIGTERM, end)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Stop the edge's own thread."""
    from webhooks.wsgi import edge

    edge.stop()
