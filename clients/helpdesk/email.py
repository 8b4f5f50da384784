"""The helpdesk that everybody has: a mailbox. Tickets leave by SMTP, replies are read by IMAP.

A reply finds its case by the key in the address that it goes to, or else by the mail that it
answers; both hold the case's unguessable id. Only the council's own domains are listened to, and
no machine is.
"""

import base64
import binascii
import hashlib
import hmac
import imaplib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from email.utils import getaddresses, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailboxLoginError,
    MailBoxStartTls,
    MailBoxUnencrypted,
)

from clients.errors import Nonsense, Refused, Unreachable
from clients.helpdesk.mail_text import MARKER, files_of, written
from clients.helpdesk.port import Entry, Event, EventKind, Opened, Ticket
from clients.mail import LOOPBACK, MailClient

NEIGHBOUR: Final = "helpdesk"
TIMEOUT_S: Final = 15.0
MOST_AT_ONCE: Final = 200
LONGEST_LOCAL_PART: Final = 64
"""RFC 5321 4.5.3.1.1"""
_LABEL: Final = b"helpdesk mail 1"
_MAC_BYTES: Final = 10
_CASE_BYTES: Final = 16
_TOKEN_LENGTH: Final = 42
_OURS = re.compile(r"<(?:open|entry)\.(?P<case>[0-9a-f]{32})\.[^>]*>")
_MACHINES: Final = ("mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply")
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})

COMMANDS: Final = """\
Reply to this email to answer the parent. Your name and words go to them, nothing else.
On a line of its own, first or last:
  resolve              close the case
  back to assistant    close it and let the assistant go on
  link                 get a new link to the live conversation
A line that begins with "note:" stays here.\
"""

_log = structlog.get_logger(__name__)


class MailHelpdeskRefused(ValueError):
    """A setting of the mailbox is not usable; the message shows no password."""


