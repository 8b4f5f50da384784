"""The way of a text from Twilio's queue to a phone."""

from dataclasses import dataclass

from simulator.carrier.callbacks import StatusCallbacks
from simulator.carrier.schedule import Schedule
from simulator.network.behaviours import Conduct
from simulator.network.messages import Message, MessageLog
from simulator.network.phones import RECEIVED, Phones

HANDSET_OFF = 30003


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long things take."""

    step_s: float
    """Between two statuses of a text."""
    late_s: float
    """How long a late text takes."""


class Delivery:
    """Takes texts through queued, sent and delivered, or to what goes wrong."""

    def __init__(
        self,
        *,
        messages: MessageLog,
        phones: Phones,
        callbacks: StatusCallbacks,
        schedule: Schedule,
        pace: Pace,
    ) -> None:
        self._messages = messages
        self._phones = phones
        self._callbacks = callbacks
        self._schedule = schedule
        self._pace = pace

    def start(self, message: Message) -> None:
        """Set a text on its way."""
        conduct = self._conduct(message)
        if message.status != "queued":
            self._reach(message.sid, "queued", conduct)
        else:
            self._callbacks.announce(message, conduct.callbacks)
        next_step = self._send if conduct.final_status != "failed" else self._end
        self._schedule.after(self._pace.step_s, lambda: next_step(message.sid, conduct))

    def hand_over_waiting(self, number: str) -> None:
        """Airplane mode has ended: let everything in that waited, in order."""
        for sid in self._phones.land(number):
            message = self._messages.get(sid)
            if message is not None:
                self._end(sid, self._conduct(message))

    def _conduct(self, message: Message) -> Conduct:
        return self._phones.get(message.recipient).conduct(message.sender)

    def _send(self, sid: str, conduct: Conduct) -> None:
        self._reach(sid, "sent", conduct)
        delay_s = self._pace.late_s if conduct.is_late else self._pace.step_s
        self._schedule.after(delay_s, lambda: self._arrive(sid, conduct))

    def _arrive(self, sid: str, conduct: Conduct) -> None:
        message = self._messages.get(sid)
        if message is None:
            return
        if self._phones.keep_waiting(message.recipient, sid):
            self._schedule.after(message.valid_for_s, lambda: self._expire(message, conduct))
        else:
            self._end(sid, conduct)

    def _expire(self, message: Message, conduct: Conduct) -> None:
        if self._phones.give_up(message.recipient, message.sid):
            self._reach(message.sid, "undelivered", conduct, HANDSET_OFF)

    def _end(self, sid: str, conduct: Conduct) -> None:
        message = self._messages.get(sid)
        if message is not None and conduct.arrives:
            self._phones.show(message.recipient, RECEIVED, message)
        self._reach(sid, conduct.final_status, conduct, conduct.error_code)

    def _reach(
        self, sid: str, status: str, conduct: Conduct, error_code: int | None = None
    ) -> None:
        message = self._messages.progress(sid, status, error_code)
        if message is not None:
            self._callbacks.announce(message, conduct.callbacks)
