"""The web server: one process, a thread for each request under way."""

import socket
import threading

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.app import create_app
from simulator.mail.door import family_of
from simulator.world import World

POLL_S = 0.05
"""How often the server looks whether it is to stop."""


class _Quiet(WSGIRequestHandler):
    # Head and body are written apart; without this the second waits 40 ms for the first's receipt.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no request lines: numbers stand in their paths."""


class Server:
    """The world with its web and mail doors."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._web: BaseWSGIServer | None = None

    def open(self) -> None:
        """Open both doors.

        Raises:
            OSError: a port is taken.
        """
        host, port = self._world.settings.simulator_host, self._world.settings.simulator_port
        family = family_of(host)
        # Bound here: werkzeug would end the process over a port that is taken.
        with socket.create_server((host, port), family=family, backlog=256) as listening:
            self._world.mail_door.open()
            self._world.imap_door.open()
            # It duplicates the descriptor, and keeps listening when this one is closed.
            self._web = make_server(
                host,
                port,
                create_app(self._world),
                threaded=True,
                request_handler=_Quiet,
                fd=listening.fileno(),
            )
        threading.Thread(
            target=self._web.serve_forever, args=(POLL_S,), name="web", daemon=True
        ).start()

    def close(self) -> None:
        """Close both doors; requests under way are dropped."""
        if self._web is not None:
            self._web.shutdown()
            self._web.server_close()
        self._world.close()
