"""The two ways to talk to the running assistant from a terminal: a phone, and the web chat.

Both go through the edge's own doors. A phone is one of the simulator's: it posts to the edge as
Twilio does, signed, and gets its texts from the same API that Twilio would be asked through.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx

from launch import environment

LONGEST_WAIT_S: Final = 20.0
"""One request waits no longer; whoever wants to wait longer asks again."""

_TIMEOUT = httpx.Timeout(LONGEST_WAIT_S + 10)
_SECRET = re.compile(r"__vault_(?P<reference>[0-9a-f]{32})__")
_INVITATION = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


class NotTaken(Exception):
    """The edge, or the simulator before it, did not take what was said; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Something that came back."""

    who: str
    text: str
    choices: tuple[str, ...] = ()
    """Titles of buttons, in their order."""
    setup_key: str | None = None
    """For an authenticator app: a terminal cannot show the QR code that a page shows."""


class Channel(Protocol):
    """One conversation."""

    def say(self, text: str) -> None:
        """Send what was typed.

        Raises:
            NotTaken: it was refused, or nobody answered.
        """

    def hear(self, wait_s: float) -> Sequence[Heard]:
        """Return what came since the last call, waiting so long for the first of it.

        Raises:
            NotTaken: nobody answered.
        """


@dataclass
class PhoneChannel:
    """A phone of the simulator."""

    simulator: str
    number: str
    _after: int = 0
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.simulator, timeout=_TIMEOUT, trust_env=False)
        for text in self._texts(0):
            self._after = text["id"]  # what lies on the phone from earlier has been read

    def say(self, text: str) -> None:
        """Text the service."""
        _asked(lambda: self._http.post(f"/phones/{self.number}/texts", json={"body": text}))

    def hear(self, wait_s: float) -> Sequence[Heard]:
        """Return the texts that arrived."""
        texts = self._texts(wait_s)
        if texts:
            self._after = texts[-1]["id"]
        return [Heard(who=text["other"], text=text["body"]) for text in texts]

    def close(self) -> None:
        """Close the kept connection."""
        self._http.close()

    def _texts(self, wait_s: float) -> list[dict[str, Any]]:
        query = {"after": self._after, "wait": min(wait_s, LONGEST_WAIT_S)}
        answer = _asked(lambda: self._http.get(f"/phones/{self.number}/texts", params=query))
        texts: list[dict[str, Any]] = answer["texts"]
        return texts


@dataclass
class WebChannel:
    """A session of the web chat, as a page of the edge's own would have it."""

    edge: str
    _after: int = 0
    _choices: tuple[tuple[int, str], ...] = ()
    """Message and id of the buttons that were shown last."""
    _claim: str = field(default_factory=lambda: str(uuid.uuid4()))
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            base_url=f"{self.edge}/webchat/v1", timeout=_TIMEOUT, trust_env=False
        )
        token = _asked(lambda: self._http.post("/sessions", json={}))["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def say(self, text: str) -> None:
        """Send words, or press the button whose number was typed."""
        message: dict[str, Any] = {"client_id": str(uuid.uuid4())}
        nth = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 0
        if 0 < nth <= len(self._choices):
            place, choice = self._choices[nth - 1]
            message["choice"] = {"message": place, "id": choice}
        else:
            message["text"] = text
        self._choices = ()
        _asked(lambda: self._http.post("/messages", json=message))

    def hear(self, wait_s: float) -> Sequence[Heard]:
        """Return the new messages, leaving out one's own."""
        query = {"after": self._after, "wait": int(min(wait_s, LONGEST_WAIT_S))}
        heard = []
        for message in _asked(lambda: self._http.get("/messages", params=query))["messages"]:
            self._after = message["id"]
            if message["author"] == "parent":
                continue
            choices = message["choices"]
            if choices:
                self._choices = tuple((message["id"], choice["id"]) for choice in choices)
            heard.append(
                Heard(
                    who=message["name"] or message["author"],
                    text=_SECRET.sub(self._revealed, message["text"]),
                    choices=tuple(choice["title"] for choice in choices),
                    setup_key=self._setup_key(message.get("extras", {})),
                )
            )
        return heard

    def close(self) -> None:
        """Close the kept connection."""
        self._http.close()

    def _setup_key(self, extras: Mapping[str, str]) -> str | None:
        hidden = extras.get("setup_key")
        return None if hidden is None else _SECRET.sub(self._revealed, hidden)

    def _revealed(self, found: re.Match[str]) -> str:
        query = {"claim": self._claim}
        path = f"/secrets/{found['reference']}"
        value = _asked(lambda: self._http.get(path, params=query))["value"]
        return str(value) if value is not None else "(gone: shown once already, or too old)"


def invitation_code(env: Mapping[str, str], email: str) -> str:
    """Have an address invited, as the council would, and return the code from its mail.

    Raises:
        NotTaken: the hub does not invite it, or no mail came.
    """
    headers = {
        "Authorization": f"Bearer {env['HUB_API_KEY']}",
        "Idempotency-Key": f"chat-{uuid.uuid4()}",
    }
    simulator = environment.door(env, "SIMULATOR_PORT")
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as http:
        newest = max(
            (mail["id"] for mail in _mails(http, simulator, email, after=0, wait_s=0)), default=0
        )
        url = f"{env['HUB_BASE_URL']}/v1/invitations"
        _asked(lambda: http.post(url, json={"email": email}, headers=headers))
        for mail in _mails(http, simulator, email, after=newest, wait_s=LONGEST_WAIT_S):
            found = _INVITATION.search(mail["text"])
            if found:
                return found.group()
    raise NotTaken("the invitation's mail did not come")


def _mails(
    http: httpx.Client, simulator: str, email: str, *, after: int, wait_s: float
) -> list[dict[str, Any]]:
    query: dict[str, str | float] = {"to": email, "after": after, "wait": wait_s}
    mails: list[dict[str, Any]] = _asked(lambda: http.get(f"{simulator}/mails", params=query))[
        "mails"
    ]
    return mails


def _asked(request: Any) -> dict[str, Any]:
    """Return the JSON that answers a request.

    Raises:
        NotTaken: it was refused, or nobody answered.
    """
    try:
        answer: httpx.Response = request()
    except httpx.HTTPError as exc:
        raise NotTaken(f"nobody answers ({type(exc).__name__})") from exc
    if answer.is_error:
        raise NotTaken(f"refused with status {answer.status_code}")
    document: dict[str, Any] = answer.json()
    return document
