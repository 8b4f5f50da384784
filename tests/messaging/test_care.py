"""Forgetting, erasing, dead letters, what the carrier's list shows, and the commands."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from prometheus_client import REGISTRY
from sqlalchemy import func, select
from sqlalchemy.sql.schema import Table
from structlog.testing import capture_logs

from clients.errors import Unreachable
from clients.twilio import Received, ReceivedText
from messaging import dead_letters, gauges, retention
from messaging.__main__ import commands
from messaging.reconciler import Reconciler
from messaging.store import handoffs, opt_outs
from messaging.store.schema import ceilings, claims, conversations, messages, outbox
from tests.messaging.mortal import OURS, Bench
from tests.messaging.test_outbox import want

PARENT, OTHER = "+447700900101", "+447700900102"


def count(bench: Bench, table: Table) -> int:
    with bench.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def sweep(bench: Bench) -> retention.Swept:
    with bench.database.transaction() as connection:
        return retention.sweep(connection, now=bench.clock.now())


@pytest.mark.parametrize(("seconds", "left"), [(-1, 2), (0, 2), (1, 0)])
def test_transcripts_are_kept_for_thirty_days(bench: Bench, seconds: int, left: int) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    bench.sweep()

    bench.clock.pass_by(timedelta(days=30, seconds=seconds))
    sweep(bench)

    assert count(bench, messages) == left
    assert count(bench, conversations) == (1 if left else 0)
    assert count(bench, claims) == 1


def test_a_claim_outlives_its_message_so_that_a_replay_is_still_refused(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    bench.sweep()
    bench.clock.pass_by(timedelta(days=31))
    sweep(bench)
    bench.redis.flushall()

    bench.arrives(PARENT, "hello", "SM1")
    bench.sweep()

    assert len(bench.carrier.sent) == 1


def test_what_still_waits_is_not_forgotten(bench: Bench) -> None:
    bench.arrives(PARENT, "hello", "SM1")

    bench.clock.pass_by(timedelta(days=31))
    sweep(bench)

    assert count(bench, messages) == 1


def test_an_erased_person_is_gone_but_the_opt_out_stays(bench: Bench) -> None:
    for number, sid in ((PARENT, "SM1"), (OTHER, "SM2")):
        bench.arrives(number, "hello", sid)
    bench.arrives(PARENT, "STOP", "SM3")
    bench.sweep()
    conversation_id = bench.contacts.conversation_id(PARENT)

    with bench.database.transaction() as connection:
        assert retention.erase(connection, conversation_id, now=bench.clock.now())
        assert not retention.erase(connection, conversation_id, now=bench.clock.now())
        assert opt_outs.stands(connection, conversation_id)

    assert (count(bench, conversations), count(bench, messages)) == (1, 2)


def test_a_dead_text_is_listed_tried_again_and_sent(bench: Bench) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30008
    bench.sweep()
    with bench.database.transaction() as connection:
        listed = [(letter.letter_id, letter.what) for letter in dead_letters.listed(connection)]
        assert dead_letters.retry(connection, text_id, now=bench.clock.now())

    bench.sweep()

    assert listed == [(text_id, "text")]
    assert len(bench.carrier.sent) == 1
    with bench.database.reading() as connection:
        assert dead_letters.listed(connection) == []


def test_a_dropped_text_leaves_no_body(bench: Bench) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30008
    bench.sweep()

    with bench.database.transaction() as connection:
        dropped = [dead_letters.drop(connection, text_id) for _ in range(2)]
        body = connection.execute(select(outbox.c.sealed_body)).scalar_one()

    assert (dropped, body) == ([True, False], None)


def test_a_dead_code_is_not_sent_again(bench: Bench) -> None:
    text_id = want(bench, "1", purpose="security_code")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30008
    bench.sweep()

    with bench.database.transaction() as connection:
        assert not dead_letters.retry(connection, text_id, now=bench.clock.now())


def test_a_text_that_cannot_be_delivered_is_told_to_people_once(bench: Bench) -> None:
    want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30006
    bench.sweep()

    with bench.database.reading() as connection:
        assert [h.reason for h in handoffs.waiting(connection)] == ["text_not_delivered"]


class FakeList:
    """The carrier's list."""

    def __init__(self) -> None:
        self.texts: list[ReceivedText] = []
        self.asked_since: list[datetime] = []
        self.is_away = False
        self.is_whole = True

    def received(self, *, numbers: Sequence[str], since: datetime) -> Received:
        assert list(numbers) == [OURS]
        self.asked_since.append(since)
        if self.is_away:
            raise Unreachable("twilio")
        texts = [text for text in self.texts if text.created_at >= since]
        return Received(texts=texts, is_whole=self.is_whole)


