"""Bringing the database up to date with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

FOLDER = Path(__file__).with_name("migrations")


def to_latest(url: str) -> None:
    """Run every migration that the database has not seen."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(url), "head")


def to_nothing(url: str) -> None:
    """Take every migration back."""
    command.downgrade(_config(url), "base")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = url
    return config
