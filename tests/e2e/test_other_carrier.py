"""The same road over a second stand-in for Twilio: no process leans on our simulator."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.journey import LINK, Parent, wrong
from tests.e2e.running import RunningProduct, running_product
from tests.standins.other_twilio import OtherTwilio
from tests.standins.phone import Received
from tests.standins.smtp import Mailbox

pytestmark = pytest.mark.e2e


class OtherWorld:
    """Texts by one stand-in, mails by another."""

    def __init__(self, twilio: OtherTwilio, mailbox: Mailbox) -> None:
        self.twilio, self.mailbox = twilio, mailbox

    def inbound(self, number: str, body: str) -> str:
        return self.twilio.inbound(number, body)

    def outbound(self, number: str, *, after: int = 0, wait_s: float = 0.0) -> list[Received]:
        return self.twilio.outbound(number, after=after, wait_s=wait_s)

    def mails(self, to: str, *, after: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
        return self.mailbox.mails(to, after=after, wait_s=wait_s)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[RunningProduct, OtherWorld]]:
    account, token = "AC" + secrets.token_hex(16), secrets.token_hex(16)
    number = "+447700900001"
    with (
        Mailbox() as mailbox,
        OtherTwilio(account=account, token=token, number=number) as twilio,
        running_product(
            TWILIO_ACCOUNT_SID=account,
            TWILIO_AUTH_TOKEN=token,
            TWILIO_FROM=number,
            TWILIO_API_BASE_URL=twilio.base_url,
            SMTP_URL=mailbox.url,
            ALLOW_DRAMA_NUMBERS="true",
        ) as running,
    ):
        assert "simulator" in running.without
        twilio.webhook = running.url("EDGE_PORT", "/webhooks/twilio/sms")
        yield running, OtherWorld(twilio, mailbox)


def test_a_parent_registers_over_another_carrier(elsewhere: tuple[RunningProduct, OtherWorld]):
    running, world = elsewhere
    parent = Parent(
        product=running, carrier=world, number="+447700900555", email="other@example.com"
    )

    code = parent.asks_for_code()
    parent.hears("type the 6 digits")
    parent.says(wrong(code), "4 tries left")
    done = parent.says(code, "verified")

    assert LINK.search(done)
    assert set(world.twilio.webhook_answers) == {200}
