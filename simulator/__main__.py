"""Start the simulator: `python -m simulator`."""

import signal
import threading

import structlog

from simulator.logs import configure
from simulator.server import Server
from simulator.settings import read_settings
from simulator.world import World
from wire.clock import SystemClock

log = structlog.get_logger("simulator")


def main() -> None:
    """Run until told to stop."""
    settings = read_settings()
    configure(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = Server(World(settings, clock=SystemClock()))
    try:
        server.open()
    except OSError as exc:
        server.close()
        raise SystemExit(
            f"The simulator cannot listen on port {settings.simulator_port} (pages) and "
            f"{settings.simulator_smtp_port}, {settings.simulator_imap_port} (mail): "
            f"{exc.strerror or exc}. Free them or set SIMULATOR_PORT, SIMULATOR_SMTP_PORT and "
            "SIMULATOR_IMAP_PORT."
        ) from exc
    log.info("simulator.ready", port=settings.simulator_port, smtp=settings.simulator_smtp_port)
    stop.wait()
    server.close()
    log.info("simulator.stopped")


if __name__ == "__main__":
    main()
