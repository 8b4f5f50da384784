"""What becomes of a text that is to be sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from messaging.carrier_codes import _VERDICTS, OPTED_OUT_CODE
from messaging.requested import NOTICE, SECURITY_CODE, Request, RequestedTexts, Senders
from messaging.store import opt_outs
from messaging.store import outbox as rows
from messaging.store.outbox import Text
from messaging.store.schema import outbox
from tests.messaging.mortal import OURS, Bench

PARENT = "+447700900101"
PERMANENT = sorted(code for code, verdict in _VERDICTS.items() if not verdict.may_retry)
TEMPORARY = sorted(code for code, verdict in _VERDICTS.items() if verdict.may_retry)


def requested(bench: Bench) -> RequestedTexts:
    return RequestedTexts(
        database=bench.database,
        contacts=bench.contacts,
        wakeups=bench.wakeups,  # type: ignore[arg-type]
        senders=Senders(two_way=OURS, codes=OURS),
        seal_key=bench.seal_key,
        regions=("GB",),
        allow_drama=True,
        limits=bench.limits,
        texts=bench.texts,
        clock=bench.clock,
    )


def want(bench: Bench, key: str, *, purpose: str = NOTICE, valid_s: int = 600) -> str:
    wanted = Request(
        idempotency_key=key,
        to=PARENT,
        body=f"text {key}",
        purpose=purpose,
        valid_for=timedelta(seconds=valid_s),
    )
    return requested(bench).create(wanted).text_id


def state(bench: Bench, text_id: str) -> Text:
    with bench.database.reading() as connection:
        text = rows.get(connection, text_id)
    assert text is not None
    return text


@pytest.mark.parametrize("code", PERMANENT)
def test_a_permanent_refusal_is_not_tried_again(bench: Bench, code: int) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], code

    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=60))
    bench.sweep()

    text = state(bench, text_id)
    assert (text.state, bench.carrier.sent) == ("failed", [])
    assert text.reason == _VERDICTS[code].reason


@pytest.mark.parametrize("code", TEMPORARY)
def test_a_refusal_for_now_is_tried_again(bench: Bench, code: int) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], code

    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=1))
    bench.sweep()

    assert (state(bench, text_id).state, len(bench.carrier.sent)) == ("accepted", 1)


def test_pauses_double_from_a_tenth_of_a_second_to_thirty(bench: Bench) -> None:
    text_id = want(bench, "1", valid_s=3600)
    bench.carrier.moods = ["busy"] * 12
    pauses = []

    for _ in range(12):
        bench.sweep()
        due_at = state(bench, text_id).due_at
        pauses.append((due_at - bench.clock.now()).total_seconds())
        bench.clock.time = due_at

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0, 30.0]


@pytest.mark.parametrize(("seconds", "is_sent"), [(599, True), (600, False), (601, False)])
def test_a_text_is_sent_while_it_is_of_use_and_not_after(
    bench: Bench, seconds: int, is_sent: bool
) -> None:
    text_id = want(bench, "1", valid_s=600)
    bench.clock.pass_by(timedelta(seconds=seconds))

    bench.sweep()

    assert (len(bench.carrier.sent) == 1) is is_sent
    assert state(bench, text_id).reason == (None if is_sent else "expired")


def test_the_carriers_word_that_a_person_has_opted_out_is_learnt_for_good(bench: Bench) -> None:
    first = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], OPTED_OUT_CODE
    bench.sweep()

    second = want(bench, "2")
    bench.sweep()

    assert [state(bench, text_id).reason for text_id in (first, second)] == ["opted_out"] * 2
    assert bench.carrier.sent == []
    with bench.database.reading() as connection:
        assert opt_outs.stands(connection, bench.contacts.conversation_id(PARENT))


def test_an_ambiguous_send_that_arrived_is_not_repeated(bench: Bench) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods = ["hangs"]

    bench.settle()

    assert (state(bench, text_id).state, len(bench.carrier.sent)) == ("accepted", 1)


@pytest.mark.parametrize("skew_s", [-540, -60, 60, 540])
@pytest.mark.parametrize("is_redacting", [False, True])
def test_an_ambiguous_send_that_arrived_is_found_whatever_the_carriers_list_shows_of_it(
    bench: Bench, skew_s: int, is_redacting: bool
) -> None:
    bench.carrier.skew, bench.carrier.is_redacting = timedelta(seconds=skew_s), is_redacting
    want(bench, "before")
    bench.sweep()
    text_id = want(bench, "1")
    bench.carrier.moods = ["hangs"]

    bench.settle()

    assert bench.carrier.bodies(PARENT) == ["text before", "text 1"]
    assert state(bench, text_id).state == "accepted"


@pytest.mark.parametrize("is_redacting", [False, True])
def test_an_ambiguous_send_that_did_not_arrive_is_repeated_beside_others_in_the_list(
    bench: Bench, is_redacting: bool
) -> None:
    bench.carrier.skew, bench.carrier.is_redacting = timedelta(minutes=-9), is_redacting
    want(bench, "before")
    bench.sweep()
    want(bench, "1")
    bench.carrier.moods = ["broken"]

    bench.settle()

    assert bench.carrier.bodies(PARENT) == ["text before", "text 1"]


def test_an_ambiguous_send_waits_until_the_list_can_be_read(bench: Bench) -> None:
    want(bench, "1", valid_s=3600)
    bench.carrier.moods = ["hangs", "broken", "broken", "broken"]

    bench.sweep()
    for _ in range(6):
        bench.clock.pass_by(timedelta(seconds=31))
        bench.sweep()

    assert len(bench.carrier.sent) == 1


def test_two_texts_of_the_same_words_are_both_sent_though_one_was_ambiguous(bench: Bench) -> None:
    texts = requested(bench)
    for key in ("1", "2"):
        texts.create(
            Request(
                idempotency_key=key,
                to=PARENT,
                body="the same words",
                purpose=NOTICE,
                valid_for=timedelta(hours=1),
            )
        )
    bench.carrier.moods = ["hangs"]

    bench.settle()

    assert bench.carrier.bodies(PARENT) == ["the same words"] * 2


def test_one_who_comes_late_out_of_a_look_up_does_not_send_as_well(bench: Bench) -> None:
    text_id = want(bench, "1", valid_s=3600)
    bench.carrier.moods = ["broken"]
    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=31))
    slow_look_up = bench.carrier.find_sent
    others: list[int] = []

    def look_up(**query: object) -> list[object]:
        found = slow_look_up(**query)  # type: ignore[arg-type]
        if not others:
            others.append(1)
            # It took longer than the lease: another worker has looked and sent meanwhile.
            bench.clock.pass_by(timedelta(seconds=21))
            bench.outbox.send_due()
        return found  # type: ignore[return-value]

    bench.carrier.find_sent = look_up  # type: ignore[assignment,method-assign]
    bench.outbox.send_due()

    assert (state(bench, text_id).state, len(bench.carrier.sent)) == ("accepted", 1)


def test_codes_overtake_everything(bench: Bench) -> None:
    for key in ("1", "2"):
        want(bench, key)
    want(bench, "code", purpose=SECURITY_CODE)

    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["text code", "text 1", "text 2"]


def test_under_load_no_reply_of_anybody_leaves_before_a_code(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(segments_per_s=1.0)
    numbers = [f"+447700900{n}" for n in range(200, 220)]
    want(bench, "code", purpose=SECURITY_CODE)
    for number in numbers:
        bench.arrives(number, "hello", f"SM{number}")

    for number in numbers:  # each turn hands its own reply over by itself
        bench.worker.work(bench.contacts.conversation_id(number))
    assert bench.carrier.sent == []
    wanted = {"text code": bench.clock.now()}
    for second in range(60):
        if second % 10 == 0:
            want(bench, f"code {second}", purpose=SECURITY_CODE)
            wanted[f"text code {second}"] = bench.clock.now()
        for number in numbers:
            bench.outbox.send_due(bench.contacts.conversation_id(number))
        bench.outbox.send_due()
        bench.clock.pass_by(timedelta(seconds=1))

    assert len(bench.carrier.sent) == len(numbers) + len(wanted)
    waits = [
        text.created_at - wanted[text.body] for text in bench.carrier.sent if text.body in wanted
    ]
    assert len(waits) == len(wanted)
    assert max(waits) <= timedelta(seconds=1)


def test_a_code_holds_up_only_texts_of_its_own_sender(bench: Bench) -> None:
    ours, theirs = "+447700900201", "+447700900202"
    for number in (ours, theirs):
        bench.arrives(number, "hello", f"SM{number}")
        bench.carrier.moods = ["busy"]  # the reply waits in the outbox
        bench.worker.work(bench.contacts.conversation_id(number))
    bench.clock.pass_by(timedelta(seconds=1))
    want(bench, "code", purpose=SECURITY_CODE)
    with bench.database.transaction() as connection:
        connection.execute(
            update(outbox)
            .where(outbox.c.conversation_id == bench.contacts.conversation_id(theirs))
            .values(sender="EHC Hub")
        )

    for number in (ours, theirs):
        bench.outbox.send_due(bench.contacts.conversation_id(number))

    assert [text.to for text in bench.carrier.sent] == [theirs]


def test_a_sender_sends_no_faster_than_it_may(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(segments_per_s=1.0)
    for number in range(10):
        want(bench, str(number), valid_s=3600)
    counts = []

    for _ in range(8):
        bench.sweep()
        counts.append(len(bench.carrier.sent))
        bench.clock.pass_by(timedelta(seconds=1))

    # Two seconds' worth at once and the one that is due, then one a second.
    assert counts == [3, 4, 5, 6, 7, 8, 9, 10]


def test_a_text_that_cannot_be_unsealed_stands_in_nobodys_way(bench: Bench) -> None:
    broken = want(bench, "1")
    want(bench, "2")
    with bench.database.transaction() as connection:
        connection.execute(
            update(outbox).where(outbox.c.text_id == broken).values(sealed_body=b"x" * 40)
        )

    bench.sweep()

    assert bench.carrier.bodies(PARENT) == ["text 2"]
    assert state(bench, broken).state == "failed"
