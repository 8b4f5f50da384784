"""A mail scanner at an invitation's link: GET, HEAD and a browser that runs scripts."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import select
from werkzeug.serving import make_server

from hub import settings as hub_settings
from hub.accounts.hub import Hub
from hub.pages.app import create_pages
from hub.store.tables import Base

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """Return a browser's command; None: there is none here."""
    return next((name for name in BROWSERS if shutil.which(name)), None)


@contextmanager
def served(settings: hub_settings.Settings, hub: Hub) -> Iterator[str]:
    """Serve the pages on a free port and yield their address."""
    server = make_server("127.0.0.1", 0, create_pages(settings, hub), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def scan(address: str, path: str, folder: Path, *, times: int) -> dict[str, int]:
    """Open a link as scanners do; return how often in which way."""
    opened = {"GET": 0, "HEAD": 0, "browser": 0}
    for method in ("GET", "HEAD"):
        for _ in range(times):
            with httpx.Client(follow_redirects=True, trust_env=False) as client:
                opened[method] += client.request(method, address + path).is_success
    command = browser()
    if command is not None:
        page = subprocess.run(
            [
                command,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={folder}",
                "--virtual-time-budget=3000",
                "--dump-dom",
                address + path,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        opened["browser"] += "<html" in page
    return opened


def state(hub: Hub) -> list[str]:
    """Every row of every table."""
    with hub.store.transaction() as session:
        return [
            f"{table.name} {tuple(row)!r}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table).order_by(*table.primary_key.columns))
        ]
