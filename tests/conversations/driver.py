"""Whole conversations through the real Rasa server and the real action server, over HTTP.

Starts Redis, both servers and a fake hub behind HTTP on free ports of the loopback interface, and
posts turns as the workers do: masked by `messaging.masking`, values in the real vault. Replies come
back as a person would read them, but for outward placeholders, which `reveal` fills.
"""

import base64
import contextlib
import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from clients.vault import Vault
from messaging.masking import mask
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub
from tests.fakes.hub_server import KEY, HubServer, running
from tests.messaging.redis_server import RedisServer
from tests.standins import plain
from tests.standins.ports import free_port
from wire.envelope import Sender, Turn, TurnAnswer
from wire.names import RASA_TURNS_PATH, SMS, WEBCHAT
from wire.placeholders import OUTWARD
from wire.signing import bearer

ROOT = Path(__file__).resolve().parents[2]
RASA_PYTHON = ROOT / ".venv-rasa/bin/python"
SERVICES_PYTHON = ROOT / ".venv/bin/python"
START_WITHIN_S = 180

CONTACTS = {
    "CONTACT_PHONE": "01234 567890",
    "CONTACT_EMAIL": "help@hub.example",
    "CONTACT_HOURS": "9am to 5pm, Monday to Friday",
    "PRIVACY_URL": "https://hub.example/privacy",
    "HUB_SIGN_IN_URL": "https://hub.example/sign-in",
    "LOCAL_OFFER_URL": "https://council.example/local-offer",
}


class Process:
    """One of our servers; its log is kept for the tests that look into it."""

    def __init__(self, command: list[str], environ: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._environ = environ
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=dict(self._environ), stdout=log, stderr=log
            )

    def stop(self) -> None:
        """End it and wait until it is gone."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(3)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def wait_until_ready(self, url: str, path: str = "/readyz") -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"ended at its start:\n{self.log.read_text()[-2000:]}")
            with contextlib.suppress(httpx.HTTPError):
                if plain.get(url + path, timeout=5).status_code == httpx.codes.OK:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"not ready in time:\n{self.log.read_text()[-2000:]}")


@dataclass
class House:
    """Everything that runs, and the levers that tests pull."""

    hub: FakeHub
    hub_server: HubServer
    clock: FakeClock
    vault: Vault
    redis: RedisServer
    rasa: Process
    rasa_url: str
    actions: Process
    actions_url: str
    actions_token: str
    token: str
    http: httpx.Client

    def restart_actions(self) -> None:
        """Start the action server again and wait for it."""
        self.actions.start()
        self.actions.wait_until_ready(self.actions_url)

    def intent_of(self, person: "Conversation") -> str | None:
        """Return what the last message was understood as, by the action server's log."""
        assert person.last is not None
        for line in reversed(self.actions.log.read_text().splitlines()):
            if person.last.turn_id in line and '"action.done"' in line:
                return str(json.loads(line)["intent"])
        return None

    def text(self, **fields: Any) -> "Conversation":
        """Begin a conversation by text message."""
        return Conversation(self, f"sms-{uuid4().hex}", SMS, **fields)

    def chat(self, **fields: Any) -> "Conversation":
        """Begin a conversation in the web chat."""
        return Conversation(self, f"web-{uuid4()}", WEBCHAT, sender=None, **fields)


