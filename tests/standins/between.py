"""Stands between us and a server, and can fail in ways that the server itself does not."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_PASSED = ("authorization", "content-type")


class Between:
    """Passes calls on; while `breaks` is set it answers 500, while `loses` is, it keeps answers."""

    def __init__(self, url: str) -> None:
        self.breaks = self.loses = False
        outer, http = self, httpx.Client(base_url=url, trust_env=False, timeout=20)

        class Door(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = httpx.Response(500) if outer.breaks else self._answer_of(body)
                if outer.loses and self.command == "POST":
                    answer = httpx.Response(504)
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def _answer_of(self, body: bytes) -> httpx.Response:
                headers = {name: self.headers[name] for name in _PASSED if self.headers[name]}
                try:
                    return http.request(self.command, self.path, content=body, headers=headers)
                except httpx.HTTPError:
                    return httpx.Response(502)

            do_GET = do_POST = do_PATCH = _pass_on

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        self._http = http
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._http.close()
