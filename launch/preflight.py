"""What can be found out before anything is started, each in one clear sentence."""

import errno
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from launch.environment import PORTS

DISK_NEEDED_MB: Final = 300
"""Room for databases, logs and a new model; less, and a write would fail in mid-conversation."""

REQUIRED: Final = (
    "SMTP_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM",
)
"""What has no default once the simulator is not used."""


class NotReady(Exception):
    """Something the start needs is not there; the message says what, and what to do."""


def check_folder(folder: Path) -> None:
    """Make the state folder if need be and write to it.

    Raises:
        NotReady: it cannot be written, or the disk is nearly full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"probe")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NotReady(f"The disk that holds {folder} is full. Free some space.") from error
        raise NotReady(
            f"The folder {folder} cannot be written ({error.strerror}). "
            "Change its owner, or set VAR_DIR to a folder that can be."
        ) from error
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < DISK_NEEDED_MB:
        raise NotReady(
            f"Only {free_mb} MB are free on the disk that holds {folder}; "
            f"{DISK_NEEDED_MB} MB are needed. Free some space, or set VAR_DIR to another disk."
        )


def check_settings(env: Mapping[str, str]) -> None:
    """Name every setting without which nothing can run.

    Raises:
        NotReady: with all the missing names.
    """
    missing = [name for name in REQUIRED if not env.get(name)]
    if missing:
        raise NotReady(
            f"Missing settings: {', '.join(missing)}. See docs/configuration.md. "
            "(Unset TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL to run with the simulator.)"
        )


def check_ports(env: Mapping[str, str], names: tuple[str, ...] = tuple(PORTS)) -> None:
    """Try every port that will be listened on.

    Raises:
        NotReady: some are in use or not numbers; all of them are named with their settings.
    """
    wrong = [name for name in names if not _is_port(env[name])]
    if wrong:
        raise NotReady(f"Not a port number (1 to 65535): {', '.join(wrong)}.")
    busy = [f"{env[name]} ({name})" for name in names if _is_busy(int(env[name]))]
    if busy:
        raise NotReady(
            f"In use already: port {', '.join(busy)}. Stop what listens there "
            "(another `make run`?), or set the name in brackets to a free port."
        )


def _is_port(value: str) -> bool:
    return value.isdecimal() and 0 < int(value) < 65536


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers themselves do, so that a port just closed does not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
