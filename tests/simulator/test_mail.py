"""Mails over real SMTP."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern

import pytest

from simulator.mail.mailbox import Mail, Mailbox
from simulator.mail.reply import reply_to
from simulator.world import World
from tests.standins.simulated import SimulatorCarrier
from wire.clock import SystemClock

PARENT = "parent@example.com"


def invitation(to: str = PARENT) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "EHC Hub – Staffordshire <noreply@hub.example>"
    mail["To"] = to
    mail["Subject"] = "Complete your registration – EHC Hub"
    mail["Message-ID"] = "<one@hub.example>"
    mail.set_content("Open https://hub.example/register/abc. Your code is K7QM-2RTX.\n")
    mail.add_alternative(
        '<p><a href="https://hub.example/register/abc">Complete your registration</a></p>',
        subtype="html",
    )
    return mail


@pytest.fixture
def smtp(world: World) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", world.settings.simulator_smtp_port, timeout=5) as client:
        yield client


def test_a_mail_can_be_read_by_whom_it_was_for(
    simulator: SimulatorCarrier, smtp: smtplib.SMTP
) -> None:
    smtp.send_message(invitation())
    smtp.send_message(invitation("other@example.com"))

    mails = simulator.mails("Parent@Example.com", wait_s=5)

    assert [mail["envelope_to"] for mail in mails] == [[PARENT]]
    assert mails[0]["subject"] == "Complete your registration – EHC Hub"
    assert mails[0]["from"] == "EHC Hub – Staffordshire <noreply@hub.example>"
    assert "K7QM-2RTX" in mails[0]["text"]
    assert mails[0]["links"] == ["https://hub.example/register/abc"]
    assert "<a href" in mails[0]["html"]


def test_waiting_begins_after_the_last_mail_seen(
    simulator: SimulatorCarrier, smtp: smtplib.SMTP
) -> None:
    smtp.send_message(invitation())
    seen = simulator.mails(PARENT, wait_s=5)[0]["id"]

    assert simulator.mails(PARENT, after=seen, wait_s=0.1) == []
    smtp.send_message(invitation())

    assert [mail["id"] for mail in simulator.mails(PARENT, after=seen, wait_s=5)] == [seen + 1]


def test_a_refused_mail_is_not_kept(simulator: SimulatorCarrier, smtp: smtplib.SMTP) -> None:
    simulator.order("mail", "refuse", status=451)

    with pytest.raises(smtplib.SMTPDataError) as raised:
        smtp.send_message(invitation())

    assert raised.value.smtp_code == 451
    assert simulator.mails(PARENT) == []


def test_a_delayed_mail_outlasts_an_impatient_client(
    simulator: SimulatorCarrier, world: World
) -> None:
    simulator.order("mail", "delay", delay_s=0.5)
    port = world.settings.simulator_smtp_port

    with (
        pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)),
        smtplib.SMTP("127.0.0.1", port, timeout=0.2) as client,
    ):
        client.send_message(invitation())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers, only words",
        b"Content-Type: text/plain; charset=nobody-knows\r\n\r\nH\xe9llo",
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"Subject: =?utf-8?q?broken\r\n\r\n",
        b"From: @@@\r\nTo: \r\n\r\n\x00",
    ],
)
def test_a_strange_mail_is_kept_all_the_same(world: World, raw: bytes) -> None:
    mailbox = Mailbox(world.board, SystemClock())

    mail = mailbox.receive("a@example.com", ["b@example.com"], raw)

    assert mailbox.listed(to="b@example.com") == [mail]
    assert mail.raw == raw


def test_a_reply_goes_to_the_reply_address_and_joins_the_thread(
    simulator: SimulatorCarrier, smtp: smtplib.SMTP
) -> None:
    mail = invitation()
    mail["Reply-To"] = "Help desk <help@hub.example>"
    smtp.send_message(mail)
    mail_id = simulator.mails(PARENT, wait_s=5)[0]["id"]

    answer = simulator._client.post(f"/mailbox/{mail_id}/reply", data={"text": "Thank you"})

    assert answer.status_code == 303
    reply = simulator.mails("help@hub.example", wait_s=5)[0]
    assert reply["subject"] == "Re: Complete your registration – EHC Hub"
    assert reply["from"] == PARENT
    raw = simulator.get(f"/mails/{reply['id']}")["raw"].encode()
    parsed = BytesParser(EmailMessage, policy=modern).parsebytes(raw)
    assert parsed["In-Reply-To"] == "<one@hub.example>"
    assert reply["text"].startswith("Thank you\n\n> Open https://hub.example")


def test_an_empty_reply_sends_nothing(simulator: SimulatorCarrier, smtp: smtplib.SMTP) -> None:
    smtp.send_message(invitation())
    mail_id = simulator.mails(PARENT, wait_s=5)[0]["id"]

    simulator._client.post(f"/mailbox/{mail_id}/reply", data={"text": " "})

    assert len(simulator.get("/mails")["mails"]) == 1


def test_a_reply_is_not_re_twice(world: World) -> None:
    clock = SystemClock()
    mail = Mailbox(world.board, clock).receive(
        "a@example.com", ["b@example.com"], b"Subject: RE: hello\r\n\r\nHi"
    )
    assert isinstance(mail, Mail)

    raw, recipient = reply_to(mail, "Yes", at=clock.now())

    assert b"Subject: RE: hello" in raw
    assert recipient == "a@example.com"
