"""A service notice: set and lifted while everything runs, said once, and again with a failure."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from messaging import notices, operator
from messaging.log import new_id
from messaging.migrate import to_latest
from messaging.store import notices as rows
from messaging.store.notices import Notice
from tests.messaging.mortal import Bench
from wire.envelope import Reply, TurnAnswer

PARENT = "+447700900101"
OTHER = "+447700900102"
WORDS = "The hub is down until 3pm. You can still ask me questions."


def put_up(bench: Bench, text: str = WORDS) -> None:
    fresh = Notice(notice_id=new_id(), text=text, set_at=bench.clock.now())
    with bench.database.transaction() as connection:
        rows.put_up(connection, fresh)


def lift(bench: Bench) -> None:
    with bench.database.transaction() as connection:
        rows.lift(connection, now=bench.clock.now())


def says(bench: Bench, body: str, *, number: str = PARENT) -> str:
    before = len(bench.carrier.bodies(number))
    bench.arrives(number, body, new_id())
    bench.sweep()
    bench.clock.pass_by(timedelta(seconds=20))
    return "\n".join(bench.carrier.bodies(number)[before:])


def test_it_comes_before_the_first_answer_and_once(bench: Bench) -> None:
    put_up(bench)

    assert says(bench, "hello") == f"{WORDS}\nYou said: hello"
    assert says(bench, "and now") == "You said: and now"
    assert says(bench, "hello", number=OTHER).startswith(WORDS)


def test_another_notice_is_said_again_and_a_lifted_one_no_more(bench: Bench) -> None:
    put_up(bench)
    says(bench, "hello")
    put_up(bench, "The hub is slow today.")

    assert says(bench, "still there?").startswith("The hub is slow today.")
    lift(bench)
    assert says(bench, "hello", number=OTHER) == "You said: hello"


def test_a_failure_of_the_hub_brings_it_again_after_a_while(bench: Bench) -> None:
    put_up(bench)
    says(bench, "hello")
    away = bench.texts.say("utter_core_hub_away", channel="sms")
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id, replies=(Reply(text=away),)
    )

    assert WORDS not in says(bench, "my code is 482913")
    bench.clock.pass_by(notices.AGAIN_AFTER)
    assert WORDS in says(bench, "my code is 482914")


def test_nothing_stands_beside_a_reply_to_distress(bench: Bench) -> None:
    put_up(bench)
    bench.assistant.is_away = True

    answer = says(bench, "i want to kill myself")

    assert "999" in answer
    assert WORDS not in answer


def test_nothing_stands_beside_the_confirmation_of_stop(bench: Bench) -> None:
    put_up(bench)

    assert WORDS not in says(bench, "STOP")


def test_a_long_wait_is_told_with_its_reason(bench: Bench) -> None:
    put_up(bench)
    bench.assistant.is_away = True

    bench.arrives(PARENT, "hello", "SM1")
    for _ in range(6):
        bench.sweep()
        bench.clock.pass_by(timedelta(seconds=31))

    assert any("There is a delay" in b and WORDS in b for b in bench.carrier.bodies(PARENT))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "no words"), ("a" * 161, "161 characters"), ("Der Hub schläft ę", "plain texts")],
)
def test_a_text_that_costs_too_much_is_refused(text: str, reason: str) -> None:
    with pytest.raises(notices.NoticeRefused, match=reason):
        notices.check(text)


def test_an_operator_sets_shows_and_lifts_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("MESSAGING_DATABASE_URL", f"sqlite:///{tmp_path / 'm.db'}")
    to_latest(f"sqlite:///{tmp_path / 'm.db'}")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(operator.notice, list(arguments))
        return done.output

    assert "Said to everybody" in run("set", WORDS)
    assert WORDS in run("show")
    assert "Lifted" in run("lift")
    assert "no notice" in run("show")
    assert "161 characters" in run("set", "a" * 161)
