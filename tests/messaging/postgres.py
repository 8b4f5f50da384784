"""A private PostgreSQL for tests: a cluster of its own in a temporary folder."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests.standins.ports import free_port

USER = "postgres"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path is None:
        pytest.skip("no PostgreSQL: apt install postgresql")
    return Path(on_path).resolve().parent


class Postgres:
    """One server on a free port of the loopback; it refuses to run as root, so it does not."""

    def __init__(self) -> None:
        self._bin = _binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner: str | None = None
        if os.geteuid() == 0:
            try:
                account = pwd.getpwnam(USER)
            except KeyError:
                pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
            self._owner = USER
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    def url(self, database: str) -> str:
        """Return the address of a database in it."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster and start the server."""
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", USER, "--auth=trust", "--no-sync")
        self.resume()

    def resume(self) -> None:
        """Start the server on its cluster and wait until it answers."""
        data = self.folder / "data"
        options = f"-h 127.0.0.1 -p {self.port} -c fsync=off"
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", data, "-k", self.folder, *options.split()],
            user=self._owner,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address):
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not answer within 20 s")

    def create(self, database: str) -> str:
        """Make an empty database and return its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, database)
        return self.url(database)

    def pause(self) -> None:
        """End the server at once; what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it and remove the cluster."""
        self.pause()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            user=self._owner,
            cwd=self.folder,
            capture_output=True,
            check=True,
        )
