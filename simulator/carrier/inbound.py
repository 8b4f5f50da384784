"""A phone texts the service: Twilio's keywords, then the webhook, then what it answers."""

import threading

from simulator.carrier.account import Account
from simulator.carrier.callbacks import API_VERSION
from simulator.carrier.debugger import Debugger
from simulator.carrier.delivery import Delivery
from simulator.carrier.faults import Faults
from simulator.carrier.posting import Answer, Poster, WebhookFailed
from simulator.carrier.schedule import Schedule
from simulator.carrier.twiml import TwimlMessage, TwimlRejected, read_twiml
from simulator.network.keywords import CANNED, Keyword, OptOut, keyword_in
from simulator.network.messages import INBOUND, REPLY, Message, MessageLog
from simulator.network.numbers import country_of
from simulator.network.phones import SENT, Phones

NO_WEBHOOK = 11200
UNSUBSCRIBED = 21610


def webhook_fields(
    account_sid: str, message: Message, *, service_sid: str | None, keyword: Keyword | None
) -> list[tuple[str, str]]:
    """Return the form of an inbound text, with the empty fields that Twilio sends too."""
    fields = {
        "ToCountry": country_of(message.recipient),
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ToCity": "",
        "FromZip": "",
        "SmsSid": message.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": message.body,
        "FromCountry": country_of(message.sender),
        "To": message.recipient,
        "ToZip": "",
        "NumSegments": str(message.segments),
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    for place, (address, content_type) in enumerate(message.media):
        fields[f"MediaUrl{place}"] = address
        fields[f"MediaContentType{place}"] = content_type
    if service_sid is not None:
        fields["MessagingServiceSid"] = service_sid
    if keyword is not None:
        fields["OptOutType"] = keyword.value
    return list(fields.items())


class Inbound:
    """Takes texts from phones to the application."""

    def __init__(
        self,
        *,
        account: Account,
        messages: MessageLog,
        phones: Phones,
        delivery: Delivery,
        poster: Poster,
        schedule: Schedule,
        faults: Faults,
        debugger: Debugger,
    ) -> None:
        self._account = account
        self._messages = messages
        self._phones = phones
        self._delivery = delivery
        self._poster = poster
        self._schedule = schedule
        self._faults = faults
        self._debugger = debugger
        self._held: list[Message] = []
        self._held_lock = threading.Lock()

    def text(
        self,
        number: str,
        body: str,
        *,
        to: str | None = None,
        media: tuple[tuple[str, str], ...] = (),
    ) -> Message:
        """Send a text from a phone to the service (or another of its numbers)."""
        message = self._messages.add(
            direction=INBOUND,
            sender=number,
            recipient=to or self._account.numbers[0],
            body=body,
            status="received",
            service_sid=self._account.console.service_sid,
            media=media,
        )
        self._phones.show(number, SENT, message)
        keyword = keyword_in(body, self._account.console.opt_out)
        if keyword is not None:
            self._obey(keyword, message)
        self._post_with_faults(message)
        return message

    def clear(self) -> None:
        """Forget texts that a fault holds back."""
        with self._held_lock:
            self._held.clear()

    def _obey(self, keyword: Keyword, message: Message) -> None:
        """Keep Twilio's own opt-out list, and answer with its own words where it does."""
        answers = True
        if keyword is Keyword.STOP:
            self._phones.stop(message.sender, message.recipient)
        elif keyword is Keyword.START:
            answers = self._phones.start(message.sender, message.recipient)
        elif self._phones.has_stopped(message.sender, message.recipient):
            answers = False
        if answers:
            self._reply(message, TwimlMessage(body=CANNED[keyword], to=None, callback_url=None))

    def _post_with_faults(self, message: Message) -> None:
        struck = self._faults.strike("webhook", message.sender)
        if "lose" in struck:
            return
        if "reorder" in struck:
            with self._held_lock:
                self._held.append(message)
            return
        delay_s = struck["delay"].delay_s if "delay" in struck else 0.0
        for _time in range(2 if "duplicate" in struck else 1):
            self._schedule.call(lambda: self._deliver_and_release(message), delay_s=delay_s)

    def _deliver_and_release(self, message: Message) -> None:
        """Post a text, and after it those that a fault has put behind it."""
        self._deliver(message)
        with self._held_lock:
            held, self._held = self._held, []
        for late in held:
            self._deliver(late)

    def _deliver(self, message: Message) -> None:
        console = self._account.console
        is_marked = console.opt_out is OptOut.ADVANCED
        fields = webhook_fields(
            self._account.sid,
            message,
            service_sid=console.service_sid,
            keyword=keyword_in(message.body, console.opt_out) if is_marked else None,
        )
        if not console.sms_webhook:
            self._debugger.report(NO_WEBHOOK, "no webhook is set up", sid=message.sid)
            return
        answer = self._post(console.sms_webhook, console.sms_fallback, fields, message.sid)
        if answer is not None:
            self._act_on(answer, message)

    def _post(
        self, webhook: str, fallback: str | None, fields: list[tuple[str, str]], sid: str
    ) -> Answer | None:
        try:
            return self._poster.post(webhook, fields)
        except WebhookFailed as failed:
            self._debugger.report(failed.code, failed.detail, sid=sid, url=failed.url)
            if not fallback:
                return None
            told = [*fields, ("ErrorCode", str(failed.code)), ("ErrorUrl", failed.url)]
        try:
            return self._poster.post(fallback, told)
        except WebhookFailed as failed:
            detail = f"fallback: {failed.detail}"
            self._debugger.report(failed.code, detail, sid=sid, url=failed.url)
            return None

    def _act_on(self, answer: Answer, message: Message) -> None:
        try:
            replies = read_twiml(answer)
        except TwimlRejected as rejected:
            self._debugger.report(rejected.code, str(rejected), sid=message.sid)
            return
        for reply in replies:
            recipient = reply.to or message.sender
            if self._phones.has_stopped(recipient, message.recipient):
                self._debugger.report(UNSUBSCRIBED, "a TwiML reply", sid=message.sid)
            else:
                self._reply(message, reply)

    def _reply(self, message: Message, reply: TwimlMessage) -> None:
        answer = self._messages.add(
            direction=REPLY,
            sender=message.recipient,
            recipient=reply.to or message.sender,
            body=reply.body,
            status="queued",
            callback_url=reply.callback_url,
            service_sid=message.service_sid,
        )
        self._delivery.start(answer)
