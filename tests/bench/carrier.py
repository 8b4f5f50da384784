"""The stand-in carrier with a stopwatch: how long the webhook took, how long until a text came."""

import time

from tests.standins.other_twilio import OtherTwilio


class TimedCarrier(OtherTwilio):
    """Notes every webhook's answer time and asks texts back with theirs."""

    def __init__(self, *, account: str, token: str, number: str) -> None:
        super().__init__(account=account, token=token, number=number)
        self.acknowledged_s: list[float] = []
        """Seconds until the webhook for an inbound text was answered."""
        self.replied_s: list[float] = []
        """Seconds from an inbound text to the first text back."""
        self.unanswered = 0

    def _post(self, address: str, form: dict[str, str]) -> int:
        started = time.monotonic()
        status = super()._post(address, form)
        if "SmsStatus" in form and form["SmsStatus"] == "received":
            self.acknowledged_s.append(time.monotonic() - started)
        return status

    def last_id(self, number: str) -> int:
        """Return the id of the newest text to a number, 0 where there is none."""
        arrived = self.outbound(number)
        return arrived[-1].id if arrived else 0

    def say(self, number: str, body: str, *, patience_s: float = 10, quiet_s: float = 0.3) -> str:
        """Send a text, time the first reply, take in the rest, and return all of them together."""
        after = self.last_id(number)
        started = time.monotonic()
        self.inbound(number, body)
        arrived = self.outbound(number, after=after, wait_s=patience_s)
        if not arrived:
            self.unanswered += 1
            return ""
        self.replied_s.append(time.monotonic() - started)
        while more := self.outbound(number, after=arrived[-1].id, wait_s=quiet_s):
            arrived += more
        return "\n".join(text.body for text in arrived)
