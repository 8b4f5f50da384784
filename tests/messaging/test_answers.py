"""Who is answered with what, by whom, and who is met with silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from messaging import segments
from messaging.limits import Limits
from messaging.store import conversations, handoffs
from messaging.store.handoffs import Handoff
from messaging.store.schema import messages, outbox
from tests.messaging.mortal import Bench
from wire.envelope import Reply, Turn, TurnAnswer

PARENT = "+447700900101"
RISK = "i want to kill myself"
URGENT = ("wellbeing", True)


def wanted(bench: Bench) -> list[Handoff]:
    with bench.database.reading() as connection:
        return handoffs.waiting(connection)


def states(bench: Bench) -> list[str]:
    with bench.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.state).where(messages.c.author == "person").order_by(messages.c.seq)
        )
        return list(rows.scalars())


def send(bench: Bench, *bodies: str, number: str = PARENT, prefix: str = "SM") -> None:
    for count, body in enumerate(bodies):
        bench.arrives(number, body, f"{prefix}{count}")
        bench.sweep()


def test_distress_is_signalled_to_rasa_and_a_person_called(bench: Bench) -> None:
    send(bench, RISK)

    assert bench.assistant.turns[0].signals["wellbeing"] is True
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_distress_is_answered_at_once_while_rasa_is_down(bench: Bench) -> None:
    bench.assistant.is_away = True

    send(bench, RISK)

    assert "999" in bench.carrier.bodies(PARENT)[0]
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]
    bench.settle()
    assert len(bench.carrier.sent) == 1


def test_distress_of_someone_opted_out_reaches_a_person_though_nothing_can_be_sent(
    bench: Bench,
) -> None:
    send(bench, "STOP")

    send(bench, RISK, prefix="SN")

    assert len(bench.carrier.sent) == 1  # the confirmation of STOP
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


@pytest.mark.parametrize("number", ["+48601234567", "+441785223344", "+447012345678"])
def test_distress_from_a_number_we_do_not_text_reaches_a_person(bench: Bench, number: str) -> None:
    send(bench, RISK, number=number)

    assert bench.carrier.sent == []
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_distress_in_an_automatic_reply_or_an_endless_text_comes_first(bench: Bench) -> None:
    send(bench, f"{RISK} " + "a" * 1700)

    assert "999" in bench.carrier.bodies(PARENT)[0]
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_ordinary_words_call_nobody(bench: Bench) -> None:
    send(bench, "I have an invitation")

    assert wanted(bench) == []
    signals = dict(bench.assistant.turns[0].signals)
    assert signals.pop("wellbeing_belief") < 0.1
    assert signals == {}


def test_a_language_that_nothing_is_written_in_is_signalled(bench: Bench) -> None:
    send(bench, "buenos días, no entiendo el inglés, necesito ayuda con el registro")

    assert bench.assistant.turns[0].signals["language"] == "es"


def test_a_person_that_rasa_asks_for_is_kept_with_reason_and_step(bench: Bench) -> None:
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id,
        replies=(Reply(text="Somebody will call."),),
        awaiting="registration_code",
        handoff={"reason": "asked", "journey": "registration", "step": "registration_code"},
    )

    send(bench, "a person please")

    (handoff,) = wanted(bench)
    assert (handoff.reason, handoff.journey, handoff.step, handoff.urgent) == (
        "asked",
        "registration",
        "registration_code",
        False,
    )


@pytest.mark.parametrize(
    "number", ["+353871234567", "+12025550123", "+441785223344", "+447012345678", "+449091234567"]
)
def test_nothing_is_sent_to_a_number_that_is_no_mobile_here(bench: Bench, number: str) -> None:
    send(bench, "hello", "HELP", "", number=number)

    assert bench.carrier.sent == []
    assert states(bench) == ["ignored"] * 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Liked “Your code”", "reactions"),
        ("BEGIN:VCARD\nFN:Jo", "only read words"),
        ("", "without any words"),
        ("a" * 1601, "too long"),
    ],
)
def test_what_is_no_text_is_explained(bench: Bench, body: str, words: str) -> None:
    send(bench, body)

    assert words in bench.carrier.bodies(PARENT)[0]
    assert bench.assistant.turns == []


@pytest.mark.parametrize(
    "body", ["Liked “Your code”", "BEGIN:VCARD\nFN:Jo", "", "a" * 1601, "HELP"]
)
def test_what_is_explained_twice_running_is_explained_in_other_words(
    bench: Bench, body: str
) -> None:
    send(bench, body, body, body)

    first, second, third = bench.carrier.bodies(PARENT)
    assert first != second
    assert second != third
    assert "person" in second.lower()


def test_nothing_of_a_contact_card_is_kept(bench: Bench) -> None:
    send(bench, "BEGIN:VCARD\nFN:Josephine\nTEL:07700900123")

    with bench.database.reading() as connection:
        assert connection.execute(select(messages.c.text)).scalars().first() == ""


def test_an_automatic_reply_is_not_answered(bench: Bench) -> None:
    send(bench, "Automatic reply: I am away")

    assert (bench.carrier.sent, states(bench)) == ([], ["ignored"])


def many_words(turn: Turn) -> TurnAnswer:
    """Answer differently each time, so that only the loop of texts counts."""
    return TurnAnswer(turn_id=turn.turn_id, replies=(Reply(text=f"Answer {turn.turn_id}"),))


@pytest.mark.parametrize(("count", "answered"), [(19, 19), (20, 20), (21, 20), (25, 20)])
def test_more_than_twenty_texts_alike_break_the_loop(
    bench: Bench, count: int, answered: int
) -> None:
    bench.assistant.answer = many_words

    send(bench, *["are you a robot"] * count)

    assert len(bench.carrier.sent) == answered


def test_after_five_minutes_the_same_words_are_answered_again(bench: Bench) -> None:
    bench.assistant.answer = many_words
    send(bench, *["are you a robot"] * 21)

    bench.clock.pass_by(timedelta(minutes=5, seconds=1))
    send(bench, "are you a robot", prefix="SN")

    assert len(bench.carrier.sent) == 21


@pytest.mark.parametrize("replies", [("Sorry, what?",), ("Sorry.", "Say it again.")])
def test_the_same_reply_is_given_three_times_whatever_the_words(
    bench: Bench, replies: tuple[str, ...]
) -> None:
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id, replies=tuple(Reply(text=text) for text in replies)
    )

    send(bench, *[f"beep {n}" for n in range(5)])

    assert bench.carrier.bodies(PARENT) == ["\n".join(replies)] * 3
    assert states(bench) == ["done", "done", "done", "ignored", "ignored"]


def test_another_reply_or_five_minutes_end_the_loop(bench: Bench) -> None:
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id,
        replies=(Reply(text="Yes!" if "right" in turn.text else "Sorry, what?"),),
    )

    send(bench, *[f"beep {n}" for n in range(4)])
    send(bench, "the right word", "beep 5", prefix="SN")
    bench.clock.pass_by(timedelta(minutes=5, seconds=1))
    send(bench, *[f"beep {n}" for n in range(4)], prefix="SO")

    assert bench.carrier.bodies(PARENT) == [
        *["Sorry, what?"] * 3,
        "Yes!",
        "Sorry, what?",
        *["Sorry, what?"] * 3,
    ]


def test_one_person_is_answered_so_often_an_hour_and_told_once(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(limits=Limits(turns_an_hour=3))

    send(bench, *[f"text {n}" for n in range(6)])
    bench.clock.pass_by(timedelta(hours=1, seconds=1))
    send(bench, "later", prefix="SN")

    bodies = bench.carrier.bodies(PARENT)
    assert bodies[:3] == [f"You said: text {n}" for n in range(3)]
    assert "a lot of messages" in bodies[3]
    assert bodies[4:] == ["You said: later"]


def test_segments_are_counted_by_conversation_and_journey(bench: Bench) -> None:
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id, replies=(Reply(text="a" * 200),), awaiting="registration_number"
    )

    send(bench, "hello")

    with bench.database.reading() as connection:
        row = connection.execute(select(outbox.c.segments, outbox.c.journey)).one()
    assert tuple(row) == (2, "registration")


CONTACT = {"phone": "01632 960123", "email": "help@council.example", "hours": "9am to 5pm"}


def has_helplines(body: str) -> bool:
    return "999" in body and "Samaritans" in body


def test_distress_over_the_limit_of_an_hour_gets_the_helplines_and_not_the_limit(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(limits=Limits(turns_an_hour=3), contact=CONTACT)

    send(bench, "one", "two", "three", RISK, "five", RISK, "seven")

    bodies = bench.carrier.bodies(PARENT)[3:]
    assert [has_helplines(body) for body in bodies] == [True, False, True]
    assert "a lot of messages" in bodies[1]
    assert len([h for h in wanted(bench) if h.urgent]) == 2


def test_distress_in_a_loop_gets_the_helplines_every_time(bench: Bench) -> None:
    bench.assistant.answer = many_words

    send(bench, *[RISK] * 22)

    assert len(bench.carrier.sent) == 22
    assert all(has_helplines(body) for body in bench.carrier.bodies(PARENT)[20:])


def test_distress_gets_the_same_helplines_from_the_assistant_as_often_as_it_needs(
    bench: Bench,
) -> None:
    bench.assistant.answer = lambda turn: TurnAnswer(
        turn_id=turn.turn_id, replies=(Reply(text="Call 999 or Samaritans."),)
    )

    send(bench, *[RISK] * 6)

    assert len(bench.carrier.sent) == 6


def test_distress_behind_the_words_of_an_automatic_reply_gets_the_helplines(bench: Bench) -> None:
    send(bench, f"Automatic reply: {RISK}")

    assert has_helplines(bench.carrier.bodies(PARENT)[0])
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_distress_that_waited_for_more_than_a_day_gets_the_helplines(bench: Bench) -> None:
    bench.arrives(PARENT, RISK, "SM1")
    bench.clock.pass_by(timedelta(hours=25))

    bench.sweep()

    assert has_helplines(bench.carrier.bodies(PARENT)[0])
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_distress_in_an_automatic_reply_of_a_number_we_do_not_text_sends_nothing(
    bench: Bench,
) -> None:
    send(bench, f"Automatic reply: {RISK}", number="+48601234567")

    assert bench.carrier.sent == []
    assert [(h.reason, h.urgent) for h in wanted(bench)] == [URGENT]


def test_stop_is_confirmed_over_the_limit_of_an_hour(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(limits=Limits(turns_an_hour=1))

    send(bench, "one", "two", "three", "STOP")

    assert "no more texts" in bench.carrier.bodies(PARENT)[-1]


@pytest.mark.parametrize("name", ["utter_edge_too_many", "utter_edge_trouble", "utter_edge_help"])
def test_who_gets_no_further_is_told_how_to_reach_people(
    make_bench: Callable[..., Bench], name: str
) -> None:
    bench = make_bench(contact=CONTACT)
    bench.arrives(PARENT, "hello", "SM1")
    with bench.database.reading() as connection:
        held = conversations.get(connection, bench.contacts.conversation_id(PARENT))
    assert held is not None

    (text,) = bench.worker._answers.fixed(held, name).parts

    size = segments.measure(text)
    assert all(way in text for way in CONTACT.values())
    assert (size.encoding, size.segments) == (segments.Encoding.GSM_7, 2)
