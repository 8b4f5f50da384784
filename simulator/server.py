"""The web server: one process, a thread for each request under way."""

import socket
import threading

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.app import create_app
from simulator.world import World


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no request lines: numbers stand in their paths."""


class Server:
    """The world with its web and mail doors."""

    def __init__(self, world: World) -> None:
        self._world = world
        settings = world.settings
        # Bound here: werkzeug would end the process over a port that is taken.
        host, port = settings.simulator_host, settings.simulator_port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=256)
        self._web: BaseWSGIServer = make_server(
            host,
            port,
            create_app(world),
            threaded=True,
            request_handler=_Quiet,
            fd=self._socket.fileno(),
        )
        self._thread = threading.Thread(
            target=self._web.serve_forever, args=(0.05,), name="web", daemon=True
        )

    @property
    def address(self) -> str:
        """Where the pages and APIs are."""
        host = self._world.settings.simulator_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._web.server_port}"

    def open(self) -> None:
        """Open both doors.

        Raises:
            OSError: the mail port is taken.
        """
        self._world.mail_door.open()
        self._thread.start()

    def close(self) -> None:
        """Close both doors; requests under way are dropped."""
        self._web.shutdown()
        self._thread.join()
        self._web.server_close()
        self._socket.close()
        self._world.close()
