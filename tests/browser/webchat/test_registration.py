"""Whole registrations in the chat, with nothing stubbed between the browser and the hub."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.webchat.parent import Parent
from tests.e2e.conftest import CONTACT
from tests.e2e.journey import INVITATION_CODE, PATIENCE_S, SECURITY_CODE
from tests.e2e.running import RunningProduct, running_product
from tests.standins.phone import Phone
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

NUMBER = "+447700900771"
EMAIL = "chat-parent@example.com"


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


def test_a_parent_registers_by_chat_with_a_code_by_text(
    page: Page, product: RunningProduct, carrier: SimulatorCarrier
) -> None:
    product.invite(EMAIL)
    mail = carrier.mails(EMAIL, wait_s=PATIENCE_S)[-1]
    invitation = INVITATION_CODE.search(mail["text"])
    assert invitation
    phone = Phone(carrier, NUMBER)
    parent = Parent(page, product.url("EDGE_PORT", "/webchat/demo")).open()
    parent.listen()

    parent.press("I have an invitation to register")
    parent.hears("invitation code")
    parent.write(f"it is {invitation.group()}")
    parent.hears("mobile number")
    parent.write("0" + NUMBER[3:])
    text = phone.wait_for("security code. It", PATIENCE_S)
    code = SECURITY_CODE.search(text)
    assert code
    field = page.get_by_role("textbox", name="Security code")
    expect(field).to_be_visible(timeout=20_000)
    field.fill(f"{code.group(1)[:3]} {code.group(1)[3:]}")
    field.press("Enter")
    parent.hears("verified")

    link = parent.log.locator(".msg a[href^='http']").last
    href = link.get_attribute("href")
    assert href is not None
    assert parent.console == []
    page.goto(href)
    expect(page.get_by_label(re.compile("password", re.IGNORECASE)).first).to_be_visible()
