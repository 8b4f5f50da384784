"""The hub's own pages as a browser without scripts has them: links, forms, cookies."""

import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urljoin

from tests.standins import plain

_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.S)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
_MOST_REDIRECTS = 5


@dataclass
class HubPages:
    """One browser at the hub."""

    url: str = ""
    text: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading of the page that is shown."""
        found = _TITLE.search(self.text)
        return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""

    def open(self, url: str) -> str:
        """Follow a link and return the heading of the page it leads to."""
        self._go("GET", urljoin(self.url, url))
        return self.title

    def submit(self, path: str, **fields: str) -> str:
        """Fill in and send the page's form that goes to this path; return the next heading."""
        inside = next(body for action, body in _FORM.findall(self.text) if action == path)
        token = _TOKEN.search(inside)
        assert token, "a form without its token"
        self._go("POST", urljoin(self.url, path), {"csrf_token": token.group(1), **fields})
        return self.title

    def _go(self, method: str, url: str, data: dict[str, str] | None = None) -> None:
        for _ in range(_MOST_REDIRECTS):
            # By hand, since cookies that are for safe connections go to a loopback address too.
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
            answer = plain.request(method, url, data=data, headers=headers, follow_redirects=False)
            for line in answer.headers.get_list("set-cookie"):
                for name, morsel in SimpleCookie(line).items():
                    self._cookies[name] = morsel.value
            self.url, self.text = url, answer.text
            if not answer.is_redirect:
                return
            method, url, data = "GET", urljoin(url, answer.headers["location"]), None
        raise AssertionError("redirected without end")