@pytest.fixture
def carriers_list() -> FakeList:
    return FakeList()


@pytest.fixture
def fresh(bench: Bench, carriers_list: FakeList) -> Reconciler:
    """Never looked before."""
    return Reconciler(
        database=bench.database,
        carrier=carriers_list,
        inbound=bench.inbound,
        numbers=(OURS,),
        clock=bench.clock,
    )


@pytest.fixture
def reconciler(bench: Bench, fresh: Reconciler) -> Reconciler:
    """Looked an hour ago for the first time."""
    fresh.look()
    bench.clock.pass_by(timedelta(hours=1))
    return fresh


def listed(
    bench: Bench, sid: str, body: str, *, ago_s: float, media_count: int = 0
) -> ReceivedText:
    return ReceivedText(
        carrier_id=sid,
        number=PARENT,
        body=body,
        media_count=media_count,
        created_at=bench.clock.now() - timedelta(seconds=ago_s),
    )


def test_a_text_whose_webhook_never_came_is_found_and_answered_once(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler
) -> None:
    bench.arrives(PARENT, "came", "SM1")
    carriers_list.texts = [
        listed(bench, "SM1", "came", ago_s=200),
        listed(bench, "SM2", "lost", ago_s=100),
    ]

    found = [reconciler.look(), reconciler.look()]
    bench.arrives(PARENT, "lost", "SM2")
    bench.sweep()

    assert found == [1, 0]
    assert bench.carrier.bodies(PARENT) == ["You said: came", "You said: lost"]


@pytest.mark.parametrize(("ago_s", "found"), [(59, 0), (60, 1), (61, 1)])
def test_a_text_that_may_still_be_on_its_way_is_left_alone(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler, ago_s: float, found: int
) -> None:
    carriers_list.texts = [listed(bench, "SM2", "lost", ago_s=ago_s)]

    assert reconciler.look() == found


def test_what_was_texted_before_the_service_began_is_not_answered(
    bench: Bench, carriers_list: FakeList, fresh: Reconciler
) -> None:
    carriers_list.texts = [listed(bench, "SM1", "for an earlier system", ago_s=120)]

    found = [fresh.look()]
    bench.clock.pass_by(timedelta(minutes=5))
    found.append(fresh.look())
    carriers_list.texts.append(listed(bench, "SM2", "for us", ago_s=120))
    found.append(fresh.look())
    bench.sweep()

    assert found == [0, 0, 1]
    assert bench.carrier.bodies(PARENT) == ["You said: for us"]


def test_a_list_that_is_away_is_read_again_from_the_same_point(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler
) -> None:
    reconciler.look()
    bench.clock.pass_by(timedelta(minutes=5))
    carriers_list.is_away = True
    reconciler.look()
    bench.clock.pass_by(timedelta(hours=2))
    carriers_list.is_away = False
    reconciler.look()

    assert reconciler.is_due() is False
    assert carriers_list.asked_since[-2] == carriers_list.asked_since[-1]


def test_a_list_that_is_cut_short_is_told_and_read_again_from_the_same_point(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler
) -> None:
    carriers_list.texts = [listed(bench, "SM2", "lost", ago_s=100)]
    carriers_list.is_whole = False

    with capture_logs() as lines:
        found = reconciler.look()
    carriers_list.is_whole = True
    reconciler.look()

    assert found == 1
    assert ("reconciler.list_cut", "error") in [(one["event"], one["log_level"]) for one in lines]
    assert carriers_list.asked_since[-2] == carriers_list.asked_since[-1]


def test_a_text_whose_words_the_carrier_no_longer_has_is_asked_for_again(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler
) -> None:
    carriers_list.texts = [listed(bench, "SM2", "", ago_s=100)]

    reconciler.look()
    bench.sweep()

    (body,) = bench.carrier.bodies(PARENT)
    assert "Send it again" in body
    assert "without any words" not in body
    assert bench.assistant.turns == []


