"""What mail programs, machines and strangers send, through real SMTP and a real dovecot."""

import secrets
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern

import pytest

from clients.errors import Nonsense, Refused
from clients.helpdesk import Event, Ticket
from clients.helpdesk.email import EmailHelpdesk, MailHelpdeskRefused, first_name
from clients.helpdesk.mail_text import LONGEST_READ, written
from clients.mail import MailClient
from tests.clients.helpdesk.conftest import needs_dovecot
from tests.clients.helpdesk.rigs import REPLIES, TO, EmailRig
from tests.clients.helpdesk.test_conformance import entry, news, ticket

pytestmark = needs_dovecot


def opened(mail: EmailRig) -> tuple[Ticket, EmailMessage, str]:
    """Open a ticket; return it, its first mail, and the cursor of now."""
    made = ticket()
    mail.helpdesk.open(made)
    _, cursor = mail.helpdesk.events(None, [])
    return made, mail._mails(made.reference)[0], cursor


def heard(mail: EmailRig, cursor: str, message: EmailMessage) -> list[Event]:
    """Return what one mail leads to; a second, harmless one tells that it was read."""
    mail.deliver(message)
    made = ticket()
    mail.helpdesk.open(made)
    mail.replies(made.reference, "a sign that the mailbox was read")
    events, _ = news(mail, [], cursor)
    return [event for event in events if event.ticket != made.case_id]


def test_mails_of_a_case_are_one_thread_with_ids_of_their_own(mail: EmailRig) -> None:
    made, first, _ = opened(mail)
    words = entry(made, "more")

    mail.helpdesk.append(str(first["Message-ID"]), words)

    second = mail._mails(made.reference)[1]
    assert second["References"] == first["Message-ID"]
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    assert second["Auto-Submitted"] == "auto-generated"
    assert second["Reply-To"] == first["Reply-To"]
    assert len(str(first["Reply-To"]).partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner=x"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<staff.council.example>"},
        {"Return-Path": "<>"},
        {"Authentication-Results": "mx.example; spf=pass; dmarc=fail (p=reject)"},
    ],
)
def test_machines_and_forgeries_are_not_listened_to(
    mail: EmailRig, headers: dict[str, str]
) -> None:
    _, first, cursor = opened(mail)

    assert heard(mail, cursor, mail.reply_to(first, "Out of office", headers=headers)) == []


@pytest.mark.parametrize(
    "sender",
    [
        "Sam <sam@elsewhere.example>",
        "Sam <sam@council.example.evil.example>",
        "MAILER-DAEMON@council.example",
        REPLIES,
    ],
)
def test_strangers_and_ourselves_are_not_listened_to(mail: EmailRig, sender: str) -> None:
    _, first, cursor = opened(mail)

    assert heard(mail, cursor, mail.reply_to(first, "hello", sender=sender)) == []


def test_a_forged_key_opens_no_case(mail: EmailRig) -> None:
    made, first, cursor = opened(mail)
    address = mail.helpdesk.address_of(made.case_id)
    reply = mail.reply_to(first, "hello")
    del reply["To"], reply["In-Reply-To"]
    reply["To"] = address.replace("@", "a@")

    assert heard(mail, cursor, reply) == []


def test_without_the_key_the_mail_that_is_answered_tells_the_case(mail: EmailRig) -> None:
    made, first, cursor = opened(mail)
    reply = mail.reply_to(first, "hello")
    del reply["To"]
    reply["To"] = REPLIES

    assert [event.ticket for event in heard(mail, cursor, reply)] == [made.case_id]


def test_the_same_mail_twice_is_one_event(mail: EmailRig) -> None:
    _, first, cursor = opened(mail)
    reply = mail.reply_to(first, "hello")
    mail.deliver(reply)

    events = heard(mail, cursor, reply)

    assert len({event.remote_id for event in events}) == 1


def test_a_reply_tells_which_of_our_mails_it_answers(mail: EmailRig) -> None:
    made, first, cursor = opened(mail)
    second = mail.helpdesk.append(str(first["Message-ID"]), entry(made, "more"))
    among_colleagues = mail.reply_to(first, "hello")
    del among_colleagues["In-Reply-To"]
    among_colleagues["In-Reply-To"] = "<a.colleague@council.example>"
    among_colleagues["References"] = f"{first['Message-ID']} {second} <a.colleague@council.example>"
    bare = mail.reply_to(first, "hello")
    del bare["In-Reply-To"]

    answers = [
        heard(mail, cursor, reply)[-1].answers
        for reply in (mail.reply_to(first, "hello"), among_colleagues, bare)
    ]

    assert answers == [str(first["Message-ID"]), second, ""]
    assert mail.helpdesk.order(second) is None


def test_a_pipe_and_the_mailbox_tell_the_same_event(mail: EmailRig) -> None:
    _, first, cursor = opened(mail)
    reply = mail.reply_to(first, "hello")

    (by_mailbox,) = heard(mail, cursor, reply)
    (by_pipe,) = mail.helpdesk.parse({}, reply.as_bytes())

    assert by_mailbox == by_pipe
    with pytest.raises(Nonsense):
        mail.helpdesk.parse({}, b" ")


