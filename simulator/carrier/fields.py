"""Read a request to send a text, by Twilio's own field rules.

Source: Twilio's OpenAPI description of the Messages resource and its error dictionary.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from simulator.carrier.refusals import TwilioRefusal
from simulator.network.messages import LONGEST_VALIDITY_S
from simulator.network.numbers import is_e164

LONGEST_BODY = 1600
LONGEST_NAME = 11
MOST_MEDIA = 10

_NAME = re.compile(rf"(?=.*[A-Za-z])[A-Za-z0-9 &._+-]{{1,{LONGEST_NAME}}}")
_SHORT_CODE = re.compile(r"\d{5,6}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")

CHOICES: dict[str, frozenset[str]] = {
    "ContentRetention": frozenset({"retain", "discard"}),
    "AddressRetention": frozenset({"retain", "obfuscate"}),
    "RiskCheck": frozenset({"enable", "disable"}),
    "TrafficType": frozenset({"free"}),
    **dict.fromkeys(
        ("ProvideFeedback", "ForceDelivery", "SendAsMms"),
        frozenset({"true", "false"}),
    ),
}
KNOWN = frozenset(
    {
        *("To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback"),
        *("ValidityPeriod", "MaxPrice", "Attempt", "MessageIntent"),
        *CHOICES,
    }
)
"""Fields that are understood here."""

NOT_PLAYED = frozenset(
    {
        *("ApplicationSid", "ContentSid", "ContentVariables", "FallbackFrom", "PersistentAction"),
        *("ScheduleType", "SendAt", "ShortenUrls", "SmartEncoded"),
    }
)
"""Fields that change what Twilio does and are not played here: better refused than passed over."""


@dataclass(frozen=True, kw_only=True)
class SendRequest:
    """A request to send a text, found good."""

    sender: str
    recipient: str
    body: str
    callback_url: str | None
    service_sid: str | None
    valid_for_s: int
    media: tuple[str, ...]
    unknown: tuple[str, ...]
    """Names of fields that Twilio does not know and ignores; worth a warning."""


def is_name(sender: str) -> bool:
    """Tell whether a sender is an alphanumeric name, which cannot be answered."""
    return not is_e164(sender) and _NAME.fullmatch(sender) is not None


def read_send(form: MultiDict[str, str], numbers: tuple[str, ...]) -> SendRequest:
    """Check every field in Twilio's order.

    Args:
        form: the request's fields.
        numbers: the account's own numbers; the first is a Messaging Service's sender.

    Raises:
        TwilioRefusal: a field is missing or not as it must be.
    """
    recipient = _recipient(form)
    service_sid = form.get("MessagingServiceSid") or None
    sender = _service_sender(service_sid, numbers) if service_sid else _sender(form, numbers)
    if sender == recipient:
        raise TwilioRefusal(21266, recipient)
    media = tuple(form.getlist("MediaUrl"))
    body = _body(form, media)
    for name in NOT_PLAYED & set(form):
        raise TwilioRefusal(20001, f"{name} is not played by this simulator")
    for name, allowed in CHOICES.items():
        if form.get(name, next(iter(allowed))).lower() not in allowed:
            raise TwilioRefusal(20001, name)
    _count(form, "Attempt", lambda _given: TwilioRefusal(20001, "Attempt"), most=10)
    valid_for_s = _count(
        form, "ValidityPeriod", lambda given: TwilioRefusal(21624, given), most=LONGEST_VALIDITY_S
    )
    return SendRequest(
        sender=sender,
        recipient=recipient,
        body=body,
        callback_url=_callback(form),
        service_sid=service_sid,
        valid_for_s=valid_for_s or LONGEST_VALIDITY_S,
        media=media,
        unknown=tuple(sorted(set(form) - KNOWN)),
    )


def _recipient(form: MultiDict[str, str]) -> str:
    recipient = form.get("To", "")
    if not recipient:
        raise TwilioRefusal(21604)
    if not is_e164(recipient):
        raise TwilioRefusal(21211, recipient)
    return recipient


def _sender(form: MultiDict[str, str], numbers: tuple[str, ...]) -> str:
    sender = form.get("From", "")
    if not sender:
        raise TwilioRefusal(21603)
    if sender in numbers or is_name(sender):
        return sender
    if is_e164(sender) or _SHORT_CODE.fullmatch(sender):
        raise TwilioRefusal(21606, sender)
    raise TwilioRefusal(21212, sender)


def _service_sender(service_sid: str, numbers: tuple[str, ...]) -> str:
    if not _SERVICE.fullmatch(service_sid) or not numbers:
        raise TwilioRefusal(21701, service_sid)
    return numbers[0]


def _body(form: MultiDict[str, str], media: tuple[str, ...]) -> str:
    body = form.get("Body", "")
    if not body and not media:
        raise TwilioRefusal(21602)
    if len(body) > LONGEST_BODY:
        raise TwilioRefusal(21617)
    if len(media) > MOST_MEDIA or not all(_is_web_address(address) for address in media):
        raise TwilioRefusal(21620, ", ".join(media))
    return body


def _callback(form: MultiDict[str, str]) -> str | None:
    address = form.get("StatusCallback") or None
    if address is not None and not _is_web_address(address):
        raise TwilioRefusal(21609, address)
    return address


def _is_web_address(address: str) -> bool:
    """Tell whether Twilio would call an address; it refuses hosts with an underscore."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        if parts.port is not None:
            host = host.rpartition(":")[0]
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _HOST.fullmatch(host) is not None


def _count(
    form: MultiDict[str, str], name: str, refusal: Callable[[str], TwilioRefusal], *, most: int
) -> int | None:
    given = form.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= most:
        raise refusal(given)
    return int(given)