def test_a_picture_that_never_came_is_still_a_picture(
    bench: Bench, carriers_list: FakeList, reconciler: Reconciler
) -> None:
    carriers_list.texts = [listed(bench, "SM2", "", ago_s=100, media_count=1)]

    reconciler.look()
    bench.sweep()

    assert "only read words" in bench.carrier.bodies(PARENT)[0]


def test_what_waits_can_be_seen(bench: Bench) -> None:
    bench.assistant.is_away = True
    bench.arrives(PARENT, "hello", "SM1")
    bench.clock.pass_by(timedelta(seconds=90))

    gauges.read(bench.database, bench.spool, bench.clock)

    turns = {"what": "turns"}
    assert REGISTRY.get_sample_value("messaging_waiting", turns) == 1
    assert REGISTRY.get_sample_value("messaging_oldest_waiting_seconds", turns) == 90


def test_what_nobody_has_taken_up_can_be_seen_by_its_reason(bench: Bench) -> None:
    want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30006
    bench.sweep()
    bench.arrives(PARENT, "i want to kill myself", "SM1")
    bench.sweep()

    gauges.read(bench.database, bench.spool, bench.clock)

    seen = {
        reason: REGISTRY.get_sample_value("messaging_people_wanted", {"reason": reason})
        for reason in ("wellbeing", "text_not_delivered", "language", "other")
    }
    assert seen == {"wellbeing": 1, "text_not_delivered": 1, "language": 0, "other": 0}


@pytest.fixture
def command(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("MESSAGING_DATABASE_URL", bench.database_url)
    monkeypatch.setenv("REDIS_URL", bench.redis_url)
    monkeypatch.setenv("MESSAGING_SEAL_KEY", base64.b64encode(bench.seal_key).decode())
    monkeypatch.setenv("CONVERSATION_KEY", base64.b64encode(bench.conversation_key).decode())
    return CliRunner()


def test_an_operator_sees_dead_letters_retries_and_drops(bench: Bench, command: CliRunner) -> None:
    text_id = want(bench, "1")
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30008
    bench.sweep()

    shown = command.invoke(commands, ["dead-letters"]).output
    retried = command.invoke(commands, ["retry", text_id]).exit_code
    again = command.invoke(commands, ["retry", text_id])

    assert text_id in shown
    assert PARENT[1:] not in shown
    assert (retried, again.exit_code) == (0, 1)
    assert "Traceback" not in again.output


def test_an_operator_switches_sending_off_and_on(command: CliRunner) -> None:
    answers = [
        command.invoke(commands, ["sending", word]).output.split()[0]
        for word in ("status", "off", "status", "on", "status")
    ]

    assert answers == ["on", "off", "off", "on", "on"]


def test_an_operator_erases_a_person_by_number(bench: Bench, command: CliRunner) -> None:
    bench.arrives(PARENT, "hello", "SM1")
    bench.sweep()
    conversation_id = bench.contacts.conversation_id(PARENT)
    bench.redis.set(f"rasa:tracker:{conversation_id}", b"{}")

    first = command.invoke(commands, ["erase", PARENT]).output
    second = command.invoke(commands, ["erase", PARENT]).output

    assert first == "conversation: erased; assistant: 1 erased\n"
    assert second == "conversation: none; assistant: 0 erased\n"
    assert bench.redis.keys(f"*{conversation_id}*") == []


def test_an_operator_sees_who_wants_a_person(bench: Bench, command: CliRunner) -> None:
    bench.arrives(PARENT, "i want to kill myself", "SM1")
    bench.sweep()

    shown = command.invoke(commands, ["waiting"]).output

    assert shown.startswith("URGENT")
    assert "kill" not in shown


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 1), (1, 0)])
def test_a_counter_is_kept_for_a_day(bench: Bench, seconds: int, left: int) -> None:
    want(bench, "1")
    bench.clock.pass_by(timedelta(hours=24, seconds=seconds))

    sweep(bench)

    with bench.database.reading() as connection:
        names = connection.execute(
            select(ceilings.c.name).where(ceilings.c.name.like("number/%"))
        ).all()
    assert len(names) == left
