"""Where an inbound message waits, sealed, while the database cannot be written.

One file a record, written under another name, flushed to the disk and renamed, so that a file is
whole or not there. Names sort in the order of arrival. A file that cannot be read, or whose record
cannot be stored, is set aside, never dropped: given its old ending back it is replayed again.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog

from clients.sealing import SealBroken, Sealer
from messaging.errors import DatabaseAway, SpoolAway
from wire.clock import Clock

Record = Mapping[str, Any]

_PLACE = "spool"
_SUFFIX = ".sealed"
_SET_ASIDE = ".aside"
_VERSION = 1
"""Of the records. One that has none is of the first; a newer one is not for this software."""

_log = structlog.get_logger(__name__)


class Spool:
    """A folder of sealed records, shared by the processes of one machine."""

    def __init__(self, folder: Path, seal_key: bytes, clock: Clock) -> None:
        """Take the folder and prove that it can be written.

        Raises:
            SpoolAway: it cannot.
        """
        self._folder = folder
        self._sealer = Sealer(seal_key)
        self._clock = clock
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as exc:
            raise SpoolAway(f"the spool folder cannot be written: {exc.strerror}") from exc

    def is_empty(self) -> bool:
        """Tell whether nothing waits."""
        return next(self._waiting(), None) is None

    def count(self) -> int:
        """Return how many records wait."""
        return sum(1 for _ in self._waiting())

    def count_set_aside(self) -> int:
        """Return how many files could not be read or stored."""
        return sum(1 for _ in self._folder.glob(f"*{_SET_ASIDE}"))

    def put(self, record: Record, *, key: str) -> None:
        """Keep a record until it is replayed; one with the same key that waits already is enough.

        Raises:
            SpoolAway: it could not be written; the record is not kept.
        """
        digest = hashlib.sha256(key.encode()).hexdigest()[:24]
        plain = json.dumps({"version": _VERSION, **record})
        sealed = self._sealer.seal(plain, place=_PLACE)
        try:
            with self._locked("put", fcntl.LOCK_EX):
                if not any(self._folder.glob(f"*-{digest}{_SUFFIX}")):
                    name = f"{self._next_number():020d}-{digest}{_SUFFIX}"
                    _write_whole(self._folder / name, sealed)
        except OSError as exc:
            raise SpoolAway(f"the spool folder cannot be written: {exc.strerror}") from exc

    def replay(self, take: Callable[[Record], None]) -> int:
        """Hand over what waits, oldest first, and return how many were taken.

        It ends early when the database is still away, and at once when another thread or process
        is replaying. A record that fails in any other way is set aside: it would fail for ever, and
        everything newer waits behind it.
        """
        taken = 0
        with suppress(BlockingIOError), self._locked("replay", fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in sorted(self._waiting()):
                record = self._read(path)
                if record is None:
                    continue
                try:
                    take(record)
                except DatabaseAway:
                    break
                except Exception as exc:  # noqa: BLE001 - whatever it is, the others must not wait
                    _set_aside(path, type(exc).__name__)
                    continue
                path.unlink()
                taken += 1
        if taken:
            _log.info("spool.replayed", records=taken)
        return taken

    def _read(self, path: Path) -> Record | None:
        try:
            record = dict(json.loads(self._sealer.open(path.read_bytes(), place=_PLACE)))
        except (SealBroken, ValueError) as exc:
            _set_aside(path, type(exc).__name__)
            return None
        if record.get("version", 1) > _VERSION:
            _set_aside(path, "newer software")
            return None
        return record

    def _waiting(self) -> Iterator[Path]:
        return self._folder.glob(f"*{_SUFFIX}")

    def _next_number(self) -> int:
        """Return a number after every one that waits: the time, unless the clock has gone back."""
        now = int(self._clock.now().timestamp() * 1_000_000)
        waiting = [int(path.name.partition("-")[0]) for path in self._waiting()]
        return max(now, *(number + 1 for number in waiting)) if waiting else now

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        """Hold a lock that counts for every process; closing the file gives it back."""
        with (self._folder / f".{name}.lock").open("w") as lock:
            fcntl.flock(lock, how)
            yield


def fields_of(kind: Any, record: Record) -> dict[str, Any]:
    """Return what a record holds of a dataclass's fields; others are left out.

    A field that older software did not write has its default.
    """
    return {name: record[name] for name in kind.__dataclass_fields__ if name in record}


def _set_aside(path: Path, cause: str) -> None:
    path.rename(path.with_suffix(_SET_ASIDE))
    _log.error("spool.set_aside", file=path.name, cause=cause)


def _write_whole(path: Path, content: bytes) -> None:
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
