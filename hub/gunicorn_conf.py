"""How gunicorn runs the hub: threads behind two ports, the relay beside them."""

from typing import Any

from hub import settings
from wire.ending import END_WITHIN_S

_settings = settings.load()

bind = [
    f"{_settings.hub_host}:{_settings.hub_port}",
    f"{_settings.hub_host}:{_settings.hub_internal_port}",
]
worker_class = "gthread"
threads = _settings.hub_threads
timeout = 30
graceful_timeout = END_WITHIN_S
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"
limit_request_line = 2048
limit_request_fields = 50
proc_name = "ehc-hub"
# Which client sent what is decided by TRUSTED_PROXIES, not by headers that anyone can send.
forwarded_allow_ips = ""
wsgi_app = "hub.wsgi:application"


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Start the relay once the worker has its own connections."""
    from hub.wsgi import service

    service.relay.start()


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Let the relay finish what it is handing over."""
    from hub.wsgi import service

    if service.relay.is_alive():
        service.relay.stop()
