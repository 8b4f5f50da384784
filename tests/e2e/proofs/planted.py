"""Looking for planted secrets wherever the product keeps anything."""

import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import redis

from messaging import story
from messaging.store.database import Database
from tests.e2e.proofs.random_parent import Planted
from tests.e2e.running import RunningProduct

OUTSIDE = ("simulator.log", "secrets.env")
"""The outside world's own log, and our keys."""

METRICS = {
    "EDGE_INTERNAL_PORT": "MESSAGING_API_KEY",
    "HUB_INTERNAL_PORT": "HUB_API_KEY",
    "WORKER_PORT": "",
}


VAULT_KEYS = "vault:*"
LONGEST_IN_VAULT_S = 15 * 60


def search(product: RunningProduct, planted: Iterable[Planted]) -> list[tuple[str, str]]:
    """Return (place, spelling) of every secret that lies anywhere in the clear, large or small."""
    spellings = {spelling for secret in planted for spelling in secret.spellings}
    found = []
    for place, content in _places(product):
        small = content.lower()
        found += [(place, one) for one in spellings if one.lower().encode() in small]
    return sorted(found)


CONTROLS = {"file", "rows", "Redis"}
"""Where a word that lies in the open must be found, or the search finds nothing."""


def controls_found(product: RunningProduct) -> set[str]:
    """Lay a word in the open in a log, a table and Redis, and return where it was found."""
    word = f"Control{secrets.token_hex(8)}"
    log = product.processes.logs / "control.log"
    log.write_text(f"said {word.upper()} here\n")
    client = redis.Redis.from_url(product.env["REDIS_URL"])
    client.hset("control", "said", word)
    database = product.folder / "control.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE said (words)")
        connection.execute("INSERT INTO said VALUES (?)", (word,))
    try:
        found = search(product, [Planted(text=word, spellings=(word,))])
    finally:
        client.delete("control")
        client.close()
        log.unlink()
        database.unlink()
    named = {log.name: "file", f"rows of {database.name}": "rows", "Redis": "Redis"}
    return {kind for place, _ in found for name, kind in named.items() if name in place}


def vault_runs_out(product: RunningProduct) -> int:
    """Let the vault's time pass; return how many of its keys had no end or are still there."""
    client = redis.Redis.from_url(product.env["REDIS_URL"])
    keys = list(client.scan_iter(VAULT_KEYS))
    endless = [key for key in keys if not 0 <= client.ttl(key) <= LONGEST_IN_VAULT_S]
    for key in keys:
        if key not in endless:
            client.pexpire(key, 1)
    deadline = time.monotonic() + 5
    while (left := list(client.scan_iter(VAULT_KEYS))) and time.monotonic() < deadline:
        time.sleep(0.01)
    client.close()
    return len(set(left) | set(endless))


def _places(product: RunningProduct) -> Iterator[tuple[str, bytes]]:
    for path in product.folder.rglob("*"):
        if path.is_file() and path.name not in OUTSIDE:
            yield str(path.relative_to(product.folder)), path.read_bytes()
    for path in product.folder.glob("*.db"):
        yield f"rows of {path.name}", _rows(path)
    yield "Redis, the tracker store with it", _redis(product.env["REDIS_URL"])
    for port, key in METRICS.items():
        headers = {"Authorization": f"Bearer {product.env[key]}"} if key else {}
        answer = httpx.get(product.url(port, "/metrics"), headers=headers, trust_env=False)
        answer.raise_for_status()
        yield f"metrics at {port}", answer.content
    yield "transcripts", _transcripts(product).encode()


def _rows(path: Path) -> bytes:
    parts = []
    with sqlite3.connect(path) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in tables.fetchall():
            parts += map(repr, connection.execute(f'select * from "{table}"').fetchall())
    return "\n".join(parts).encode()


def _redis(url: str) -> bytes:
    client = redis.Redis.from_url(url)
    parts = []
    for key in client.scan_iter():
        parts += [key, client.dump(key) or b""]
        kind = client.type(key)
        if kind == b"string":
            parts.append(client.get(key) or b"")
        elif kind == b"list":
            parts += client.lrange(key, 0, -1)
        elif kind == b"hash":
            parts += [part for pair in client.hgetall(key).items() for part in pair]
    client.close()
    return b"\n".join(parts)


def _transcripts(product: RunningProduct) -> str:
    database = Database(f"sqlite:///{product.folder / 'messaging.db'}")
    told = []
    with database.reading() as connection:
        for conversation_id in story.all_ids(connection):
            found = story.read(connection, conversation_id)
            if found is not None:
                told.append(story.told(found))
    database.close()
    return "\n".join(told)
