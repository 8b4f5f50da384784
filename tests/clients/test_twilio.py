"""The carrier's client against a server that speaks Twilio's protocol."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
import urllib3
from requests import Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError

from clients.errors import ClientError, Nonsense, Unreachable
from clients.twilio import CarrierAway, CarrierBusy, CarrierRefused, Twilio, may_be
from tests.messaging.neighbours import Carrier, Sent, error
from tests.standins.ports import free_port

ACCOUNT, TOKEN = "AC" + "1" * 32, "t" * 32
OURS, PARENT = "+447700900999", "+447700900123"
TEXT = {
    "to": PARENT,
    "sender": OURS,
    "body": "hello",
    "status_callback": "https://texts.example.gov.uk/status?text=1",
    "validity_s": 600,
}


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    carrier = Carrier(ACCOUNT, TOKEN)
    yield carrier
    carrier.stop()


@pytest.fixture
def twilio(carrier: Carrier) -> Iterator[Twilio]:
    twilio = Twilio(ACCOUNT, TOKEN, base_url=carrier.url, timeout_s=(0.5, 0.5))
    yield twilio
    twilio.close()


def send(twilio: Twilio, **changes: object) -> str:
    return twilio.send(**(TEXT | changes))  # type: ignore[arg-type]


def test_a_text_is_handed_over_with_everything_twilio_needs(
    twilio: Twilio, carrier: Carrier
) -> None:
    sid = send(twilio)

    assert sid == carrier.sent[0].sid
    assert carrier.requests[0] == {
        "To": PARENT,
        "From": OURS,
        "Body": "hello",
        "StatusCallback": "https://texts.example.gov.uk/status?text=1",
        "ValidityPeriod": "600",
    }


def test_a_messaging_service_is_named_as_such(twilio: Twilio, carrier: Carrier) -> None:
    send(twilio, sender="MG" + "2" * 32)

    assert carrier.requests[0]["MessagingServiceSid"] == "MG" + "2" * 32
    assert "From" not in carrier.requests[0]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(429, 20429), CarrierBusy),
        (error(500, 20500), Unreachable),
        (error(503, 20503), Unreachable),
        (error(400, 21610), CarrierRefused),
        (error(401, 20003), CarrierRefused),
        ("drop", Unreachable),
        ("late", Unreachable),
        ((201, {"no": "sid"}), Nonsense),
        ((201, []), Nonsense),
    ],
)
def test_each_failure_is_one_of_ours(
    twilio: Twilio, carrier: Carrier, fault: object, kind: type[ClientError]
) -> None:
    carrier.fault = lambda _fields: fault  # type: ignore[assignment,return-value]

    with pytest.raises(ClientError) as raised:
        send(twilio)

    assert type(raised.value) is kind
    assert PARENT[1:] not in str(raised.value)


def test_a_refusal_carries_the_code(twilio: Twilio, carrier: Carrier) -> None:
    carrier.fault = lambda _fields: error(400, 21610)

    with pytest.raises(CarrierRefused) as raised:
        send(twilio)

    assert raised.value.code == 21610


@pytest.mark.parametrize("code", [20429, 21611, 30001])
def test_a_full_queue_is_told_from_too_many_requests(
    twilio: Twilio, carrier: Carrier, code: int
) -> None:
    carrier.fault = lambda _fields: error(429, code)

    with pytest.raises(CarrierBusy) as raised:
        send(twilio)

    assert raised.value.code == code


def test_where_nobody_listens_the_text_was_certainly_not_sent() -> None:
    twilio = Twilio(ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{free_port()}")

    with pytest.raises(CarrierAway):
        send(twilio)


def test_a_broken_tls_connection_may_have_carried_the_text(twilio: Twilio) -> None:
    # urllib3 raises it in the handshake, and also while an answer is read.
    reason = urllib3.exceptions.SSLError("bad record mac")

    class Broken(HTTPAdapter):
        def send(self, *_args: object, **_options: object) -> Response:
            raise requests.exceptions.SSLError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]

    assert twilio._http.session is not None
    twilio._http.session.mount("http://", Broken())

    with pytest.raises(Unreachable) as raised:
        send(twilio)

    assert type(raised.value) is Unreachable


def test_a_text_is_found_again_by_number_words_and_time(twilio: Twilio, carrier: Carrier) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    sid = send(twilio)
    send(twilio, body="something else")

    found = twilio.find_sent(to=PARENT, body="hello", segments=1, since=before)
    later = twilio.find_sent(
        to=PARENT, body="hello", segments=1, since=datetime.now(UTC) + timedelta(seconds=5)
    )

    assert [text.carrier_id for text in found] == [sid]
    assert later == []


@pytest.mark.parametrize(
    ("listed", "listed_segments", "is_it"),
    [
        ("hello", 1, True),
        ("hello", 0, True),
        ("hello there", 1, False),
        ("", 1, True),  # redacted
        ("", 0, True),  # redacted, and the sender is not chosen yet
        ("", 2, False),
    ],
)
def test_a_redacted_text_is_told_by_its_segments(
    listed: str, listed_segments: int, is_it: bool
) -> None:
    assert may_be(listed, listed_segments, body="hello", segments=1) is is_it


def test_texts_to_us_are_listed_oldest_first_and_ours_left_out(
    twilio: Twilio, carrier: Carrier
) -> None:
    now = datetime.now(UTC)
    send(twilio)
    carrier.sent[0].to = OURS
    for minutes in (3, 5, 90):
        carrier.received.append(
            Sent(
                sid=f"SM{minutes}",
                to=OURS,
                sender=PARENT,
                body=f"{minutes} minutes ago",
                fields={},
                created_at=now - timedelta(minutes=minutes),
            )
        )

    listed = twilio.received(numbers=[OURS], since=now - timedelta(hours=1))

    assert listed.is_whole
    assert [(text.carrier_id, text.number) for text in listed.texts] == [
        ("SM5", PARENT),
        ("SM3", PARENT),
    ]


def test_texts_to_other_numbers_of_the_account_are_not_read(
    twilio: Twilio, carrier: Carrier
) -> None:
    also_ours, theirs = "+447700900998", "+447700900997"
    for number in (OURS, also_ours, theirs):
        carrier.received.append(
            Sent(sid=f"SM{number}", to=number, sender=PARENT, body="hello", fields={})
        )

    listed = twilio.received(
        numbers=[OURS, also_ours], since=datetime.now(UTC) - timedelta(minutes=1)
    )

    assert {text.carrier_id for text in listed.texts} == {f"SM{OURS}", f"SM{also_ours}"}


def test_a_list_longer_than_is_read_at_a_time_says_so(
    twilio: Twilio, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.twilio.LIST_LIMIT", 2)
    for count in range(2):
        carrier.received.append(
            Sent(sid=f"SM{count}", to=OURS, sender=PARENT, body="hello", fields={})
        )

    listed = twilio.received(numbers=[OURS], since=datetime.now(UTC) - timedelta(minutes=1))

    assert (len(listed.texts), listed.is_whole) == (2, False)