class EmailHelpdesk:
    """Tickets as mails."""

    name = "email"

    def __init__(
        self,
        *,
        mail: MailClient,
        to: str,
        replies_to: str,
        imap_url: str,
        domains: Iterable[str],
        key: bytes,
    ) -> None:
        """Take the ways out and in; nothing is opened.

        Args:
            mail: the mail server; its sender is our address.
            to: where tickets go.
            replies_to: our address; replies go to it with a key after a plus sign.
            imap_url: `imaps://user:password@host:port/folder`.
            domains: whose mails are listened to.
            key: signs the key of an address.

        Raises:
            MailHelpdeskRefused: an address or the URL is not usable.
        """
        self._mail = mail
        self._to = to
        local, at, domain = replies_to.rpartition("@")
        if not at or len(local) + 1 + _TOKEN_LENGTH > LONGEST_LOCAL_PART:
            longest = LONGEST_LOCAL_PART - 1 - _TOKEN_LENGTH
            raise MailHelpdeskRefused(f"our address must have at most {longest} signs before the @")
        self._local, self._domain = local, domain
        parts = urlsplit(imap_url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise MailHelpdeskRefused("must be imaps://user:password@host:port/folder")
        self._imap = parts
        self._domains = frozenset(domain.strip().casefold() for domain in domains)
        self._key = hmac.new(key, _LABEL, hashlib.sha256).digest()

    # ---- out --------------------------------------------------------------------------------

    def open(self, ticket: Ticket) -> Opened:
        """Send the first mail of a case; its Message-ID is always the same.

        Raises:
            Unreachable: perhaps sent, perhaps not.
            Refused: not sent, and never will be.
        """
        message_id = f"open.{ticket.case_id}.1"
        shared = ["", *_lines(ticket.fields)] if ticket.fields else []
        plain = "\n".join(
            [
                MARKER,
                "",
                ticket.summary,
                *shared,
                "",
                COMMANDS,
                *self._link(ticket.link),
                "",
                "--- The conversation so far, UK times ---",
                ticket.transcript,
                "",
            ]
        )
        self._send(ticket.case_id, ticket.title, plain, message_id, urgent=ticket.urgent)
        root = f"<{message_id}@{self._mail.domain}>"
        return Opened(remote_ref=root, remote_id=root)

    def append(self, remote_ref: str, entry: Entry) -> str:
        """Send a mail into the case's thread.

        Raises:
            Unreachable, Refused: as `open`.
        """
        message_id = f"entry.{entry.case_id}.{entry.key}"
        who = "For your information" if entry.is_note else "The parent writes"
        shared = ["", *_lines(entry.fields)] if entry.fields else []
        link = self._link(entry.link)
        plain = "\n".join([MARKER, "", f"{who}:", "", entry.text, *shared, *link, ""])
        mark = "URGENT: " if entry.urgent else ""
        subject = f"Re: [{entry.reference}] {mark}{who}"
        self._send(
            entry.case_id, subject, plain, message_id, urgent=entry.urgent, thread=remote_ref
        )
        return f"<{message_id}@{self._mail.domain}>"

    def close(self, remote_ref: str, entry: Entry) -> str:
        """Confirm that the case is closed; a mailbox has nothing else to close.

        Raises:
            Unreachable, Refused: as `open`.
        """
        return self.append(remote_ref, entry)

    def _send(
        self,
        case_id: str,
        subject: str,
        plain: str,
        message_id: str,
        *,
        urgent: bool,
        thread: str | None = None,
    ) -> None:
        headers = {"Reply-To": self.address_of(case_id)}
        if thread is not None:
            headers |= {"In-Reply-To": thread, "References": thread}
        if urgent:
            headers |= {"Importance": "high", "X-Priority": "1"}
        self._mail.send(
            to=self._to, subject=subject, plain=plain, message_id=message_id, headers=headers
        )

    @staticmethod
    def _link(link: str | None) -> list[str]:
        return [] if link is None else ["", f"The live conversation, for one hour: {link}"]

    # ---- in ---------------------------------------------------------------------------------

    def events(self, since: str | None, tickets: Iterable[str]) -> tuple[list[Event], str]:  # noqa: ARG002 - a mailbox is read as a whole
        """Return what replies say that came after the cursor (`validity:uid`).

        Raises:
            Unreachable: the mailbox cannot be read.
            Refused: it does not let us in.
        """
        validity, _, last = (since or "0:0").partition(":")
        with self._mailbox() as box:
            now_valid = str(box.folder.status(self._folder, ["UIDVALIDITY"])["UIDVALIDITY"])
            # Another validity: the server counts anew. What was read before has known ids.
            first = int(last) + 1 if now_valid == validity else 1
            uids = sorted(int(uid) for uid in box.uids(f"UID {first}:*") if uid)
            wanted = [uid for uid in uids if uid >= first][:MOST_AT_ONCE]
            found: list[Event] = []
            for uid in wanted:
                found += self._read(self._fetch(box, uid))
        newest = wanted[-1] if wanted else first - 1
        return found, f"{now_valid}:{newest}"

    def order(self, remote_id: str) -> int | None:  # noqa: ARG002 - two mailboxes share no order
        """Return nothing: a mail tells which one it answers."""
        return None

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Event]:  # noqa: ARG002 - the mail has its own
        """Return what one mail says, as a mail server's pipe would hand it over.

        Raises:
            Nonsense: it is no mail.
        """
        if not body.strip():
            raise Nonsense(NEIGHBOUR)
        return self._read(body)

    def address_of(self, case_id: str) -> str:
        """Return the address that replies of a case go to."""
        raw = bytes.fromhex(case_id)
        token = base64.b32encode(raw + self._mac(raw)).decode().rstrip("=").lower()
        return f"{self._local}+{token}@{self._domain}"

    def _case_at(self, address: str) -> str | None:
        """Return the case whose address it is; None: of none, or the key is forged."""
        local, _, domain = address.rpartition("@")
        name, _, token = local.rpartition("+")
        if (name.casefold(), domain.casefold()) != (
            self._local.casefold(),
            self._domain.casefold(),
        ):
            return None
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except (binascii.Error, ValueError):
            return None
        case, mac = raw[:_CASE_BYTES], raw[_CASE_BYTES:]
        return case.hex() if hmac.compare_digest(mac, self._mac(case)) else None

    def _mac(self, case: bytes) -> bytes:
        return hmac.new(self._key, case, hashlib.sha256).digest()[:_MAC_BYTES]

    def _read(self, raw: bytes) -> list[Event]:
        try:
            message = BytesParser(EmailMessage, policy=modern).parsebytes(raw)
            event = self._event(message, raw)
        except (ValueError, LookupError, AttributeError, TypeError) as exc:
            # The standard library's parser breaks on a few malformed headers; one bad mail must
            # not keep all later ones from being read.
            _log.warning("helpdesk.mail_unreadable", error=type(exc).__name__)
            return []
        return [] if event is None else [event]

    def _event(self, message: EmailMessage, raw: bytes) -> Event | None:
        name, address = parseaddr(str(message.get("From", "")))
        if is_by_machine(message) or not self._is_listened_to(message, address):
            return None
        case_id = self._case_of(message)
        if case_id is None:
            _log.info("helpdesk.mail_of_no_case")
            return None
        text, files = written(message), files_of(message)
        if not text and not files:
            return None
        remote_id = str(message.get("Message-ID", "")).strip()[:250]
        return Event(
            remote_id=remote_id or hashlib.sha256(raw).hexdigest(),
            kind=EventKind.REPLY,
            ticket=case_id,
            author=first_name(name),
            text=text,
            files=files,
            answers=_answered(message),
        )

    def _is_listened_to(self, message: EmailMessage, address: str) -> bool:
        domain = address.rpartition("@")[2].casefold()
        if domain not in self._domains or address.casefold() == self._own_address:
            _log.warning("helpdesk.mail_of_a_stranger")
            return False
        checks = " ".join(str(one) for one in message.get_all("Authentication-Results", []))
        if "dmarc=fail" in checks.casefold():
            _log.warning("helpdesk.mail_forged")
            return False
        return True

    @property
    def _own_address(self) -> str:
        return f"{self._local}@{self._domain}".casefold()

    def _case_of(self, message: EmailMessage) -> str | None:
        names = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
        values = [str(value) for name in names for value in message.get_all(name, [])]
        for _, address in getaddresses(values):
            case_id = self._case_at(address)
            if case_id is not None:
                return case_id
        found = _OURS.match(_answered(message))
        return None if found is None else found["case"]

    # ---- the mailbox ------------------------------------------------------------------------

    @property
    def _folder(self) -> str:
        return unquote(self._imap.path.lstrip("/")) or "INBOX"

    @contextmanager
    def _mailbox(self) -> Iterator[BaseMailBox]:
        host = self._imap.hostname or ""
        user, password = unquote(self._imap.username or ""), unquote(self._imap.password or "")
        try:
            box = self._connection(host)
            try:
                box.login(user, password, self._folder)
                yield box
                box.logout()
            finally:
                # Whatever happened, a second time does no harm.
                with suppress(OSError):
                    box.client.shutdown()
        except MailboxLoginError as exc:
            raise Refused(NEIGHBOUR, status=401) from exc
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as exc:
            raise Unreachable(NEIGHBOUR, type(exc).__name__) from exc

    def _connection(self, host: str) -> BaseMailBox:
        if self._imap.scheme == "imaps":
            return MailBox(host, self._imap.port or 993, timeout=TIMEOUT_S)
        if host in LOOPBACK:
            return MailBoxUnencrypted(host, self._imap.port or 143, timeout=TIMEOUT_S)
        return MailBoxStartTls(host, self._imap.port or 143, timeout=TIMEOUT_S)

    @staticmethod
    def _fetch(box: BaseMailBox, uid: int) -> bytes:
        """Return a mail as it lies there; one that is gone by now is empty."""
        _, answered = box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        return next((part[1] for part in answered if isinstance(part, tuple)), b"")


