"""The running chat for browser tests: everything real but the assistant, which is scripted."""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from clients.redis_link import connect
from clients.sealing import key_from_base64
from clients.vault import Vault
from messaging import log
from messaging.chat import shows
from messaging.chat.bell import Bell
from messaging.handoff import board
from messaging.handoff.states import State as Having
from messaging.store import messages
from messaging.store.database import Database
from messaging.store.schema import conversations
from tests.messaging.migrated import migrate
from tests.messaging.neighbours import Assistant
from tests.messaging.world import World, key, until
from tests.standins.ports import free_port
from wire.clock import SystemClock
from wire.placeholders import outward

URDU = {
    "launcher": "ہم سے بات کریں",
    "title": "ای ایچ سی ہب مدد",
    "composer": "آپ کا پیغام",
    "composer_hint": "اپنا پیغام لکھیں",
    "send": "بھیجیں",
    "menu": "مزید",
    "close": "بند کریں",
    "you": "آپ",
    "assistant": "معاون",
    "earlier_many": "پہلے کے {count} پیغامات۔",
}
"""A council's own words, as many as the tests look for."""

SETUP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
APP_LINK = f"otpauth://totp/EHC%20Hub?secret={SETUP_KEY}&issuer=EHC%20Hub"
HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) "
    'https://example.org/"onmouseover="alert(4) <b>bold</b> {{7*7}} ${7*7}'
)


class ScriptedAssistant(Assistant):
    """Says what its script says; a reply may hold buttons and what the web chat shows."""

    script: Callable[[Any], list[dict[str, Any]]]

    def answer(self, method: str, path: str, body: str, headers: Any) -> tuple[int, Any] | None:
        """Answer turns from the script, and the same turn alike."""
        answer = super().answer(method, path, body, headers)
        if answer is None or path != "/webhooks/edge/turns" or answer[0] != 200:
            return answer
        document = answer[1]
        if "scripted" not in document:
            with self.lock:
                turn = next(t for t in self.turns if t["turn_id"] == document["turn_id"])
                replies = [{"buttons": [], "custom": {}, **one} for one in self.script(turn)]
                document |= {"replies": replies, "scripted": True}
        return 200, {name: value for name, value in document.items() if name != "scripted"}


