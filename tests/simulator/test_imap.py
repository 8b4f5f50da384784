"""The mailbox read by IMAP, with Python's own client."""

import imaplib
from collections.abc import Iterator

import pytest

from simulator.board import Board
from simulator.mail.imap import ImapDoor
from simulator.mail.mailbox import Mailbox
from tests.standins.ports import free_port
from wire.clock import SystemClock

OURS = "assistant@hub.example"


@pytest.fixture
def mailbox() -> Mailbox:
    box = Mailbox(Board(SystemClock()), SystemClock())
    box.receive("a@example.com", [OURS], b"Subject: one\r\n\r\nHello (one)\r\n")
    box.receive("a@example.com", ["other@hub.example"], b"Subject: two\r\n\r\nNot ours\r\n")
    box.receive("a@example.com", ["assistant+key@hub.example"], b"Subject: three\r\n\r\nHi\r\n")
    return box


@pytest.fixture
def client(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    port = free_port()
    door = ImapDoor(mailbox=mailbox, host="127.0.0.1", port=port)
    door.open()
    with imaplib.IMAP4("127.0.0.1", port, timeout=5) as made:
        yield made
    door.close()


def test_who_logs_in_as_an_address_reads_its_mail_and_that_with_a_plus(
    client: imaplib.IMAP4,
) -> None:
    client.login(OURS, "any")
    client.select("INBOX", readonly=True)

    _, found = client.uid("SEARCH", "UID 1:*")
    _, fetched = client.uid("FETCH", "3", "(BODY.PEEK[])")

    assert found == [b"1 3"]
    assert fetched[0][1] == b"Subject: three\r\n\r\nHi\r\n"


def test_a_star_is_the_newest_mail_as_the_protocol_has_it(client: imaplib.IMAP4) -> None:
    client.login(OURS, "any")
    client.select("INBOX")

    assert client.uid("SEARCH", "UID 9:*")[1] == [b"3"]
    assert client.uid("SEARCH", "ALL")[1] == [b"1 3"]
    assert client.status("INBOX", "(UIDVALIDITY)")[1] == [b'"INBOX" (MESSAGES 2 UIDVALIDITY 1)']


def test_nobody_reads_before_they_log_in_and_nothing_can_be_changed(
    client: imaplib.IMAP4,
) -> None:
    assert client.noop()[0] == "OK"
    client.state = "AUTH"  # the client would refuse by itself
    assert client.select("INBOX")[0] == "NO"
    client.state = "NONAUTH"
    client.login(OURS, "any")
    client.select("INBOX")

    with pytest.raises(imaplib.IMAP4.error):
        client.uid("STORE", "1", "+FLAGS", "(\\Deleted)")


def test_without_a_port_the_door_stays_shut(mailbox: Mailbox) -> None:
    door = ImapDoor(mailbox=mailbox, host="127.0.0.1", port=None)

    door.open()

    assert not door.is_open
    door.close()
