"""A door to the mailbox by IMAP4rev1, as far as a program that reads one address's mail needs it.

Commands: CAPABILITY, NOOP, LOGIN, SELECT, EXAMINE, STATUS, SEARCH and FETCH by UID, CLOSE, LOGOUT.
Who logs in as an address reads the mails to that address, and to it with anything after a plus
sign; the password is not looked at. Source: RFC 3501.
"""

import re
import socketserver
from threading import Thread
from typing import Final

import structlog

from simulator.mail.mailbox import Mail, Mailbox

CAPABILITIES: Final = "IMAP4rev1"
VALIDITY: Final = 1
MOST_LINE_BYTES: Final = 8_192
POLL_S: Final = 0.05
"""How often the server looks whether it is to stop."""

_COMMAND = re.compile(r"(?P<tag>\S+) (?P<name>\S+)(?: (?P<rest>.*))?", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_RANGE = re.compile(r"(?P<first>\d+|\*)(?::(?P<last>\d+|\*))?")

log = structlog.get_logger(__name__)


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: "_Server"
    address: str | None = None

    def handle(self) -> None:
        """Greet, then answer commands until the end."""
        self._say("* OK ready")
        while line := self.rfile.readline(MOST_LINE_BYTES):
            found = _COMMAND.fullmatch(line.decode("utf-8", "replace").strip("\r\n"))
            if found is None:
                self._say("* BAD not a command")
                continue
            if not self._answer(found["tag"], found["name"].upper(), found["rest"] or ""):
                return

    def _answer(self, tag: str, name: str, rest: str) -> bool:
        if name == "UID":
            name, _, rest = rest.partition(" ")
            name = f"UID {name.upper()}"
        if name == "LOGOUT":
            self._say("* BYE", f"{tag} OK LOGOUT done")
            return False
        if name == "CAPABILITY":
            self._say(f"* CAPABILITY {CAPABILITIES}")
        elif name == "LOGIN":
            self.address = _words(rest)[0]
        elif self.address is None:
            if name != "NOOP":
                self._say(f"{tag} NO log in first")
                return True
        elif not self._with_mail(name, rest):
            self._say(f"{tag} BAD not known here")
            return True
        self._say(f"{tag} OK {name} done")
        return True

    def _with_mail(self, name: str, rest: str) -> bool:
        mails = self._mails()
        if name in ("SELECT", "EXAMINE"):
            self._say(
                f"* {len(mails)} EXISTS",
                "* 0 RECENT",
                "* FLAGS (\\Seen)",
                f"* OK [UIDVALIDITY {VALIDITY}] never counts anew",
            )
        elif name == "STATUS":
            folder = _words(rest)[0]
            facts = f"MESSAGES {len(mails)} UIDVALIDITY {VALIDITY}"
            self._say(f'* STATUS "{folder}" ({facts})')
        elif name == "UID SEARCH":
            found = [str(mail.id) for mail in mails if _is_wanted(mail.id, rest, mails)]
            self._say(" ".join(["* SEARCH", *found]))
        elif name == "UID FETCH":
            self._fetch(mails, rest)
        elif name not in ("NOOP", "CLOSE", "CHECK"):
            return False
        return True

    def _fetch(self, mails: list[Mail], rest: str) -> None:
        wanted, _, _ = rest.partition(" ")
        for number, mail in enumerate(mails, 1):
            if not _is_wanted(mail.id, f"UID {wanted}", mails):
                continue
            size = len(mail.raw)
            head = f"* {number} FETCH (UID {mail.id} FLAGS () RFC822.SIZE {size} BODY[] {{{size}}}"
            self.wfile.write(head.encode() + b"\r\n" + mail.raw + b")\r\n")

    def _mails(self) -> list[Mail]:
        name, _, domain = (self.address or "").casefold().partition("@")
        return [
            mail
            for mail in self.server.mailbox.listed()
            if any(_is_to(each.casefold(), name, domain) for each in mail.envelope_to)
        ]

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _is_to(address: str, name: str, domain: str) -> bool:
    local, _, host = address.partition("@")
    return host == domain and local.partition("+")[0] == name


def _is_wanted(uid: int, criteria: str, mails: list[Mail]) -> bool:
    found = re.search(r"UID (\S+)", criteria)
    if found is None:
        return True  # ALL
    newest = mails[-1].id if mails else 0
    for part in found[1].split(","):
        span = _RANGE.fullmatch(part)
        if span is None:
            continue
        ends = [newest if end == "*" else int(end) for end in (span["first"], span["last"]) if end]
        if min(ends) <= uid <= max(ends):
            return True
    return False


def _words(text: str) -> list[str]:
    found = [(quoted or bare) for quoted, bare in _STRING.findall(text)]
    return [re.sub(r"\\(.)", r"\1", word) for word in found] or [""]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        super().__init__(address, _Session)


class ImapDoor:
    """Listens for programs that read mail."""

    def __init__(self, *, mailbox: Mailbox, host: str, port: int | None) -> None:
        self._mailbox = mailbox
        self._host = host
        self._port = port
        self._server: _Server | None = None

    @property
    def is_open(self) -> bool:
        """Whether mail can be read."""
        return self._server is not None

    def open(self) -> None:
        """Begin to listen, where a port is set.

        Raises:
            OSError: the port is taken.
        """
        if self._port is None:
            return
        server = _Server((self._host, self._port), self._mailbox)
        Thread(target=server.serve_forever, args=(POLL_S,), name="imap", daemon=True).start()
        self._server = server

    def close(self) -> None:
        """Stop listening."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
