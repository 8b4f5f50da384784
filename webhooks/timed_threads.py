"""gunicorn's threads, with an end to the time that one request may take to arrive.

A thread of gunicorn waits for ever for the rest of a request: as many half-sent ones as there are
threads would keep everybody out.
"""

import errno
import os
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class TimedSocket(socket.socket):
    """A socket on which a whole request has to arrive in time, however slowly its pieces come."""

    ends_at = float("inf")

    def expect_within(self, seconds: float) -> None:
        """Begin to wait for a request."""
        self.ends_at = time.monotonic() + seconds

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive what has come.

        Raises:
            ConnectionResetError: the time is over; to the server it is as if the sender had gone.
        """
        before = self.gettimeout()
        left_s = max(0.001, self.ends_at - time.monotonic())
        self.settimeout(left_s if before is None else min(before, left_s))
        try:
            return super().recv(size, flags)
        except TimeoutError as exc:
            if time.monotonic() < self.ends_at:
                raise
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from exc
        finally:
            self.settimeout(before)


class TimedThreads(ThreadWorker):
    """A thread for each request, for as long as it takes to answer but not to arrive."""

    request_within_s = 20.0

    def enqueue_req(self, conn: Any) -> None:
        """Take a connection in, new or kept from a request before."""
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket(fileno=conn.sock.detach())
        super().enqueue_req(conn)  # type: ignore[no-untyped-call]

    def handle(self, conn: Any) -> Any:
        """Answer the next request on a connection."""
        conn.sock.expect_within(self.request_within_s)
        return super().handle(conn)  # type: ignore[no-untyped-call]
