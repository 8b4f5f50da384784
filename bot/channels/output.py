"""The way out: Rasa asks it only for a name, what was said is read from the conversation."""

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnOutput(OutputChannel):
    """Bears the name of the turn's channel, so that a response may differ by channel."""

    def __init__(self, channel: str) -> None:
        """Args: channel: one of `wire.names.CHANNELS`."""
        self._channel = channel

    def name(self) -> str:
        """Return the channel that responses are chosen for (`channel: sms` in a response)."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Send nothing: `bot.channels.replies` reads the whole answer from the tracker's events.

        So no text is split at blank lines, and a repeated answer equals the first.
        """
