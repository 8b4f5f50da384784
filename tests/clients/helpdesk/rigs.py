"""A helpdesk that runs, and a person who works at it, behind one face for the shared suite."""

import shutil
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from clients.helpdesk import Helpdesk
from clients.helpdesk.django_helpdesk import DjangoHelpdesk
from clients.helpdesk.email import EmailHelpdesk
from clients.mail import MailClient
from simulator.mail.mailbox import Mail
from simulator.mail.reply import reply_to
from simulator.server import Server
from simulator.settings import Settings
from simulator.world import World
from tests.fakes.helpdesk import FakeHelpdesk
from tests.standins import plain
from tests.standins.django_helpdesk import DjangoHelpdeskServer
from tests.standins.dovecot import Dovecot
from tests.standins.ports import free_port
from wire.clock import SystemClock

AGENT = "Sam Smith <sam.smith@council.example>"
TO = "send@council.example"
REPLIES = "ehc-assistant@hub.council.example"


@dataclass
class Seen:
    """What a person sees of a ticket."""

    title: str
    body: str
    posts: list[str]


class Rig(ABC):
    """One helpdesk."""

    helpdesk: Helpdesk

    @abstractmethod
    def seen(self, reference: str) -> Seen:
        """Return what a person sees who looks for a reference; exactly one ticket has it."""

    @abstractmethod
    def count(self, reference: str) -> int:
        """Return how many tickets or first mails have the reference."""

    @abstractmethod
    def replies(self, reference: str, text: str, *, files: int = 0) -> None:
        """Answer the parent."""

    @abstractmethod
    def goes_down(self) -> None:
        """Stop answering."""

    @abstractmethod
    def comes_back(self) -> None:
        """Answer again."""

    def close(self) -> None:
        """Throw everything away."""
        return


class FakeRig(Rig):
    """The fake of our own tests, held to the same suite."""

    def __init__(self) -> None:
        self.helpdesk = self.fake = FakeHelpdesk()

    def _kept(self, reference: str) -> list[str]:
        kept = self.fake.tickets.values()
        return [one.remote_ref for one in kept if one.ticket.reference == reference]

    def seen(self, reference: str) -> Seen:
        (ref,) = self._kept(reference)
        kept = self.fake.tickets[ref]
        body = f"{kept.ticket.summary}\n{dict(kept.ticket.fields)}\n{kept.ticket.transcript}"
        return Seen(kept.ticket.title, body, [post.text for post in kept.posts])

    def count(self, reference: str) -> int:
        return len(self._kept(reference))

    def replies(self, reference: str, text: str, *, files: int = 0) -> None:
        self.fake.replies(self._kept(reference)[0], text, files=files)

    def goes_down(self) -> None:
        self.fake.is_down = True

    def comes_back(self) -> None:
        self.fake.is_down = False


