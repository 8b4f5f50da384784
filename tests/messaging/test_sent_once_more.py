"""A text that the carrier took and could not deliver: sent once more where the code says so."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from clients.twilio import CarrierBusy
from messaging import dead_letters, retention
from messaging.carrier_codes import _VERDICTS
from messaging.requested import SECURITY_CODE
from messaging.store import handoffs
from messaging.store.outbox import Text
from messaging.store.schema import outbox
from tests.messaging.mortal import Bench
from tests.messaging.test_outbox import PARENT, state, want

ONCE_MORE = sorted(code for code, verdict in _VERDICTS.items() if verdict.again_after)
LONG = timedelta(minutes=11)


def sent_and_lost(bench: Bench, code: int, *, purpose: str = "notice") -> str:
    """Have a text accepted, and then reported as lost."""
    text_id = want(bench, "1", purpose=purpose, valid_s=3600)
    bench.sweep()
    bench.reports(bench.carrier.sent[-1], "undelivered", code)
    return text_id


def told(bench: Bench) -> list[str]:
    with bench.database.reading() as connection:
        return [handoff.reason for handoff in handoffs.waiting(connection)]


def bodies(bench: Bench) -> list[bytes | None]:
    with bench.database.reading() as connection:
        return list(connection.execute(select(outbox.c.sealed_body)).scalars())


def now(bench: Bench, text_id: str) -> Text:
    return state(bench, text_id)


def test_the_codes_are_those_that_may_pass() -> None:
    assert ONCE_MORE == [30001, 30003, 30008, 30017, 30410, 63018, 63038]


@pytest.mark.parametrize("code", ONCE_MORE)
def test_it_is_sent_once_more_and_then_people_are_told(bench: Bench, code: int) -> None:
    text_id = sent_and_lost(bench, code)
    assert (now(bench, text_id).state, told(bench)) == ("created", [])
    bench.sweep()
    assert len(bench.carrier.sent) == 1  # not at once

    bench.clock.pass_by(LONG)
    bench.sweep()
    bench.reports(bench.carrier.sent[-1], "undelivered", code)
    bench.clock.pass_by(LONG)
    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["text 1"] * 2
    assert now(bench, text_id).state == "undelivered"
    assert told(bench) == ["text_not_delivered"]
    assert bodies(bench) == [None]


@pytest.mark.parametrize("code", [30004, 30005, 30006, 30007, 30019, 30036, 21610, 99999])
def test_what_will_not_pass_is_not_sent_again(bench: Bench, code: int) -> None:
    text_id = sent_and_lost(bench, code)

    bench.clock.pass_by(LONG)
    bench.sweep()

    assert len(bench.carrier.sent) == 1
    assert now(bench, text_id).state == "undelivered"


@pytest.mark.parametrize("status", ["sent", "delivered", "undelivered", "failed"])
@pytest.mark.parametrize("is_sent_again", [False, True])
def test_late_news_of_the_first_sending_do_not_drive_the_second(
    bench: Bench, status: str, is_sent_again: bool
) -> None:
    text_id = sent_and_lost(bench, 30008)
    if is_sent_again:
        bench.clock.pass_by(LONG)
        bench.sweep()
    before = now(bench, text_id).state

    bench.reports(bench.carrier.sent[0], status, 30008)

    assert now(bench, text_id).state == before == ("accepted" if is_sent_again else "created")


def test_a_sender_who_comes_back_late_does_not_take_the_second_for_the_first(bench: Bench) -> None:
    text_id = want(bench, "1", valid_s=3600)
    send = bench.carrier.send

    def reported_before_it_returns(**fields: object) -> str:
        carrier_id = send(**fields)  # type: ignore[arg-type]
        bench.reports(bench.carrier.sent[-1], "undelivered", 30008)
        return carrier_id

    bench.carrier.send = reported_before_it_returns  # type: ignore[method-assign, assignment]
    bench.sweep()
    bench.carrier.send = send  # type: ignore[method-assign]

    assert now(bench, text_id).state == "created"
    bench.clock.pass_by(LONG)
    bench.sweep()
    assert len(bench.carrier.sent) == 2


def test_a_look_up_of_the_second_does_not_find_the_first(bench: Bench) -> None:
    text_id = sent_and_lost(bench, 30008)
    bench.clock.pass_by(timedelta(minutes=1))
    bench.carrier.moods = ["broken"]
    bench.sweep()

    bench.clock.pass_by(timedelta(seconds=31))
    bench.sweep()

    assert (now(bench, text_id).state, len(bench.carrier.sent)) == ("accepted", 2)


def test_an_answer_is_not_sent_again_behind_a_newer_one(bench: Bench) -> None:
    bench.arrives(PARENT, "one", "SM1")
    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=1))
    bench.reports(bench.carrier.sent[0], "undelivered", 30003)
    bench.arrives(PARENT, "two", "SM2")
    bench.sweep()
    assert bench.carrier.bodies(PARENT)[1:] == ["You said: two"]  # it waits for nothing

    bench.clock.pass_by(LONG)
    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["You said: one", "You said: two"]
    assert told(bench) == ["text_not_delivered"]


def test_a_person_may_send_it_again_behind_a_newer_one(bench: Bench) -> None:
    text_id = sent_and_lost(bench, 30003)
    bench.clock.pass_by(timedelta(seconds=1))
    bench.arrives(PARENT, "two", "SM2")
    bench.sweep()
    bench.clock.pass_by(LONG)
    bench.sweep()
    assert now(bench, text_id).state == "failed"

    with bench.database.transaction() as connection:
        assert dead_letters.retry(connection, text_id, now=bench.clock.now())
    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["text 1", "You said: two", "text 1"]
    assert now(bench, text_id).state == "accepted"


def test_a_code_is_not_sent_again_by_itself_and_its_body_is_gone_at_once(bench: Bench) -> None:
    text_id = want(bench, "1", purpose=SECURITY_CODE)
    bench.sweep()
    assert bodies(bench) == [None]

    bench.reports(bench.carrier.sent[0], "undelivered", 30003)

    text = now(bench, text_id)
    assert (text.state, text.reason) == ("undelivered", "handset_off")


def test_nothing_is_sent_again_after_it_was_of_use(bench: Bench) -> None:
    text_id = want(bench, "1", valid_s=60)
    bench.sweep()

    bench.reports(bench.carrier.sent[0], "undelivered", 30003)

    assert now(bench, text_id).state == "undelivered"


def test_who_has_sent_stop_meanwhile_gets_nothing_again(bench: Bench) -> None:
    sent_and_lost(bench, 30008)
    bench.arrives(PARENT, "STOP", "SM1")
    bench.sweep()

    bench.clock.pass_by(LONG)
    bench.sweep()

    assert len([body for body in bench.carrier.bodies(PARENT) if body == "text 1"]) == 1


@pytest.mark.parametrize(("seconds", "is_kept"), [(3599, True), (3600, False), (3601, False)])
def test_a_body_whose_fate_is_never_told_is_erased_when_it_is_of_no_use(
    bench: Bench, seconds: int, is_kept: bool
) -> None:
    want(bench, "1", valid_s=3600)
    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=seconds))

    with bench.database.transaction() as connection:
        retention.sweep(connection, now=bench.clock.now())

    assert [body is not None for body in bodies(bench)] == [is_kept]


def test_a_body_is_erased_once_it_is_delivered(bench: Bench) -> None:
    want(bench, "1")
    bench.sweep()

    bench.reports(bench.carrier.sent[0], "delivered")

    assert bodies(bench) == [None]


def test_a_dead_code_leaves_no_body(bench: Bench) -> None:
    want(bench, "1", purpose=SECURITY_CODE)
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30008

    bench.sweep()

    assert bodies(bench) == [None]


def test_a_full_queue_sounds_the_alarm_and_is_tried_again(bench: Bench) -> None:
    text_id = want(bench, "1")
    send = bench.carrier.send

    def full(**_fields: object) -> str:
        raise CarrierBusy(21611)

    bench.carrier.send = full  # type: ignore[method-assign, assignment]
    with capture_logs() as lines:
        bench.sweep()
    bench.carrier.send = send  # type: ignore[method-assign]
    bench.clock.pass_by(timedelta(seconds=1))
    bench.sweep()

    assert [(line["event"], line["error_code"]) for line in lines if "error_code" in line] == [
        ("text.our_fault", 21611)
    ]
    assert now(bench, text_id).state == "accepted"
