"""The page that waits for the code of a text message, and says what became of the text."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect
from werkzeug.wrappers import Response

from hub.accounts import texting
from hub.accounts.errors import HubError, NotFound, TextNotAccepted
from hub.accounts.hub import Hub
from hub.accounts.texting import TextState
from hub.pages import browser, render, words
from hub.pages.render import Fault

NOT_SENT = "We have not sent a code yet. Click “Resend Code” to get one."
CANNOT_LOOK = "We cannot see just now what happened to the text message."


@dataclass(frozen=True, kw_only=True)
class TextPage:
    """Where and about what a text message's code is asked for."""

    title: str
    path: str
    """Of the page; `<path>/resend` sends the code again."""
    other: dict[str, str] | None = None
    """The way out at the bottom right: `href` and `text`."""

    def show(
        self,
        hub: Hub,
        look: Callable[[], TextState],
        *,
        ends_with: str | None,
        fault: Fault | None = None,
    ) -> Response:
        """Return the page; `look` tells what became of the newest text."""
        return render.form(
            "check_phone.html",
            title=self.title,
            fault=fault or browser.blamed("code"),
            action=self.path,
            other=self.other,
            text=_told(look),
            ends_with=ends_with,
            lifetime=words.waiting(hub.limits.code_lifetime),
        )

    def send(self, hub: Hub, send: Callable[[], object]) -> Response:
        """Send a code and go to the page, which says so, or why not."""
        try:
            send()
        except HubError as exc:
            browser.blame_next(hub, exc)
        return redirect(self.path, 303)


def _told(look: Callable[[], TextState]) -> dict[str, str]:
    """Return the beginning of the page in words; nothing is called sent that was not."""
    try:
        found: texting.TextState = look()
    except NotFound:
        return {"lead": "", "told": NOT_SENT}
    except TextNotAccepted:
        return {"lead": "We have sent", "told": CANNOT_LOOK}
    lead = "We are sending" if found.state == "created" else "We have sent"
    return {"lead": lead, "told": words.text_state(found.state, found.reason)}
