"""The same road over a second stand-in for Twilio: no process leans on our simulator."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.journey import LINK, Parent, wrong
from tests.e2e.running import RunningProduct, running_product
from tests.standins.other_twilio import OtherTwilio
from tests.standins.phone import Received
from tests.standins.smtp import Mailbox

pytestmark = pytest.mark.e2e


HELPDESK = "helpdesk@council.example"
OPENS = datetime.now(UTC) + timedelta(days=3)
"""Whatever day it is, the helpdesk is closed now."""


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
            CONTACT_PHONE="01632 960100",
            HELPDESK="email",
            HELPDESK_HOURS=f"{OPENS:%a} 09:00-09:01",
            HELPDESK_MAIL_TO=HELPDESK,
            HELPDESK_MAIL_FROM="assistant@hub.council.example",
            HELPDESK_IMAP_URL="imap://nobody:nothing@127.0.0.1:1/INBOX",
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


def test_path_56_a_closed_desk_says_when_it_is_back_and_takes_the_message(
    elsewhere: tuple[RunningProduct, OtherWorld],
):
    running, world = elsewhere
    parent = Parent(
        product=running, carrier=world, number="+447700900556", email="closed@example.com"
    )
    parent.begins()

    offered = parent.says("i want to talk to a person", "closed now")
    passed_on = parent.says("1", "passing this to")
    waits = parent.says("hello? anyone?")
    back = parent.says("assistant", "back with the automated assistant")
    again = parent.says("ok", "type the 6 digits")

    assert "01632 960100" in offered
    assert "They are back" in passed_on
    assert "automated assistant of" not in waits
    assert back
    assert again
    assert world.mails(HELPDESK, wait_s=20), "no ticket"
