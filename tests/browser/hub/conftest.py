"""A running hub, a browser, and a parent who uses both."""

import base64
import itertools
import os
import secrets
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.hub.certificate import make as make_certificate
from tests.browser.hub.neighbours import Mailbox, Messaging, wait_for
from tests.browser.hub.phone import Phone, require_tools
from tests.browser.hub.visit import Visit
from tests.standins.ports import free_ports

ROOT = Path(__file__).parents[3]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(kw_only=True)
class RunningHub:
    """The hub as it runs in production, with its neighbours."""

    url: str
    internal_url: str
    http: httpx.Client
    api_key: str
    messaging: Messaging
    mailbox: Mailbox
    database: Path

    def invite(self, email: str) -> str:
        """Invite a parent and return the link in the mail."""
        answer = self.http.post(
            f"{self.internal_url}/v1/invitations",
            json={"email": email},
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Idempotency-Key": secrets.token_hex(8),
            },
        )
        assert answer.status_code == 201, answer.text
        return self.mailbox.link(email, "Complete your registration")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the API as the assistant does."""
        answer = self.http.request(
            method,
            f"{self.internal_url}{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Idempotency-Key": secrets.token_hex(8),
            },
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


def _is_ready(running: RunningHub) -> bool:
    try:
        return running.http.get(f"{running.url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def running_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("hub")
    messaging, mailbox = Messaging(), Mailbox()
    messaging.thread.start()
    port, internal_port, smtp_port = free_ports(3)
    smtp_url = mailbox.open(smtp_port)
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "VAR_DIR": str(folder),
        "HUB_PORT": str(port),
        "HUB_INTERNAL_PORT": str(internal_port),
        "HUB_PUBLIC_URL": f"https://127.0.0.1:{port}",
        "HUB_API_KEYS": "browser-tests",
        **{f"HUB_{name}_KEY": _key() for name in ("CODE", "SEAL", "LOOKUP", "SESSION")},
        "MESSAGING_BASE_URL": messaging.url,
        "MESSAGING_API_KEY": "browser-tests",
        "SMTP_URL": smtp_url,
        "TRUSTED_PROXIES": "1",  # every person comes from an address of their own
        "ALLOW_DRAMA_NUMBERS": "true",
        "CONTACT_EMAIL": "helpdesk@example.gov.uk",
        "HUB_LIMITS__RESEND_COOLDOWNS": '["PT1S"]',  # nobody here waits half a minute
    }
    subprocess.run(
        [sys.executable, "-m", "hub", "migrate"], env=environment, cwd=ROOT, check=True, timeout=60
    )
    certificate, key = make_certificate(folder)
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-c",
                "hub/gunicorn_conf.py",
                f"--certfile={certificate}",
                f"--keyfile={key}",
                "hub.wsgi:application",
            ],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = RunningHub(
        url=environment["HUB_PUBLIC_URL"],
        internal_url=f"https://127.0.0.1:{internal_port}",
        http=httpx.Client(verify=ssl.create_default_context(cafile=certificate)),
        api_key="browser-tests",
        messaging=messaging,
        mailbox=mailbox,
        database=folder / "hub.db",
    )
    try:
        wait_for(lambda: process.poll() is not None or _is_ready(running), "the hub")
        assert process.poll() is None, (folder / "hub.log").read_text()
        yield running
    finally:
        running.http.close()
        process.terminate()
        process.wait(timeout=30)
        mailbox.controller.stop()
        messaging.server.shutdown()
        messaging.server.server_close()


@pytest.fixture
def hub(running_hub: RunningHub) -> RunningHub:
    running_hub.messaging.is_away = False
    running_hub.messaging.state = ("delivered", None)
    return running_hub


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


_places = itertools.count(1)


@pytest.fixture
def visit(chromium: Browser, hub: RunningHub) -> Iterator[Callable[..., Visit]]:
    """Open a new browser, as of another person, on a desktop unless told otherwise."""
    contexts: list[BrowserContext] = []

    def _visit(**options: Any) -> Visit:
        context = chromium.new_context(
            base_url=hub.url,
            ignore_https_errors=True,
            extra_http_headers={"X-Forwarded-For": f"192.0.2.{next(_places)}"},
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visit(context.new_page())

    yield _visit
    for context in contexts:
        context.close()


_people = itertools.count(1)


@dataclass(kw_only=True)
class Parent:
    """Who is invited: an address, a phone, and a password to come."""

    email: str
    number: str
    password: str = "correct horse battery staple"

    @property
    def e164(self) -> str:
        """Return the number as texts are addressed."""
        return "+44" + self.number.replace(" ", "")[1:]


@pytest.fixture
def parent() -> Parent:
    person = next(_people)
    return Parent(email=f"parent{person}@example.com", number=f"07700 900{person:03d}")


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """Return a phone whose authenticator app is empty."""
    require_tools()
    return Phone(tmp_path)
