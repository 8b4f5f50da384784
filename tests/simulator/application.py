"""An application as Twilio sees it: it takes posts, keeps them, and answers as told."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    pairs: list[tuple[str, str]]

    @property
    def form(self) -> dict[str, str]:
        """Its fields by name."""
        return dict(self.pairs)


@dataclass(kw_only=True)
class Told:
    """What to answer; `wait_s` first keeps the caller waiting."""

    status: int = 200
    body: str = "<Response/>"
    content_type: str = "text/xml"
    wait_s: float = 0.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is what some tests are about."""


@dataclass
class Application:
    """Listens on a free port; answers are taken from `answers` by path, one by one."""

    posts: list[Posted] = field(default_factory=list)
    answers: dict[str, list[Told]] = field(default_factory=dict)
    condition: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                told = application.take(
                    Posted(
                        path=self.path,
                        headers=dict(self.headers.items()),
                        pairs=parse_qsl(raw, keep_blank_values=True),
                    )
                )
                time.sleep(told.wait_s)
                body = told.body.encode()
                self.send_response(told.status)
                self.send_header("Content-Type", told.content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def take(self, posted: Posted) -> Told:
        """Keep a post and look up what to answer."""
        with self.condition:
            self.posts.append(posted)
            self.condition.notify_all()
            told = self.answers.get(posted.path.partition("?")[0], [])
            return told.pop(0) if told else Told()

    def wait_for(
        self,
        count: int,
        *,
        which: Callable[[Posted], bool] = lambda _: True,
        timeout_s: float = 10.0,
    ) -> list[Posted]:
        """Return the posts of a kind once there are so many."""

        def found() -> list[Posted]:
            return [posted for posted in self.posts if which(posted)]

        with self.condition:
            assert self.condition.wait_for(lambda: len(found()) >= count, timeout_s), (
                f"{len(found())} of {count} posts came"
            )
            return found()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
