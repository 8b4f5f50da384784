"""Reading Twilio's message log, as a reconciler does."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.rest import Client
from werkzeug.datastructures import MultiDict

from simulator.carrier.refusals import TwilioRefusal
from simulator.carrier.resource import page_document, was_sent_when_asked
from simulator.network.messages import Message
from tests.simulator.conftest import SERVICE, SID
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"
OTHER = "+447700900456"
AT = datetime(2026, 3, 29, 0, 30, 15, 900_000, tzinfo=UTC)


def message(sent_at: datetime | None = AT) -> Message:
    return Message(
        sid="SM1",
        direction="inbound",
        sender=PARENT,
        recipient=SERVICE,
        body="Hello",
        status="received",
        created_at=AT,
        updated_at=AT,
        sent_at=sent_at,
    )


def test_inbound_texts_are_listed_newest_first_by_sender_and_recipient(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    sids = [simulator.inbound(PARENT, str(number)) for number in range(3)]
    simulator.inbound(OTHER, "another")
    twilio.messages.create(to=PARENT, from_=SERVICE, body="out")

    listed = twilio.messages.list(to=SERVICE, from_=PARENT)

    assert [text.sid for text in listed] == sids[::-1]
    assert {text.direction for text in listed} == {"inbound"}


def test_pages_follow_one_another_until_the_end(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    bodies = [str(number) for number in range(7)]
    for body in bodies:
        simulator.inbound(PARENT, body)

    listed = twilio.messages.list(to=SERVICE, page_size=3)

    assert [text.body for text in listed] == bodies[::-1]
    first = twilio.messages.page(to=SERVICE, page_size=3)
    assert first.next_page().previous_page_url is not None


def test_texts_since_a_moment_are_listed(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.inbound(PARENT, "now")
    now = datetime.now(UTC)

    recent = twilio.messages.list(to=SERVICE, date_sent_after=now - timedelta(minutes=1))
    future = twilio.messages.list(to=SERVICE, date_sent_after=now + timedelta(minutes=1))
    today = twilio.messages.list(to=SERVICE, date_sent=now)

    assert [text.body for text in recent] == ["now"]
    assert future == []
    assert [text.body for text in today] == ["now"]


@pytest.mark.parametrize(
    ("query", "is_wanted"),
    [
        ({}, True),
        ({"DateSent": "2026-03-29"}, True),
        ({"DateSent": "2026-03-28"}, False),
        ({"DateSent>": "2026-03-29T00:30:15Z"}, True),
        ({"DateSent>": "2026-03-29T00:30:16Z"}, False),
        ({"DateSent>": "2026-03-29T01:30:15+01:00"}, True),
        ({"DateSent<": "2026-03-29T00:30:15Z"}, True),
        ({"DateSent<": "2026-03-29T00:30:14Z"}, False),
        ({"DateSent>": "2026-03-29", "DateSent<": "2026-03-30"}, True),
    ],
)
def test_dates_are_compared_in_whole_seconds(query: dict[str, str], is_wanted: bool) -> None:
    assert was_sent_when_asked(message(), MultiDict(query)) is is_wanted


def test_a_text_that_was_never_sent_has_no_date() -> None:
    assert not was_sent_when_asked(message(sent_at=None), MultiDict({"DateSent>": "2020-01-01"}))
    assert was_sent_when_asked(message(sent_at=None), MultiDict())


@pytest.mark.parametrize(
    "query", [{"Page": "-1"}, {"PageSize": "0"}, {"PageSize": "1001"}, {"PageSize": "many"}]
)
def test_a_page_out_of_range_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(TwilioRefusal, match="Invalid parameter"):
        page_document(SID, [], MultiDict(query))


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(TwilioRefusal, match="DateSent"):
        was_sent_when_asked(message(), MultiDict({"DateSent": "yesterday"}))


def test_a_text_can_be_redacted_and_deleted(simulator: SimulatorCarrier, twilio: Client) -> None:
    sid = simulator.inbound(PARENT, "secret")

    assert twilio.messages(sid).update(body="").body == ""
    assert twilio.messages(sid).delete()

    assert twilio.messages.list(to=SERVICE) == []
    assert simulator.get(f"/phones/{PARENT}/texts?direction=sent")["texts"][0]["body"] == "secret"
