"""What a person reads: times of day, links, and what stands on a phone's screen."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from simulator.carrier.posting import NO_CONNECTION, RETRIEVAL_FAILURE
from simulator.carrier.refusals import DELIVERY_ERRORS
from simulator.network.messages import INBOUND, Message
from simulator.network.phones import SENT, Bubble, Phone
from simulator.world import World

LONDON = ZoneInfo("Europe/London")

NOT_TAKEN = frozenset({NO_CONNECTION, RETRIEVAL_FAILURE})
"""Alerts after which a text has not reached the service."""

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]")


def clock_time(at: datetime) -> str:
    """Return the time of day in Britain."""
    return at.astimezone(LONDON).strftime("%H:%M:%S")


def day_and_time(at: datetime) -> str:
    """Return day and time in Britain."""
    return at.astimezone(LONDON).strftime("%-d %B %Y, %H:%M:%S")


def link_up(text: str) -> Markup:
    """Make web addresses in a text into links that open in a tab of their own."""
    pieces: list[Markup] = []
    end = 0
    for match in _LINK.finditer(text):
        address = match.group()
        pieces.append(escape(text[end : match.start()]))
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>')
        pieces.append(link.format(address))
        end = match.end()
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)


@dataclass(frozen=True, kw_only=True)
class ShownBubble:
    """A text on the screen with what Twilio knows of it."""

    bubble: Bubble
    status: str
    names_sender: bool
    """Whether the line above says whom it is from: only where that changes."""

    @property
    def is_mine(self) -> bool:
        """Whether this phone sent it."""
        return self.bubble.direction == SENT


def screen_of(world: World, phone: Phone) -> list[ShownBubble]:
    """Return the texts on a phone's screen, oldest first."""
    shown: list[ShownBubble] = []
    last_sender = None
    not_taken = {alert.sid for alert in world.debugger.listed() if alert.code in NOT_TAKEN}
    for bubble in world.phones.bubbles(phone.number):
        message = world.messages.get(bubble.sid)
        is_mine = bubble.direction == SENT
        shown.append(
            ShownBubble(
                bubble=bubble,
                status=_status(bubble, message, is_taken=bubble.sid not in not_taken),
                names_sender=not is_mine and bubble.other != last_sender,
            )
        )
        last_sender = last_sender if is_mine else bubble.other
    return shown


def _status(bubble: Bubble, message: Message | None, *, is_taken: bool) -> str:
    if bubble.direction == SENT:
        return "sent" if is_taken else "unanswered"
    return "deleted" if message is None else message.status


def failures_of(world: World, phone: Phone) -> list[tuple[Message, str]]:
    """Return texts to a phone that never arrived, with the reason."""
    return [
        (message, DELIVERY_ERRORS.get(message.error_code or 0, "Unknown error"))
        for message in reversed(world.messages.listed(recipient=phone.number))
        if message.status in {"undelivered", "failed"} and message.direction != INBOUND
    ]