def test_a_mail_that_nobody_can_read_keeps_no_other_from_being_read(mail: EmailRig) -> None:
    _, first, cursor = opened(mail)
    for raw in (
        b"From: @@@\r\nTo: \r\n\r\n\x00",
        b"Content-Type: multipart/mixed\r\n\r\n--",
        # Read, it cannot be written out again.
        b'Content-Type: multipart/mixed; boundary="\xff"\r\n\r\n--\xff\r\n\r\nhi',
        b"x",
    ):
        mail.dovecot.deliver(raw)

    assert len(heard(mail, cursor, mail.reply_to(first, "hello"))) == 1


def test_a_new_count_of_the_server_loses_nothing(mail: EmailRig) -> None:
    _, first, _ = opened(mail)
    mail.deliver(mail.reply_to(first, "hello"))

    events, cursor = mail.helpdesk.events("1:999999", [])

    assert any(event.text == "hello" for event in events)
    assert not cursor.startswith("1:")


def test_a_wrong_password_is_a_refusal(mail: EmailRig) -> None:
    wrong = EmailHelpdesk(
        mail=MailClient(mail.server.url, sender=REPLIES),
        to=TO,
        replies_to=REPLIES,
        imap_url=f"imap://replies:wrong@127.0.0.1:{mail.dovecot.port}/INBOX",
        domains=["council.example"],
        key=b"k" * 32,
    )

    with pytest.raises(Refused):
        wrong.events(None, [])


@pytest.mark.parametrize(
    ("replies_to", "imap_url"),
    [
        ("nobody", "imap://u:p@127.0.0.1"),
        ("a" * 30 + "@council.example", "imap://u:p@127.0.0.1"),
        (REPLIES, "http://u:p@127.0.0.1"),
        (REPLIES, "imap://127.0.0.1"),
    ],
)
def test_settings_that_cannot_work_are_refused_without_the_password(
    replies_to: str, imap_url: str
) -> None:
    with pytest.raises(MailHelpdeskRefused) as raised:
        EmailHelpdesk(
            mail=MailClient("smtp://127.0.0.1:1", sender=REPLIES),
            to=TO,
            replies_to=replies_to,
            imap_url=imap_url,
            domains=[],
            key=secrets.token_bytes(32),
        )
    assert "u:p" not in str(raised.value)


OUTLOOK = """Hello, your link works again.

Thanks

Sam Smith
SEND officer | Staffordshire

From: EHC assistant <ehc-assistant@hub.council.example>
Sent: 23 November 2026 10:02
To: SEND
Subject: [EHC-7F3KMX] Parent asked for a person

## Write your reply above this line ##

Who: a parent
"""
APPLE = """Hello, your link works again.

Sent from my iPhone

> On 23 Nov 2026, at 10:02, EHC assistant <a@b.example> wrote:
>
> ## Write your reply above this line ##
> Who: a parent
"""
BARE = """Hello, your link works again.

-- \nSam Smith
01785 000000
"""
MARKED = """Hello, your link works again.

________________________________
## Write your reply above this line ##

Who: a parent
"""


@pytest.mark.parametrize("text", [OUTLOOK, APPLE, BARE], ids=["outlook", "apple", "bare"])
def test_quotes_and_signatures_are_cut(text: str) -> None:
    message = EmailMessage()
    message.set_content(text)

    assert written(message) == "Hello, your link works again."


def test_whatever_follows_our_marker_is_cut() -> None:
    message = EmailMessage()
    message.set_content(MARKED)

    assert "parent" not in written(message)
    assert written(message).startswith("Hello, your link works again.")


def test_thanks_in_the_middle_is_no_signature() -> None:
    message = EmailMessage()
    message.set_content("Thanks\nI have looked at your case and it is fine now.\n")

    assert "I have looked" in written(message)


def test_a_mail_in_html_alone_is_read() -> None:
    raw = (
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p>Hello,</p>"
        b"<p>your&nbsp;link <b>works</b>.</p><script>x()</script>"
    )
    message = BytesParser(EmailMessage, policy=modern).parsebytes(raw)

    assert written(message).split() == ["Hello,", "your", "link", "works."]


def test_a_mail_is_read_to_a_length_and_its_blank_lines_are_one() -> None:
    message = EmailMessage()
    message.set_content(
        "Hello,\n" + " \n" * LONGEST_READ + "your link works. " + "x" * LONGEST_READ
    )

    text = written(message)

    assert text.startswith("Hello,\n\nyour link works. xxx")
    assert len(text) == LONGEST_READ


@pytest.mark.parametrize(
    ("shown", "first"),
    [
        ("Sam Smith", "Sam"),
        ("Smith, Sam (SEND)", "Sam"),
        ("O’Neill, Mary-Ann", "Mary-Ann"),
        ("", ""),
        ("07700 900123", ""),
        ("<script>", ""),
    ],
)
def test_only_a_first_name_is_shown_to_parents(shown: str, first: str) -> None:
    assert first_name(shown) == first
