"""What can be found out before anything is built or started, each in one clear sentence.

`python3 -m launch.preflight` comes first in `make run`, on the Python of the machine (3.8 or
newer): this module and `launch.environment` use the standard library alone.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from launch import environment, pythons
from launch.environment import PORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parent.parent

DISK_NEEDED_MB: Final = 300
"""Room for databases, logs and a new model; less, and a write would fail in mid-conversation."""

ENVIRONMENT_MB: Final = {".venv": 1_000, ".venv-rasa": 2_500}
"""What each environment takes that is not built yet."""

REQUIRED: Final = ("SMTP_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
"""What has no default once the simulator is not used."""

REQUIRED_BESIDE_ANOTHER_HUB: Final = ("HUB_API_KEY", "HUB_PUBLIC_URL")
"""What only the other hub can tell."""

PUBLIC: Final = ("PUBLIC_BASE_URL", "HUB_PUBLIC_URL")
"""What a carrier or a parent elsewhere must be able to reach."""

LONGEST_SOCKET_PATH: Final = 103
"""Bytes, the least of what the systems allow (macOS; Linux has 107)."""
SOCKET: Final = "supervisor.sock"
_SUFFIX: Final = len(".1234567")
"""supervisord first binds to the name with its process id behind it."""


class NotReady(Exception):
    """Something the start needs is not there; the message says what, and what to do."""


def main(environ: Mapping[str, str], root: Path = ROOT) -> int:
    """Check all that needs no environment; tell the first thing that is wrong."""
    try:
        check(environ, root)
        fetched = check_pythons(environ, root)
    except NotReady as problem:
        _say(f"Cannot start. {problem}")
        return 1
    for versions in fetched:
        _say(f"Python {versions} is not on this machine, so it will be downloaded.")
    return 0


def check(environ: Mapping[str, str], root: Path) -> None:
    """Check settings, ports, folders and the disk.

    Raises:
        NotReady: with one clear sentence.
    """
    to_be_made = dict.fromkeys((*environment.SECRETS, *environment.SIMULATED_SECRETS), "made later")
    env = environment.complete(environ, to_be_made, root)
    check_settings(environ, env)
    check_ports(env, environment.ports(environment.left_out(environ)))
    folder = state_folder(environ, root)
    for place in (root, root / "models", folder):
        check_folder(place)
    check_socket(folder)
    unbuilt = [size for name, size in ENVIRONMENT_MB.items() if not _is_built(root / name)]
    check_room(root, DISK_NEEDED_MB + sum(unbuilt))


def check_pythons(environ: Mapping[str, str], root: Path) -> list[str]:
    """Look for the Pythons of environments that are not built yet; return what uv must download.

    Raises:
        NotReady: one is not here, and uv was told not to download any.
    """
    absent = pythons.absent(environ, root)
    if absent and not pythons.may_be_fetched(environ):
        raise NotReady(pythons.advice(absent))
    return absent


def state_folder(environ: Mapping[str, str], root: Path) -> Path:
    """Return the folder that holds databases, logs and secrets."""
    return Path(environ.get("VAR_DIR") or root / "var").resolve()


def check_folder(folder: Path) -> None:
    """Make the folder if need be and write to it.

    Raises:
        NotReady: it cannot be written, or the disk is nearly full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(folder)) as probe:
            probe.write(b"probe")
    except OSError as error:
        raise NotReady(cause(error, folder)) from error
    check_room(folder, DISK_NEEDED_MB)


def cause(error: OSError, folder: Path) -> str:
    """Return why nothing could be written to the folder, and what to do."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {folder} is full. Free some space."
    return (
        f"The folder {folder} cannot be written ({error.strerror}). Change its owner, or use "
        "another folder (VAR_DIR for state and logs; a checkout of your own for the rest)."
    )


def check_room(folder: Path, needed_mb: int) -> None:
    """Look at the free space of the disk.

    Raises:
        NotReady: there is less than needed.
    """
    free_mb = shutil.disk_usage(str(folder)).free // 2**20
    if free_mb < needed_mb:
        raise NotReady(
            f"Only {free_mb} MB are free on the disk that holds {folder}; "
            f"{needed_mb} MB are needed. Free some space, or use another disk."
        )


def check_socket(folder: Path) -> None:
    """Measure the path of the process keeper's control socket.

    Raises:
        NotReady: it is longer than the system allows.
    """
    length = len(os.fsencode(str(folder / SOCKET))) + _SUFFIX
    if length > LONGEST_SOCKET_PATH:
        raise NotReady(
            f"The path of {folder} is too long for a socket, by {length - LONGEST_SOCKET_PATH} "
            "characters. Set VAR_DIR to a folder with a shorter path."
        )


def check_settings(environ: Mapping[str, str], env: Mapping[str, str]) -> None:
    """Name every setting without which nothing can run.

    Args:
        environ: what the caller has set.
        env: the same with defaults.

    Raises:
        NotReady: with all the names.
    """
    names = [name for name in REQUIRED if not env.get(name)]
    if not environment.uses_own_hub(environ):
        names += [name for name in REQUIRED_BESIDE_ANOTHER_HUB if not environ.get(name)]
    if _carrier_is_elsewhere(env):
        names += [name for name in PUBLIC if not environ.get(name) and name not in names]
    if names:
        raise NotReady(
            f"Missing settings: {', '.join(names)}. See docs/configuration.md. "
            "(Unset TWILIO_ACCOUNT_SID and TWILIO_API_BASE_URL to run with the simulator, "
            "HUB_BASE_URL to run our hub.)"
        )
    private = [name for name in PUBLIC if _is_loopback(env[name])]
    if private and _carrier_is_elsewhere(env):
        raise NotReady(
            f"{' and '.join(private)} must be addresses that Twilio and parents can reach; "
            "this machine's own (127.0.0.1, localhost) is seen by nobody else."
        )


def check_ports(env: Mapping[str, str], names: tuple[str, ...] = tuple(PORTS)) -> None:
    """Try every port that will be listened on.

    Raises:
        NotReady: some are in use or not numbers; all of them are named with their settings.
    """
    wrong = [name for name in names if not _is_port(env[name])]
    if wrong:
        raise NotReady(f"Not a port number (1 to 65535): {', '.join(wrong)}.")
    told = {name: _unusable(environment.interface(env, name), int(env[name])) for name in names}
    busy = [f"{env[name]} ({name})" for name in names if told[name] == errno.EADDRINUSE]
    if busy:
        raise NotReady(
            f"In use already: port {', '.join(busy)}. Stop what listens there "
            "(another `make run`?), or set the name in brackets to a free port."
        )
    for name, number in told.items():
        if number:
            where = f"{environment.interface(env, name)}, port {env[name]}"
            settings = " and ".join(filter(None, (environment.HOSTS.get(name), name)))
            raise NotReady(f"Cannot listen on {where} ({os.strerror(number)}). See {settings}.")


def _is_port(value: str) -> bool:
    return value.isdecimal() and 0 < int(value) < 65536


def _unusable(host: str, port: int) -> int:
    """Return why nothing can listen there, as an error number; 0: it can."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        return errno.EADDRNOTAVAIL
    with socket.socket(family) as probe:
        # As the servers themselves do, so that a port just closed does not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno or errno.EINVAL
    return 0


def _carrier_is_elsewhere(env: Mapping[str, str]) -> bool:
    api = env.get("TWILIO_API_BASE_URL", "")
    return not api or not _is_loopback(api)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _is_built(folder: Path) -> bool:
    return (folder / ".installed").exists()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(os.environ))  # noqa: TID251 - this is where the environment comes in
