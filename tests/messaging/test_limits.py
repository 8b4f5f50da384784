"""Ceilings, the switch, and what a sender that is a name says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from messaging.errors import TooMany
from messaging.limits import Limits
from messaging.requested import NOTICE, SECURITY_CODE, Request, RequestedTexts, Senders
from messaging.store import marks, outbox
from tests.messaging.mortal import OURS, Bench

MakeBench = Callable[..., Bench]


def requested(bench: Bench, codes: str = OURS) -> RequestedTexts:
    return RequestedTexts(
        database=bench.database,
        contacts=bench.contacts,
        wakeups=bench.wakeups,  # type: ignore[arg-type]
        senders=Senders(two_way=OURS, codes=codes),
        seal_key=bench.seal_key,
        regions=("GB",),
        allow_drama=True,
        limits=bench.limits,
        texts=bench.texts,
        clock=bench.clock,
    )


def request(key: int, to: str = "+447712200001", **more: object) -> Request:
    values = {
        "idempotency_key": str(key),
        "to": to,
        "body": "123456 is your code",
        "purpose": SECURITY_CODE,
        "valid_for": timedelta(minutes=10),
    } | more
    return Request(**values)  # type: ignore[arg-type]


def accepted(texts: RequestedTexts, wanted: list[Request]) -> int:
    count = 0
    for one in wanted:
        try:
            texts.create(one)
        except TooMany:
            continue
        count += 1
    return count


def test_ten_texts_of_a_purpose_go_to_one_number_in_a_day(bench: Bench) -> None:
    texts = requested(bench)

    codes = accepted(texts, [request(n) for n in range(12)])
    notices = accepted(texts, [request(n, purpose=NOTICE) for n in range(20, 32)])
    bench.clock.pass_by(timedelta(hours=24))
    next_day = accepted(texts, [request(40)])

    assert (codes, notices, next_day) == (10, 10, 1)


@pytest.mark.parametrize(("seconds", "count"), [(24 * 3600 - 1, 0), (24 * 3600, 1)])
def test_the_day_is_over_when_it_is_over(bench: Bench, seconds: int, count: int) -> None:
    texts = requested(bench)
    accepted(texts, [request(n) for n in range(10)])

    bench.clock.pass_by(timedelta(seconds=seconds))

    assert accepted(texts, [request(50)]) == count


def test_a_block_of_numbers_has_a_ceiling(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(per_block_an_hour=5))
    pumped = [request(n, to=f"+44771210{n:04d}") for n in range(20)]

    assert accepted(requested(bench), pumped) == 5
    assert accepted(requested(bench), [request(99, to="+447733300001")]) == 1


def test_ten_thousand_numbers_stay_under_the_ceiling_of_all(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(requested_an_hour=7))
    asked = [request(n, to=f"+4477{n - 100}200001") for n in range(120, 150)]

    assert accepted(requested(bench), asked) == 7


def test_what_is_refused_says_when_there_is_room_again(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(requested_an_hour=1))
    texts = requested(bench)
    texts.create(request(1))
    bench.clock.pass_by(timedelta(minutes=20))

    with pytest.raises(TooMany) as refused:
        texts.create(request(2, to="+447733300001"))

    assert (refused.value.ceiling, refused.value.retry_after) == (
        "requested",
        timedelta(minutes=40),
    )


def test_a_repeated_request_is_not_counted_twice(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(requested_an_hour=1))

    assert accepted(requested(bench), [request(1)] * 5) == 5


def test_a_refused_request_uses_up_nothing(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(requested_an_hour=2, per_number_a_day=1))
    texts = requested(bench)

    assert accepted(texts, [request(n) for n in range(10)]) == 1
    assert accepted(texts, [request(20, to="+447733300001")]) == 1


def test_with_sending_off_nothing_leaves_and_requests_are_refused(bench: Bench) -> None:
    texts = requested(bench)
    texts.create(request(1))
    with bench.database.transaction() as connection:
        marks.keep_first(connection, marks.SENDING_OFF, bench.clock.now())

    bench.arrives("+447700900101", "hello", "SM1")
    bench.sweep()
    refused = accepted(texts, [request(2, to="+447733300001")])
    sent_while_off = len(bench.carrier.sent)
    with bench.database.transaction() as connection:
        marks.drop(connection, marks.SENDING_OFF)
    bench.sweep()

    assert (refused, sent_while_off, len(bench.carrier.sent)) == (0, 0, 2)


def test_segments_of_an_hour_have_a_ceiling_and_the_rest_waits(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(segments_an_hour=3))
    for n in range(5):
        bench.arrives("+447700900101", f"part {n}", f"SM{n}")
        bench.sweep()
    at_first = len(bench.carrier.sent)

    bench.clock.pass_by(timedelta(hours=1))
    bench.sweep()

    assert (at_first, len(bench.carrier.sent)) == (3, 5)


def test_a_code_from_a_name_says_where_an_answer_goes_and_keeps_its_last_line(
    bench: Bench,
) -> None:
    texts = requested(bench, codes="StaffsEHC")

    texts.create(request(1, body="123456 is your code.\n\n@hub.example.gov.uk #123456"))
    bench.sweep()

    assert bench.carrier.sent[0].body.splitlines() == [
        "123456 is your code. Do not reply to this name. Text 07700900999.",
        "",
        "@hub.example.gov.uk #123456",
    ]


def test_a_code_for_someone_opted_out_says_so_at_once(bench: Bench) -> None:
    bench.arrives("+447700900101", "STOP", "SM1")
    bench.sweep()

    text = requested(bench).create(request(1, to="+447700900101"))

    assert (text.state, text.reason) == (outbox.FAILED, "opted_out")
