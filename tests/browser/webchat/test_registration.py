"""A parent registers in the chat: nothing is stubbed between the browser and Rasa.

What the screen reader said in a whole registration stands in `docs/webchat-screen-reader.md`; where
`WEBCHAT_TRANSCRIPT` names a file, it is written there instead of compared.
"""

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hub.phone import Phone as AppPhone
from tests.browser.hub.phone import require_tools
from tests.browser.webchat import reader as screen_reader
from tests.browser.webchat.parent import Parent
from tests.e2e.conftest import CONTACT
from tests.e2e.journey import INVITATION_CODE, PATIENCE_S, SECURITY_CODE, wrong
from tests.e2e.running import RunningProduct, running_product
from tests.standins.phone import Phone
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

LONG_MS = 90_000
PASSWORD = "plum kettle harbour nineteen"
COMMITTED = Path(__file__).resolve().parents[3] / "docs/webchat-screen-reader.md"
TRANSCRIPT = os.environ.get("WEBCHAT_TRANSCRIPT")

_numbers = itertools.count(771)


@pytest.fixture(scope="module")
def product() -> Iterator[RunningProduct]:
    """Every process of the product, as `make run` starts it."""
    with running_product(**CONTACT, WEBCHAT_DEMO="true") as running:
        yield running


@pytest.fixture
def carrier(product: RunningProduct) -> Iterator[SimulatorCarrier]:
    """The phones and mailboxes of the simulator."""
    simulator = SimulatorCarrier(product.url("SIMULATOR_PORT"))
    yield simulator
    simulator.close()


