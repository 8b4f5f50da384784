"""A messaging database as it is before the first message; the migrations run once in a process."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from messaging.migrate import to_latest


@cache
def empty() -> bytes:
    """Return the file of an empty SQLite database that is up to date."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        to_latest(f"sqlite:///{path}")
        return path.read_bytes()


def migrate(url: str) -> None:
    """Bring a database up to date."""
    parsed = make_url(url)
    path = Path(str(parsed.database))
    if parsed.get_backend_name() == "sqlite" and not path.exists():
        path.write_bytes(empty())
    else:
        to_latest(url)
