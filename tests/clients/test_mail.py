"""The mail server as the hub calls it, by a real SMTP conversation."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from clients.errors import Refused, Unreachable
from clients.mail import MailClient, MailUrlRefused

SENDER = "Staffordshire EHC Hub <no-reply@hub.example.gov.uk>"


@dataclass
class Server:
    """Takes mails, or answers as it is told."""

    taken: list[Envelope] = field(default_factory=list)
    answer: str = "250 OK"
    answer_to_recipient: str = "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _server, _session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.answer


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server, unused_port) -> Iterator[str]:
    controller = Controller(server, hostname="127.0.0.1", port=unused_port)
    controller.start()
    yield f"smtp://127.0.0.1:{unused_port}"
    controller.stop()


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(url: str) -> None:
    MailClient(url, sender=SENDER).send(
        to="parent@example.com",
        subject="Complete your registration",
        plain="The link: https://hub.example.gov.uk/register/abc",
        html="<p>The link</p>",
        message_id="5f1c0f0e",
    )


def test_a_mail_has_two_bodies_a_date_and_a_name_of_its_own(server, url) -> None:
    send(url)

    envelope = server.taken[0]
    mail = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
    assert envelope.rcpt_tos == ["parent@example.com"]
    assert mail["Message-ID"] == "<5f1c0f0e@hub.example.gov.uk>"
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime is not None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "register/abc" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try later", Unreachable), ("550 no such mailbox", Refused), ("554 no", Refused)],
)
@pytest.mark.parametrize("when", ["recipient", "data"])
def test_what_the_server_says_is_told_apart(server, url, answer, error, when) -> None:
    if when == "data":
        server.answer = answer
    else:
        server.answer_to_recipient = answer

    with pytest.raises(error) as failure:
        send(url)

    assert "parent@example.com" not in str(failure.value)


def test_a_server_that_is_not_there_is_unreachable(unused_port) -> None:
    with pytest.raises(Unreachable):
        send(f"smtp://127.0.0.1:{unused_port}")


@pytest.mark.parametrize(
    "url", ["", "http://mail.example.com", "smtp://", "mail.example.com:25", "smtp:///path"]
)
def test_what_is_no_mail_server_is_refused_without_being_shown(url) -> None:
    with pytest.raises(MailUrlRefused) as refusal:
        MailClient(url, sender=SENDER)

    assert "example" not in str(refusal.value)


def test_a_sender_without_an_address_is_refused() -> None:
    with pytest.raises(MailUrlRefused):
        MailClient("smtp://127.0.0.1", sender="Staffordshire")


def test_a_password_does_not_travel_in_the_clear(server, monkeypatch) -> None:
    """The host is not this machine and offers no TLS, so nothing is sent at all."""
    import smtplib

    said: list[str] = []

    class Plain(smtplib.SMTP):
        def __init__(self, *given: object, **named: object) -> None:
            self.timeout = 1.0
            self.esmtp_features = {}

        def ehlo(self, name: str = "") -> tuple[int, bytes]:
            return 250, b""

        def login(self, *given: object, **named: object) -> tuple[int, bytes]:
            said.append("login")
            return 235, b""

        def close(self) -> None:
            said.append("closed")

    monkeypatch.setattr("clients.mail.smtplib.SMTP", Plain)

    with pytest.raises(Unreachable):
        send("smtp://user:password@mail.example.com:25")
    assert said == ["closed"]
