"""The Messages resource as Twilio's REST API shows it."""

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from simulator.carrier.refusals import DELIVERY_ERRORS, TwilioRefusal
from simulator.network.messages import Message

API = "/2010-04-01"
PAGE_SIZE = 50
LARGEST_PAGE = 1000


def messages_uri(account_sid: str) -> str:
    """Return the address of an account's messages, relative to Twilio's."""
    return f"{API}/Accounts/{account_sid}/Messages.json"


def message_document(account_sid: str, message: Message) -> dict[str, Any]:
    """Return one text as JSON. Numbers of segments and media are strings, as Twilio writes them."""
    uri = f"{API}/Accounts/{account_sid}/Messages/{message.sid}"
    is_unassigned = message.status == "accepted"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": DELIVERY_ERRORS.get(message.error_code or 0),
        "from": None if is_unassigned else message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media)),
        "num_segments": "0" if is_unassigned else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def _rfc2822(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at)


def page_document(
    account_sid: str, messages: list[Message], query: MultiDict[str, str]
) -> dict[str, Any]:
    """Return one page of texts, newest first, and where the next one is.

    Raises:
        TwilioRefusal: page or size is not a number in range.
    """
    page = _number(query, "Page", 0, least=0, most=1_000_000)
    size = _number(query, "PageSize", PAGE_SIZE, least=1, most=LARGEST_PAGE)
    start = page * size
    shown = messages[start : start + size]

    def uri(of_page: int) -> str:
        fields = {**query.to_dict(), "PageSize": str(size), "Page": str(of_page)}
        return f"{messages_uri(account_sid)}?{urlencode(fields)}"

    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if start + size < len(messages) else None,
        "previous_page_uri": uri(page - 1) if page else None,
        "uri": uri(page),
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(shown) - 1, 0),
        "messages": [message_document(account_sid, message) for message in shown],
    }


def _number(query: MultiDict[str, str], name: str, default: int, *, least: int, most: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
        raise TwilioRefusal(20001, name)
    return int(given)


def was_sent_when_asked(message: Message, query: MultiDict[str, str]) -> bool:
    """Tell whether a text's sending time lies in `DateSent`, `DateSent>` (from) and `DateSent<`.

    Raises:
        TwilioRefusal: a date is neither a day nor an RFC 3339 time.
    """
    asked = {
        sign: _moment(query[f"DateSent{sign}"])
        for sign in ("", "<", ">")
        if query.get(f"DateSent{sign}")
    }
    if not asked:
        return True
    if message.sent_at is None:
        return False
    # Twilio's log knows seconds only.
    sent_at = message.sent_at.replace(microsecond=0)
    return (
        ("" not in asked or sent_at.date() == asked[""].date())
        and ("<" not in asked or sent_at <= asked["<"])
        and (">" not in asked or sent_at >= asked[">"])
    )


def _moment(given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as exc:
        raise TwilioRefusal(20001, "DateSent") from exc
    is_day = len(given) == len(date.min.isoformat())
    return moment.replace(tzinfo=UTC) if is_day or moment.tzinfo is None else moment
