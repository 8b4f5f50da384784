"""Tell an application how far its text has come."""

from simulator.carrier.account import Account
from simulator.carrier.debugger import Debugger
from simulator.carrier.faults import Faults
from simulator.carrier.posting import Poster, WebhookFailed
from simulator.carrier.schedule import Schedule
from simulator.network.behaviours import Callbacks
from simulator.network.messages import Message

API_VERSION = "2010-04-01"
REORDERED_BY_STEPS = 5
"""A callback out of order comes this many steps late, after those that should follow it."""


def callback_fields(account_sid: str, message: Message) -> list[tuple[str, str]]:
    """Return the form of a status callback."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.recipient,
    }
    if message.service_sid is not None:
        fields["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    if message.status in {"delivered", "undelivered"}:
        fields["RawDlrDoneDate"] = message.updated_at.strftime("%y%m%d%H%M")
    return list(fields.items())


class StatusCallbacks:
    """Posts status callbacks; best effort and unordered, as Twilio's are."""

    def __init__(
        self,
        *,
        account: Account,
        poster: Poster,
        schedule: Schedule,
        faults: Faults,
        debugger: Debugger,
        step_s: float,
    ) -> None:
        self._account = account
        self._poster = poster
        self._schedule = schedule
        self._faults = faults
        self._debugger = debugger
        self._step_s = step_s

    def announce(self, message: Message, plan: Callbacks) -> None:
        """Post a text's present status, unless nobody asked, the plan or a fault says otherwise."""
        if message.callback_url is None or plan is Callbacks.NONE:
            return
        struck = self._faults.strike("callback", message.recipient)
        if "lose" in struck:
            return
        is_shuffled = plan is Callbacks.SHUFFLED
        delay_s = struck["delay"].delay_s if "delay" in struck else 0.0
        if "reorder" in struck or (is_shuffled and message.status in {"queued", "sent"}):
            delay_s += REORDERED_BY_STEPS * self._step_s
        for _time in range(2 if is_shuffled or "duplicate" in struck else 1):
            self._schedule.call(lambda: self._post(message), delay_s=delay_s)

    def _post(self, message: Message) -> None:
        fields = callback_fields(self._account.sid, message)
        try:
            self._poster.post(message.callback_url or "", fields)
        except WebhookFailed as failed:
            self._debugger.report(
                failed.code,
                f"status callback {message.status}: {failed.detail}",
                sid=message.sid,
                url=failed.url,
            )