class ChatWorld(World):
    """A world whose assistant is scripted and whose edge can be cut off from the browser."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.council_port = free_port()
        super().__init__(
            folder,
            WEBCHAT_TOKEN_KEY=key(),
            WEBCHAT_ORIGINS=f"http://127.0.0.1:{self.council_port}",
            WEBCHAT_DEMO="true",
            CONTACT_PHONE="01632 960 123",
            CONTACT_EMAIL="help@council.example",
            CONTACT_HOURS="Monday to Friday, 9am to 5pm",
            PRIVACY_URL="https://council.example/privacy",
            TRANSCRIPT_DAYS="14",
            WEBCHAT_TEXTS_FILE=str(_own_words(folder)),
            **environment,
        )
        self.assistant.stop()
        self.assistant = ScriptedAssistant(self.rasa_token)
        self.assistant.script = self.say
        self.environment["RASA_URL"] = self.assistant.url
        self.proxy = Proxy(self.edge_port)
        self.environment["PUBLIC_BASE_URL"] = self.proxy.url
        self.vault = Vault(connect(self.redis.url), key_from_base64(self.environment["VAULT_KEY"]))

    def start(self, *names: str) -> None:
        """Start everything, or some processes, and wait until a message can be answered."""
        if not names:
            self.redis.start()
            migrate(self.environment["MESSAGING_DATABASE_URL"])
        super().start(*(names or ("workers", "edge")))
        until(self.is_ready, within_s=90)

    def stop(self) -> None:
        """End everything; open streams would hold the edge for its time of grace."""
        self.proxy.cut()
        if "edge" in self.processes:
            self.kill("edge")
        super().stop()

    def page(self, path: str = "/webchat/demo") -> str:
        """Return the address of a page as the browser reaches it."""
        return self.proxy.url + path

    def mend(self) -> None:
        """Let the assistant answer again, whatever a test did to it."""
        self.assistant.fault = lambda turn: None

    def forget_addresses(self) -> None:
        """Let the next parent come from elsewhere: one address may begin 60 chats in 10 minutes."""
        redis = connect(self.redis.url)
        for name in redis.scan_iter("webchat:limit:*"):
            redis.delete(name)

    def pass_on(self, agent: str | None = None, says: str | None = None) -> None:
        """Put the newest conversation into people's hands, as the helpdesk's work does."""
        now = SystemClock().now()
        database = Database(self.environment["MESSAGING_DATABASE_URL"])
        with database.transaction() as connection:
            newest = select(conversations.c.conversation_id).order_by(
                conversations.c.created_at.desc()
            )
            conversation = connection.execute(newest.limit(1)).scalar_one()
            place = board.read(connection, conversation)
            having = Having.HUMAN if agent else Having.WAITING
            board.move(connection, place, having, now=now, agent=agent)
            if says:
                said = log.append(
                    connection, conversation, author=messages.HELPER, text=says, now=now
                )
                shows.keep(connection, said.message_id, name=agent)
        database.close()
        Bell(connect(self.redis.url), SystemClock()).ring(conversation)

    def say(self, turn: Any) -> list[dict[str, Any]]:
        """Answer the words of the tests; anything else is repeated."""
        said = turn["choice"] or turn["text"]
        scripted: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "buttons": self._buttons,
            "app": self._app,
            "code": self._code,
            "link": self._link,
            "hostile": self._hostile,
            "two": lambda: [{"text": "First message."}, {"text": "Second message."}],
            "long": lambda: [{"text": "\n".join(f"Line {n} of a long answer." for n in range(60))}],
        }
        if said in scripted:
            return scripted[said]()
        chosen = " by button" if turn["choice"] else ""
        return [{"text": f"You said{chosen}: {said}"}]

    @staticmethod
    def _buttons() -> list[dict[str, Any]]:
        titles = {"choose_sms": "Use text messages", "choose_app": "Use an app"}
        buttons = [{"choice": choice, "title": title} for choice, title in titles.items()]
        return [{"text": "How do you want to get your codes?", "buttons": buttons}]

    @staticmethod
    def _hostile() -> list[dict[str, Any]]:
        button = {"choice": "hostile_button", "title": "<img src=x onerror=alert(8)>"}
        return [{"text": HOSTILE, "buttons": [button]}]

    def _app(self) -> list[dict[str, Any]]:
        qr = outward(self.vault.put(APP_LINK))
        setup_key = outward(self.vault.put(SETUP_KEY))
        text = "Scan this code with your authenticator app, or type in the setup key."
        return [{"text": text, "custom": {"qr": qr, "setup_key": setup_key}}]

    @staticmethod
    def _code() -> list[dict[str, Any]]:
        text = "A security code is on its way to the number that ends in 123."
        return [{"text": text, "custom": {"input": "code"}}]

    def _link(self) -> list[dict[str, Any]]:
        url = outward(
            self.vault.put("https://hub.example.org/continue?t=SECRET", timedelta(minutes=5))
        )
        return [{"text": f"Choose your password here: {url} and sign in."}]


def _own_words(folder: Path) -> Path:
    """Write a council's words down and return where."""
    path = folder / "words.json"
    path.write_text(json.dumps({"ur": URDU}))
    return path


class Proxy:
    """A wire between browser and edge that a test can cut: connections break, new ones fail."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._port = 0
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.join()

    @property
    def url(self) -> str:
        """The address of the near end."""
        return f"http://127.0.0.1:{self._port}"

    def join(self) -> None:
        """Let connections through, on the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.drop()

    def drop(self) -> None:
        """Break every connection; new ones get through."""
        with self._lock:
            for one in self._open:
                _end(one)
            self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target_port))
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
        _end(source)
        _end(sink)
        with self._lock:
            self._open -= {source, sink}


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
