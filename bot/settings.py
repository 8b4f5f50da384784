"""The settings of the Rasa process; nothing else in `bot` reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wire import env

SPOKEN_FOR: Final = ("RASA_CHANNEL_TOKEN", "RASA_REDIS_URL", "ACTIONS_URL", "ACTIONS_TOKEN")
"""Read by Rasa itself, where `endpoints.yml` and `credentials.yml` name them."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where to listen, what to load, how much to say."""

    host: str
    port: int
    model: Path | None
    """A pinned model file; None: the newest in `models`."""
    models: Path
    endpoints: Path
    credentials: Path
    log_level: str


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings.

    Raises:
        wire.env.MissingSettings: a secret or address is unset; every missing name is told.
    """
    env.require(SPOKEN_FOR, environ)
    model = environ.get("MODEL")
    return Settings(
        host=environ.get("RASA_HOST") or "127.0.0.1",
        port=int(environ.get("RASA_PORT") or 5005),
        model=Path(model) if model else None,
        models=Path("models"),
        endpoints=Path("endpoints.yml"),
        credentials=Path("credentials.yml"),
        log_level=log_level(environ),
    )


def log_level(environ: Mapping[str, str] = os.environ) -> str:
    """Return the least level that is logged."""
    return (environ.get("LOG_LEVEL") or "INFO").upper()


def quieten_libraries() -> None:
    """Set what Rasa and TensorFlow read from the environment when they are imported.

    Must run before the first import of `rasa`. What is already set stays.
    """
    for name, value in _FOR_LIBRARIES.items():
        os.environ.setdefault(name, value)


_FOR_LIBRARIES: Final = {
    # Rasa reports every start and training to its makers unless told not to.
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "agg",
}