def is_by_machine(message: EmailMessage) -> bool:
    """Tell whether no person wrote it: an auto-reply, a bounce, a list, one of our own mails."""
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().casefold()
    sender = parseaddr(str(message.get("From", "")))[1].partition("@")[0].casefold()
    return (
        submitted != "no"
        or str(message.get("Precedence", "")).strip().casefold() in _BULK
        or any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or str(message.get("Return-Path", "")).strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or sender.startswith(_MACHINES)
    )


def _lines(fields: Mapping[str, str]) -> list[str]:
    return [f"{name.capitalize()}: {value}" for name, value in fields.items()]


def _answered(message: EmailMessage) -> str:
    """Return the Message-ID of the mail of ours that it answers; empty: of none."""
    # The thread's last one of ours, then the one that the mail program names itself.
    thread = f"{message.get('References', '')} {message.get('In-Reply-To', '')}"
    ours = [found.group() for found in _OURS.finditer(thread)]
    return ours[-1] if ours else ""


def first_name(name: str) -> str:
    """Return the first name of a display name: "Sam Smith", "Smith, Sam (SEND)"; or nothing."""
    plain = re.sub(r"\(.*?\)|\[.*?\]", "", name).strip().strip("'\"")
    if "," in plain:
        plain = plain.partition(",")[2].strip() or plain.partition(",")[0]
    first = plain.split()[0] if plain.split() else ""
    return first if re.fullmatch(r"[^\W\d_][\w'’-]{0,39}", first) else ""