class DjangoRig(Rig):
    """django-helpdesk as Sam sees it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="django-helpdesk-"))
        self.server = DjangoHelpdeskServer(self._folder)
        self.server.prepare()
        self.server.start()
        self.helpdesk = DjangoHelpdesk(self.server.url, token=self.server.ours, queue=1)

    def _tickets(self, reference: str) -> list[dict[str, Any]]:
        return [one for one in self.server.tickets() if reference in str(one["title"])]

    def number(self, reference: str) -> int:
        """Return the ticket's number."""
        return int(self._tickets(reference)[0]["id"])

    def seen(self, reference: str) -> Seen:
        (ticket,) = self._tickets(reference)
        own = {k: v for k, v in ticket.items() if k.startswith("custom_") and v}
        posts = [str(one["comment"]) for one in ticket["followup_set"][1:]]
        urgent = "URGENT" if ticket["priority"] == 1 else ""
        return Seen(f"{ticket['title']} {urgent}", f"{ticket['description']} {own or ''}", posts)

    def count(self, reference: str) -> int:
        return len(self._tickets(reference))

    def replies(self, reference: str, text: str, *, files: int = 0) -> None:
        number = self.number(reference)
        if not files:
            assert self.server.follow_up(number, text).status_code == httpx.codes.CREATED
            return
        answer = self.server.person.post(
            "/api/followups/",
            data={"ticket": number, "comment": text, "public": "true"},
            files=[("attachments", (f"{n}.pdf", b"%PDF", "application/pdf")) for n in range(files)],
        )
        assert answer.status_code == httpx.codes.CREATED, answer.text

    def goes_down(self) -> None:
        self.server.stop()

    def comes_back(self) -> None:
        self.server.start()

    def close(self) -> None:
        self.server.stop()
        self.server.person.close()
        self.helpdesk._http.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class MailServer:
    """A real SMTP server: mails to our own address go to dovecot, all others to people."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.port = free_port()
        self._dovecot = dovecot
        self.people: list[EmailMessage] = []
        self.breaks = self.loses = False
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        if self._controller is None:
            self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
            self._controller.start()

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.breaks:
            return "451 not now"
        raw = bytes(envelope.content or b"")
        for recipient in envelope.rcpt_tos:
            if recipient.rpartition("@")[2] == REPLIES.rpartition("@")[2]:
                self._dovecot.deliver(raw)
            else:
                self.people.append(BytesParser(EmailMessage, policy=modern).parsebytes(raw))
        return "451 taken all the same" if self.loses else "250 OK"


class EmailRig(Rig):
    """SMTP out, dovecot in, and a person with a mail program."""

    def __init__(self) -> None:
        self.dovecot = Dovecot()
        self.server = MailServer(self.dovecot)
        self.dovecot.start()
        self.server.start()
        self.helpdesk: EmailHelpdesk = EmailHelpdesk(
            mail=MailClient(self.server.url, sender=f"EHC assistant <{REPLIES}>"),
            to=TO,
            replies_to=REPLIES,
            imap_url=self.dovecot.url,
            domains=["council.example"],
            key=b"k" * 32,
        )

    def _mails(self, reference: str) -> list[EmailMessage]:
        return [mail for mail in self.server.people if reference in str(mail["Subject"])]

    def seen(self, reference: str) -> Seen:
        first, *rest = self._mails(reference)
        return Seen(
            str(first["Subject"]), first.get_content(), [mail.get_content() for mail in rest]
        )

    def count(self, reference: str) -> int:
        mails = self._mails(reference)
        return len({str(m["Message-ID"]) for m in mails if "In-Reply-To" not in m})

    def replies(self, reference: str, text: str, *, files: int = 0) -> None:
        self.deliver(self.reply_to(self._mails(reference)[-1], text, files=files))

    def reply_to(
        self,
        mail: EmailMessage,
        text: str,
        *,
        files: int = 0,
        sender: str = AGENT,
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Write what a mail program sends when a person presses "reply"."""
        reply = EmailMessage()
        reply["From"] = sender
        reply["To"] = parseaddr(str(mail["Reply-To"]))[1]
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["Date"] = format_datetime(datetime.now(UTC))
        reply["Message-ID"] = make_msgid(domain="council.example")
        reply["In-Reply-To"] = str(mail["Message-ID"])
        for name, value in (headers or {}).items():
            reply[name] = value
        quoted = "\n".join(f"> {line}" for line in mail.get_content().splitlines())
        reply.set_content(
            f"{text}\n\nKind regards,\nSam Smith\nSEND officer\n\n"
            f"On Mon, 23 Nov 2026 at 10:02, EHC assistant <{REPLIES}> wrote:\n{quoted}\n"
        )
        for number in range(files):
            reply.add_attachment(
                b"%PDF", maintype="application", subtype="pdf", filename=f"file{number}.pdf"
            )
        return reply

    def deliver(self, mail: EmailMessage) -> None:
        """Put a mail into the mailbox."""
        self.dovecot.deliver(mail.as_bytes())

    def goes_down(self) -> None:
        self.server.stop()
        self.dovecot.stop()

    def comes_back(self) -> None:
        self.dovecot.start()
        self.server.start()

    def close(self) -> None:
        self.server.stop()
        self.dovecot.remove()


class SimulatorRig(Rig):
    """The simulator's mailbox page and its reply button, as a person uses them in development."""

    def __init__(self) -> None:
        self._settings = Settings(
            twilio_account_sid="AC" + "1" * 32,
            twilio_auth_token="t" * 32,  # type: ignore[arg-type]
            twilio_from="+447700900000",
            simulator_port=free_port(),
            simulator_smtp_port=free_port(),
            simulator_imap_port=free_port(),
        )
        self._world = World(self._settings, clock=SystemClock())
        self._server: Server | None = None
        self.comes_back()
        user = REPLIES.replace("@", "%40")
        port = self._settings.simulator_imap_port
        self.helpdesk = EmailHelpdesk(
            mail=MailClient(
                f"smtp://127.0.0.1:{self._settings.simulator_smtp_port}",
                sender=f"EHC assistant <{REPLIES}>",
            ),
            to=TO,
            replies_to=REPLIES,
            imap_url=f"imap://{user}:any@127.0.0.1:{port}/INBOX",
            domains=["council.example"],
            key=b"k" * 32,
        )

    def _mails(self, reference: str) -> list[Mail]:
        return [mail for mail in self._world.mailbox.listed(to=TO) if reference in mail.subject]

    def seen(self, reference: str) -> Seen:
        first, *rest = self._mails(reference)
        return Seen(first.subject, first.text, [mail.text for mail in rest])

    def count(self, reference: str) -> int:
        mails = self._mails(reference)
        return len({mail.message_id for mail in mails if b"In-Reply-To" not in mail.raw})

    def replies(self, reference: str, text: str, *, files: int = 0) -> None:
        mail = self._mails(reference)[-1]
        if files:
            # The reply button sends none; a mail program does.
            raw, recipient = reply_to(mail, text, at=datetime.now(UTC))
            message = BytesParser(EmailMessage, policy=modern).parsebytes(raw)
            message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="f.pdf")
            self._world.mailbox.receive(TO, [recipient], message.as_bytes())
            return
        address = f"http://127.0.0.1:{self._settings.simulator_port}/mailbox/{mail.id}/reply"
        assert plain.post(address, data={"text": text}).status_code == httpx.codes.SEE_OTHER

    def goes_down(self) -> None:
        self._world.mail_door.close()
        self._world.imap_door.close()

    def comes_back(self) -> None:
        if self._server is None:
            self._server = Server(self._world)
            self._server.open()
            return
        if not self._world.mail_door.is_open:
            self._world.mail_door.open()
            self._world.imap_door.open()

    def close(self) -> None:
        assert self._server is not None
        self._server.close()