@dataclass
class Conversation:
    """One person, from their side."""

    house: House
    id: str
    channel: str
    sender: str | None = "07700900123"
    last: TurnAnswer | None = None
    shown: list[list[str]] = field(default_factory=list)

    def invited(self) -> str:
        """Have the council invite this person; return the invitation code."""
        alphabet = "ABCDEFGHJKMNPQRSTVWXYZ"
        letters = "".join(secrets.choice(alphabet) for _ in range(5))
        digits = [secrets.randbelow(10) for _ in range(3)]
        first, second = f"{letters[:3]}{digits[0]}", f"{digits[1]}{letters[3:]}{digits[2]}"
        code = f"{first}-{second}"
        self.house.hub.invite(code)
        return code

    def says(self, text: str, *, turn_id: str | None = None) -> list[str]:
        """Send a text and return the replies, outward placeholders as they are."""
        masked = mask(text)
        references = {
            placeholder: self.house.vault.put(value) for placeholder, value in masked.values.items()
        }
        sender = None
        if self.sender is not None:
            reference = self.house.vault.put(self.sender)
            sender = Sender(reference=reference, last_three=self.sender[-3:])
        return self.post(
            Turn(
                turn_id=turn_id or uuid4().hex,
                conversation_id=self.id,
                channel=self.channel,
                text=masked.text,
                references=references,
                sender=sender,
            )
        )

    def presses(self, title: str) -> list[str]:
        """Press a button of the last answer."""
        assert self.last is not None
        buttons = {b.title: b for reply in self.last.replies for b in reply.buttons}
        return self.post(
            Turn(
                turn_id=uuid4().hex,
                conversation_id=self.id,
                channel=self.channel,
                text=title,
                choice=buttons[title].choice,
            )
        )

    def post(self, turn: Turn) -> list[str]:
        """Hand a turn to Rasa as a worker does."""
        response = self.house.http.post(
            self.house.rasa_url + RASA_TURNS_PATH,
            content=turn.to_json(),
            headers={"Authorization": bearer(self.house.token)},
        )
        assert response.status_code == httpx.codes.OK, response.text
        self.last = TurnAnswer.from_document(response.json())
        replies = [reply.text for reply in self.last.replies]
        self.shown.append(replies)
        return replies

    def all(self, text: str) -> str:
        """Send a text and return the replies joined, for looking for words."""
        return " | ".join(self.says(text))

    def reveal(self, reply: str) -> str:
        """Fill the outward placeholders of a reply as `messaging.replies` does."""
        return OUTWARD.sub(lambda match: self.house.vault.get(match["reference"]), reply)

    @property
    def awaiting(self) -> str | None:
        """Return the slot that is asked for after the last turn."""
        assert self.last is not None
        return self.last.awaiting

    @property
    def code(self) -> str:
        """Return the code that the hub texted last."""
        return self.house.hub.code_of(self.id)

    def at_invitation(self) -> "Conversation":
        """Go to the question for the invitation code."""
        self.says("I want to register")
        assert self.awaiting == "registration_invitation"
        return self

    def at_number(self) -> "Conversation":
        """Go to the question for the mobile number."""
        self.at_invitation().says(f"my invitation code is {self.invited()}")
        assert self.awaiting == "registration_number"
        return self

    def at_code(self) -> "Conversation":
        """Go to the question for the security code."""
        self.at_number().says("07700 900456")
        assert self.awaiting == "registration_code"
        return self

    def at_new_invitation(self) -> "Conversation":
        """Go to the question for the address that a new invitation should go to."""
        self.says("i havent received an email")
        assert self.awaiting == "invitation_email"
        return self

    def at_password(self) -> "Conversation":
        """Go to the question for the address that a reset link should go to."""
        self.says("i forgot my password")
        assert self.awaiting == "password_reset_email"
        return self

    def at_lost_phone(self) -> "Conversation":
        """Go to the question for the address that the helpdesk knows."""
        self.says("i lost my phone")
        assert self.awaiting == "lost_phone_email"
        return self

    def at_app(self) -> "Conversation":
        """Go to where an authenticator app is set up: by text, whether to text the key."""
        self.at_number().says("i want to use the app")
        assert self.awaiting is not None
        assert self.awaiting.startswith("authenticator_")
        return self

    def at_app_code(self) -> "Conversation":
        """Go to the question for the app's code."""
        self.at_app()
        if self.awaiting == "authenticator_setup":
            self.says("ok")
        assert self.awaiting == "authenticator_code"
        return self

    @property
    def app_code(self) -> str:
        """Return the code that this person's app shows now."""
        return self.house.hub.app_code_of(self.id)

    @property
    def shows(self) -> dict[str, Any]:
        """Return what the last reply shows in the web chat besides its words."""
        assert self.last is not None
        return dict(self.last.replies[-1].custom)


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    """Run the house while the block runs; everything that was started is ended."""
    if not RASA_PYTHON.exists():
        pytest.skip("no Rasa environment: make install")
    redis = RedisServer()
    redis.start()
    clock = FakeClock()
    hub = FakeHub(clock)
    rasa_port, actions_port = free_port(), free_port()
    token, key = secrets.token_hex(16), secrets.token_bytes(32)
    common = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONPATH": str(ROOT),
        "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
        "ACTIONS_TOKEN": secrets.token_hex(16),
    }
    with running(hub) as hub_server, httpx.Client(timeout=30, trust_env=False) as http:
        actions = Process(
            [str(SERVICES_PYTHON), "-m", "actions"],
            common
            | CONTACTS
            | {
                "ACTIONS_PORT": str(actions_port),
                "HUB_BASE_URL": hub_server.url,
                "HUB_API_KEY": KEY,
                "REDIS_URL": redis.url,
                "VAULT_KEY": base64.b64encode(key).decode(),
            },
            folder / "actions.log",
        )
        rasa = Process(
            [str(RASA_PYTHON), "-m", "bot"],
            common
            | {
                "RASA_PORT": str(rasa_port),
                "RASA_REDIS_URL": redis.url,
                "RASA_CHANNEL_TOKEN": token,
            },
            folder / "rasa.log",
        )
        built = House(
            hub=hub,
            hub_server=hub_server,
            clock=clock,
            vault=Vault.at(redis.url, key),
            redis=redis,
            rasa=rasa,
            rasa_url=f"http://127.0.0.1:{rasa_port}",
            actions=actions,
            actions_url=f"http://127.0.0.1:{actions_port}",
            actions_token=common["ACTIONS_TOKEN"],
            token=token,
            http=http,
        )
        try:
            rasa.start()
            actions.start()
            actions.wait_until_ready(built.actions_url)
            rasa.wait_until_ready(built.rasa_url)
            yield built
        finally:
            rasa.stop()
            actions.stop()
            redis.stop()


def train() -> None:
    """Train where something has changed; the model of the working tree is used."""
    if not RASA_PYTHON.exists():
        return
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "bot", "train"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
