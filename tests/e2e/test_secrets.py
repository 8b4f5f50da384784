"""After a whole journey nothing that was secret lies anywhere in the clear."""

import sqlite3
from pathlib import Path

import pytest
import redis

from tests.e2e.journey import LINK, Parent

pytestmark = pytest.mark.e2e


def spellings(parent: Parent, invitation: str, code: str, link: str) -> dict[str, str]:
    """Return every spelling of every secret of the journey, with its name."""
    national = "0" + parent.number[3:]
    token = link.rpartition("/")[2].rpartition("=")[2]
    assert len(token) > 20, "a link without a token"
    return {
        "invitation code": invitation,
        "invitation code, bare": invitation.replace("-", ""),
        "invitation code, small": invitation.casefold(),
        "security code": code,
        "security code, spaced": f"{code[:3]} {code[3:]}",
        "number": parent.number,
        "number without plus": parent.number[1:],
        "national number": national,
        "national number, spaced": f"{national[:5]} {national[5:]}",
        "email": parent.email,
        "link token": token,
    }


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the product's state; the simulator's log is the outside world."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"simulator.log", "secrets.env"}
    }


def database_rows(folder: Path) -> str:
    """Return every field of every SQLite table as text."""
    parts = []
    for path in folder.glob("*.db"):
        with sqlite3.connect(path) as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table'")
            for (table,) in tables.fetchall():
                parts += map(repr, connection.execute(f'select * from "{table}"').fetchall())
    return "\n".join(parts)


def redis_values(url: str) -> bytes:
    """Return every key of Redis with its value, whatever its type."""
    client = redis.Redis.from_url(url)
    parts = []
    for key in client.scan_iter():
        parts += [key, client.dump(key) or b""]
        if client.type(key) == b"string":
            parts.append(client.get(key) or b"")
    return b"\n".join(parts)


def test_no_secret_of_a_journey_lies_in_the_clear(parent: Parent):
    invitation = parent.is_invited()
    parent.says("hi I was invited to register", "invitation code")
    parent.phone.text(invitation)
    parent.hears("ending")
    parent.phone.text("0" + parent.number[3:])
    code = parent.gets_code()
    parent.hears("type the 6 digits")
    done = parent.says(f"my code is {code}")
    link = LINK.search(done)
    assert link
    folder = parent.product.folder

    haystack = contents(folder)
    haystack["every database field"] = database_rows(folder).encode()
    haystack["Redis"] = redis_values(parent.product.env["REDIS_URL"])

    secrets = spellings(parent, invitation, code, link.group())
    found = [
        (name, place)
        for name, secret in secrets.items()
        for place, data in haystack.items()
        if secret.encode() in data
    ]
    assert not found
    assert len(haystack) > 5, "there was hardly anything to look at"
