"""Read required environment variables beside Rasa, whose pydantic 1 bars pydantic-settings."""

import os
from collections.abc import Mapping, Sequence


class MissingSettings(SystemExit):
    """At least one required environment variable is unset or empty; the message names every one."""


def require(names: Sequence[str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the named variables.

    Raises:
        MissingSettings: some are unset or empty; all their names stand in the message.
    """
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise MissingSettings("Missing settings: " + ", ".join(missing))
    return {name: environ[name] for name in names}
