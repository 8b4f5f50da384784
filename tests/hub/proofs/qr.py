"""QR codes as Chromium shows them on the page, read by zbarimg, used with oathtool's codes."""

import subprocess
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from hub.accounts import invitations, relay
from hub.accounts.hub import Hub
from tests.browser.hub.phone import code_of
from tests.hub.parts import Invitation, MailsTaken, make_parts, read_invitation
from tests.hub.people import PASSWORD
from tests.hub.proofs import served
from wire.clock import SystemClock

CHROMIUM = "/usr/bin/chromium"


def invite(database_url: str, count: int) -> list[Invitation]:
    """Invite so many people by the clock on the wall."""
    hub: Hub = make_parts(database_url, SystemClock())  # type: ignore[arg-type]
    try:
        for number in range(count):
            invitations.invite(hub, email=f"parent{number}@example.com", actor="test")
        while relay.sweep(hub):
            pass
        assert isinstance(hub.mails, MailsTaken)
        return [read_invitation(mail) for mail in hub.mails.all]
    finally:
        hub.store.engine.dispose()


def read_on_screen(page: Page, picture: Path) -> bytes:
    """Return what the QR code on a page says, byte for byte."""
    page.screenshot(path=picture, full_page=True)
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)],
        capture_output=True,
        check=True,
    )
    return found.stdout.removesuffix(b"\n")


def prove(database_url: str, folder: Path, count: int) -> tuple[int, int]:
    """Have so many people register by the QR code that they see.

    Returns:
        How many codes said the page's otpauth link byte for byte, and how many people came to the
        open hub with oathtool's code for what was read.
    """
    people = invite(database_url, count)
    read = opened = 0
    with (
        served.running(database_url, folder) as hub,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        ) as chromium,
    ):
        for person in people:
            page = chromium.new_page(base_url=hub.url)
            page.goto("/register/" + person.link.rsplit("/", 1)[-1])
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Continue").click()
            link = page.locator("a[href^='otpauth:']")
            wanted = link.get_attribute("href")
            assert wanted is not None
            seen = read_on_screen(page, folder / "screen.png")
            read += seen == wanted.encode()
            secret = seen.decode().partition("secret=")[2].partition("&")[0]
            page.get_by_label("Enter the 6 digit code").fill(code_of(secret))
            page.get_by_role("button", name="Verify Code").click()
            page.get_by_role("heading", name="The EHC Hub is open").wait_for()
            opened += 1
            page.close()
    return read, opened