@dataclass
class Registering:
    """A parent who registers in the chat, and what a listener heard on the way."""

    product: RunningProduct
    carrier: SimulatorCarrier
    page: Page
    number: str = field(default_factory=lambda: f"+447700900{next(_numbers)}")
    told: list[tuple[str, list[str]]] = field(default_factory=list)
    """What the parent did, and what the reader said after it."""

    def __post_init__(self) -> None:
        self.email = f"chat-parent-{self.number[-3:]}@example.com"
        self.phone = Phone(self.carrier, self.number)
        self.parent = Parent(self.page, self.product.url("EDGE_PORT", "/webchat/demo"))

    def invitation(self) -> str:
        """Be invited, read the mail, and return the invitation code in it."""
        self.product.invite(self.email)
        mail = self.carrier.mails(self.email, wait_s=PATIENCE_S)[-1]
        found = INVITATION_CODE.search(mail["text"])
        assert found, "no invitation code in the mail"
        return found.group()

    def code(self) -> str:
        """Return the security code of the text that brings it."""
        found = SECURITY_CODE.search(self.phone.wait_for("security code. It", PATIENCE_S))
        assert found, "a text about a code without one"
        return found.group(1)

    def gives_code(self, code: str) -> None:
        """Put the code into its own field, as a paste does."""
        field = self.page.get_by_role("textbox", name="Security code").last
        expect(field).to_be_visible(timeout=LONG_MS)
        field.fill(f"{code[:3]} {code[3:]}")
        field.press("Enter")

    def link(self) -> str:
        """Return the address of the newest link in the conversation."""
        link = self.parent.log.locator(".msg a[href^='http']").last
        href = link.get_attribute("href")
        assert href is not None
        return href

    def opens_the_hub(self) -> None:
        """Follow the link, choose a password, and be signed in."""
        assert self.parent.console == []
        self.page.goto(self.link())
        for one in self.page.locator("input[type=password]").all():
            one.fill(PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        expect(self.page.get_by_text("Sign out").first).to_be_visible()

    def assistant_said(self) -> list[str]:
        """Return what the assistant has said, oldest first, as it reads."""
        bubbles = self.parent.log.locator(".msg:not(.from-parent) .bubble").all_inner_texts()
        return [re.sub(r"\s+", " ", one).strip() for one in bubbles]

    def note(self, did: str) -> None:
        """Note what the reader has said since the last note."""
        self.page.wait_for_timeout(1500)
        before = sum(len(said) for _did, said in self.told)
        self.told.append((did, screen_reader.spoken(self.page)[before:]))

    def begins(self) -> str:
        """Open the chat and give the invitation, up to the question for the number."""
        invitation = self.invitation()
        self.parent.open()
        self.parent.press("I have an invitation to register")
        self.parent.hears("invitation code")
        self.parent.write(f"it is {invitation}")
        self.parent.hears("mobile number")
        return invitation


@pytest.fixture
def registering(product: RunningProduct, carrier: SimulatorCarrier, page: Page) -> Registering:
    """A parent on the demonstration page, not invited yet."""
    return Registering(product, carrier, page)


@pytest.mark.short
def test_a_parent_registers_by_chat_with_a_code_by_text(registering: Registering) -> None:
    invitation, parent = registering.invitation(), registering.parent.open()

    parent.press("I have an invitation to register")
    parent.hears("invitation code")
    parent.write(f"it is {invitation}")
    parent.hears("mobile number")
    parent.write("0" + registering.number[3:])
    registering.gives_code(registering.code())
    parent.hears("verified")

    assert len(set(registering.assistant_said())) == len(registering.assistant_said())
    registering.opens_the_hub()


@pytest.mark.short
def test_a_parent_registers_by_chat_with_an_app_that_scans_the_qr_code(
    registering: Registering, tmp_path: Path
) -> None:
    require_tools()
    app, parent, page = AppPhone(tmp_path), registering.parent, registering.page
    registering.begins()

    parent.write("app")
    parent.hears("Scan this QR code")
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_in_viewport(ratio=1)
    app.scans(registering)
    registering.gives_code(wrong(app.code()))
    parent.hears("That is not the app's code")
    code = app.code()
    registering.gives_code(code)
    parent.hears("sign in here")

    said = registering.assistant_said()
    assert len(set(said)) == len(said)
    for secret in (app.secret, code):
        assert secret not in " ".join(said).replace(" ", "")
        assert secret not in str(parent.storage())
    assert registering.phone.bodies() == []
    registering.opens_the_hub()


def test_a_parent_registers_by_chat_with_a_setup_key_that_is_copied(
    registering: Registering, tmp_path: Path
) -> None:
    require_tools()
    app, parent, page = AppPhone(tmp_path), registering.parent, registering.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    registering.begins()

    parent.write("i have no mobile")
    parent.hears("app")
    parent.write("use an app")
    parent.hears("Scan this QR code")
    parent.press("Copy the setup key")
    expect(parent.log.get_by_text("The setup key is copied.")).to_be_visible()
    app.secret = page.evaluate("navigator.clipboard.readText()")
    link = page.get_by_role("link", name="Open your authenticator app").get_attribute("href")
    page.reload()
    expect(parent.log.locator(".key")).to_have_text("(no longer shown, ask for it again)")
    registering.gives_code(app.code())
    parent.hears("sign in here")

    assert link is not None
    assert f"secret={app.secret}" in link
    registering.opens_the_hub()


def test_a_parent_who_listens_hears_every_message_of_a_registration_once(
    registering: Registering, reader: str
) -> None:
    invitation, parent = registering.invitation(), registering.parent
    screen_reader.start(registering.page, reader)
    parent.open()
    registering.note("opens the chat")

    parent.press("I have an invitation to register")
    parent.hears("invitation code")
    registering.note('presses "I have an invitation to register"')
    parent.write(f"it is {invitation}")
    parent.hears("mobile number")
    registering.note("writes the invitation code from the email")
    parent.write("0" + registering.number[3:])
    code = registering.code()
    expect(registering.page.get_by_role("textbox", name="Security code")).to_be_visible()
    registering.note("writes the mobile number")
    registering.gives_code(code)
    parent.hears("verified")
    registering.note("pastes the security code from the text message")

    announced = screen_reader.announced(registering.page)
    heard = [one.removeprefix("Assistant: ") for one in announced]
    written = registering.assistant_said()
    # What is heard begins with what is written; buttons and fields are told after it.
    assert len(heard) == len(written)
    for voice, text in zip(heard, written, strict=True):
        as_read = text.replace(" (opens in a new tab)", "")
        assert voice.replace("link to ", "").startswith(as_read)
    everything = " ".join(phrase for _did, said in registering.told for phrase in said)
    in_link = registering.link().rpartition("/")[2]
    assert len(in_link) > 20
    for secret in (invitation, code, registering.number[3:], in_link):
        assert secret not in everything
        assert secret not in " ".join(written)
    if TRANSCRIPT is not None:
        Path(TRANSCRIPT).write_text(_transcript(registering))
    assert _transcript(registering) == (Path(TRANSCRIPT) if TRANSCRIPT else COMMITTED).read_text()


def test_a_registration_begun_in_the_chat_goes_on_by_text_and_back(
    registering: Registering,
) -> None:
    invitation, parent = registering.invitation(), registering.parent.open()
    parent.press("I have an invitation to register")
    parent.hears("invitation code")
    parent.press("More")
    parent.press("Continue by text message")
    words = parent.panel.locator(".words .key").inner_text()
    phone = registering.phone

    phone.text(words)
    phone.wait_for("now part of your web chat", PATIENCE_S)
    phone.text(f"its {invitation}")
    phone.wait_for(f"ending {registering.number[-3:]}", PATIENCE_S)
    phone.text("ok")
    code = registering.code()
    # The code came by text; it is given in the chat, which has followed all of it.
    registering.page.keyboard.press("Escape")
    parent.write(f"my code is {code}")
    parent.hears("verified")

    registering.opens_the_hub()


@pytest.mark.parametrize(
    "victim",
    [
        pytest.param("edge", marks=pytest.mark.short),
        pytest.param("redis", marks=pytest.mark.short),
        pytest.param("rasa", marks=pytest.mark.short),
        "workers",
    ],
)
def test_a_registration_in_the_chat_survives_a_killed_process(
    registering: Registering, victim: str
) -> None:
    invitation, parent = registering.invitation(), registering.parent.open()
    parent.press("I have an invitation to register")
    parent.hears("invitation code")

    registering.product.kill(victim)
    parent.write(f"it is {invitation}")
    asked = parent.log.locator(".msg:not(.from-parent)").filter(has_text="mobile number")
    expect(asked).to_have_count(1, timeout=LONG_MS)
    registering.product.wait_until_ready()
    parent.write("0" + registering.number[3:])
    registering.gives_code(registering.code())
    parent.hears("verified")

    assert len(set(registering.assistant_said())) == len(registering.assistant_said())
    own = parent.log.locator(".from-parent")
    expect(own).to_have_count(4)


def _transcript(registering: Registering) -> str:
    """Return the page of documentation that holds what was heard."""
    lines = [
        "# What a screen reader says in a registration by chat",
        "",
        "Written and compared by `tests/browser/webchat/test_registration.py`",
        "(`make check-webchat`). A model of a screen reader (`@guidepup/virtual-screen-reader`)",
        'ran in a real Chromium, on the whole product. "polite:" is what the live region says by',
        "itself, the rest is where the focus is.",
        "",
    ]
    for did, said in registering.told:
        lines += [f"**The parent {did}.**", ""]
        lines += [f"- {_everybodys(one)}" for one in said]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def _everybodys(said: str) -> str:
    """Return what was said without what differs from one run to the next."""
    said = re.sub(r"127[.]0[.]0[.]1:[0-9]+", "hub.example", said)
    said = said.replace(" Privacy notice (opens in a new tab)", "")  # it comes with the settings
    return re.sub(r"ending \d{3}", "ending 123", said)
