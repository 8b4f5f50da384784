"""A phone with an authenticator app: Debian's zbarimg for its camera, oathtool for its codes."""

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

TOOLS: Final = {"oathtool": "oathtool", "zbarimg": "zbar-tools"}
STEP_S: Final = 30
LATE_S: Final = 5
"""How long a code may take from here to the hub."""


class Screen(Protocol):
    """What can be seen of a browser."""

    page: Page


def require_tools() -> None:
    """Skip the test where the tools are missing."""
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            pytest.skip(f"needs Debian's package {package}")


def code_of(secret: str, *, at_s: float | None = None) -> str:
    """Return the code that an app shows, now or at another moment."""
    moment = time.gmtime(time.time() if at_s is None else at_s)
    shown = subprocess.run(
        [
            *("oathtool", "--totp", "--base32"),
            f"--now={time.strftime('%Y-%m-%d %H:%M:%S UTC', moment)}",
            secret,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip()


def scan(screen: Screen, folder: Path) -> str:
    """Return what the QR code says, as it is seen on the screen."""
    picture = folder / "screen.png"
    screen.page.screenshot(path=picture, full_page=True)
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)],
        capture_output=True,
        text=True,
        check=True,
    )
    return read.stdout.removesuffix("\n")


@dataclass
class Phone:
    """Holds one app; a code is good once, so each is of a later step than the one before."""

    folder: Path
    secret: str = ""
    last_step: int = 0

    def scans(self, screen: Screen) -> None:
        """Set the app up from the QR code on the screen."""
        self.secret = parse_qs(urlsplit(scan(screen, self.folder)).query)["secret"][0]

    def code(self) -> str:
        """Return a code that is still good; the hub takes one step before and after its own."""
        earliest = int(time.time() + LATE_S) // STEP_S - 1
        self.last_step = max(self.last_step + 1, earliest)
        while int(time.time()) // STEP_S + 1 < self.last_step:
            time.sleep(0.5)
        return code_of(self.secret, at_s=self.last_step * STEP_S)
