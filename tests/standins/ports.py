"""Ports for servers of a test."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> list[int]:
    """Return different ports of the loopback that nobody listens on just now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def free_port() -> int:
    """Return one of them."""
    return free_ports(1)[0]
