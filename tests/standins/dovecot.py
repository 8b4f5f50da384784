"""A real IMAP server: Debian's dovecot, started as a plain user with a configuration of its own."""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from tests.standins.ports import free_port

BINARY = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
PASSWORD = "mailbox-password"
STARTS_WITHIN_S = 15.0

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {name}
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Dovecot:
    """One mailbox, read by IMAP; `deliver` is what a mail server does with it."""

    def __init__(self) -> None:
        self.port = free_port()
        # Its sockets need a short path.
        self.folder = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
        # Root must not own mail, says dovecot; everybody else uses themselves.
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What `HELPDESK_IMAP_URL` is set to."""
        return f"imap://replies:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def start(self) -> None:
        """Start it, unless it runs, and wait until it lets us in."""
        if self._process is not None:
            return
        assert BINARY is not None
        for name in ("cur", "new", "tmp"):
            (self.folder / "mail" / name).mkdir(parents=True, exist_ok=True)
        values = {
            "folder": self.folder,
            "name": self.folder.name,
            "user": self._owner.pw_name,
            "group": grp.getgrgid(self._owner.pw_gid).gr_name,
            "uid": self._owner.pw_uid,
            "gid": self._owner.pw_gid,
            "password": PASSWORD,
            "port": self.port,
        }
        config = self.folder / "dovecot.conf"
        config.write_text(_CONFIG.format(**values))
        self._hand_over(self.folder)
        with (self.folder / "stderr").open("wb") as errors:
            self._process = subprocess.Popen(
                [BINARY, "-F", "-c", str(config)],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._lets_us_in():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                raise RuntimeError(self._log())
            time.sleep(0.05)

    def _lets_us_in(self) -> bool:
        with (
            contextlib.suppress(OSError, imaplib.IMAP4.error),
            imaplib.IMAP4("127.0.0.1", self.port, timeout=2) as client,
        ):
            client.login("replies", PASSWORD)
            return True
        return False

    def stop(self) -> None:
        """Stop it; the mail stays."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=10)

    def remove(self) -> None:
        """Stop it and throw everything away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the mailbox as a mail server does."""
        name = uuid4().hex
        path = self.folder / "mail" / "tmp" / name
        path.write_bytes(raw)
        if os.getuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        path.rename(self.folder / "mail" / "new" / name)

    def _hand_over(self, folder: Path) -> None:
        if os.getuid() != 0:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _log(self) -> str:
        names = ("stderr", "dovecot.log")
        texts = [(self.folder / n).read_text() for n in names if (self.folder / n).exists()]
        return "dovecot did not start:\n" + "\n".join(texts)[-2000:]
