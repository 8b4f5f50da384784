"""A PostgreSQL server of our own, in a temporary folder and on a free port."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.standins.ports import free_port


def _binaries() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        on_path = shutil.which("initdb")
        if on_path is None:
            pytest.skip("needs the package postgresql")
        return Path(on_path).parent
    return Path(found[-1]).parent


def _user() -> str | None:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("needs the package postgresql (its user postgres)")


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the URL of an empty database on it."""
    binaries, user = _binaries(), _user()
    # Not in pytest's own folder, which only the user of the tests may enter.
    folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    run = {"user": user, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    data, port = folder / "data", free_port()
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "hub", "--auth=trust", "--no-sync", "-E", "UTF8"],
        **run,
    )
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c max_connections=200"
    control = [binaries / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], **run)
    try:
        yield f"postgresql+psycopg://hub@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder)


def empty(url: str) -> None:
    """Take every row out of a migrated database."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('alembic_version', 'audit_head')"
        ).fetchall()
        names = ", ".join(f'"{name}"' for (name,) in tables)
        connection.execute("SET session_replication_role = replica")  # or triggers would refuse
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        connection.execute(
            "UPDATE audit_head SET number = 0, hash = repeat('0', 64), trimmed_through = 0"
        )
