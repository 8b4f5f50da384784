"""Bot or person, on every turn."""

from datetime import timedelta

import pytest

from messaging.handoff.states import State
from messaging.store import handoffs
from tests.messaging.handoff.conftest import TEAM
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench

MINUTE = timedelta(minutes=1)


def pass_by(bench: Bench, span: timedelta) -> None:
    bench.clock.pass_by(span)
    for _ in range(3):
        bench.sweep()


def test_who_asks_for_a_person_gets_an_offer_and_who_says_1_is_passed_on(parent: Parent) -> None:
    parent.says("talk to a person")
    offered = parent.state
    said = parent.says("1")

    assert (offered, parent.state) == (State.OFFERED, State.WAITING)
    assert parent.case.reference in said[0]
    assert "call you on it" in said[0]
    assert parent.ticket.ticket.fields == {"phone": parent.number}


def test_without_consent_there_is_no_number_anywhere_in_the_ticket(parent: Parent) -> None:
    parent.says("talk to a person")
    said = parent.says("2")

    written = parent.ticket.ticket
    assert written.fields == {}
    assert parent.number[-6:] not in repr(written)
    assert "did not pass on your number" in said[0]


def test_a_bare_yes_shares_the_least(parent: Parent) -> None:
    parent.says("talk to a person")
    parent.says("yes please")

    assert parent.ticket.ticket.fields == {}


@pytest.mark.parametrize("words", ["3", "no thanks", "No", "stay with you"])
def test_who_declines_stays_with_the_assistant(parent: Parent, words: str) -> None:
    parent.says("talk to a person")
    said = parent.says(words)

    assert parent.state is State.BOT
    assert "did not pass anything on" in said[0]
    assert parent.bench.helpdesk.tickets == {}


def test_other_words_let_the_offer_fall(parent: Parent) -> None:
    parent.says("talk to a person")
    said = parent.says("what is the local offer")

    assert said == ["You said: what is the local offer"]
    assert parent.state is State.BOT
    assert parent.says("1") == ["You said: 1"]


def test_who_asks_again_instead_of_answering_means_yes_and_shares_no_number(
    parent: Parent,
) -> None:
    parent.says("talk to a person")
    parent.says("I SAID A PERSON")

    assert parent.state is State.WAITING
    assert parent.ticket.ticket.fields == {}


def test_an_offer_stands_for_half_an_hour(parent: Parent) -> None:
    parent.says("talk to a person")
    pass_by(parent.bench, 31 * MINUTE)

    assert parent.state is State.BOT
    assert parent.says("1") == ["You said: 1"]


def test_a_double_click_passes_on_once_and_adds_nothing(parent: Parent) -> None:
    parent.says("talk to a person")
    parent.says("1", and_sweep=False)
    parent.says("1")

    assert len(parent.bench.helpdesk.tickets) == 1
    assert parent.ticket.texts == []
    assert parent.state is State.WAITING


def test_while_a_person_has_it_the_assistant_hears_and_says_nothing(passed_on: Parent) -> None:
    turns = list(passed_on.turns)
    first = passed_on.says("my code never came")
    second = passed_on.says("are you there")

    assert passed_on.turns == turns
    assert first == [
        f"I have added that to your message to {TEAM}. To use me instead, reply assistant."
    ]
    assert second == []
    assert passed_on.ticket.texts == ["my code never came", "are you there"]


def test_a_reply_reaches_the_parent_with_a_name_and_the_parents_answer_the_person(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.replies("T1", "Hello, I can see your invitation.")
    bench.sweep()
    said = passed_on.says("thank you, what next")

    assert passed_on.read()[-1] == f"Sam, {TEAM}: Hello, I can see your invitation."
    assert said == []
    assert passed_on.state is State.HUMAN
    assert passed_on.ticket.texts == ["thank you, what next"]


def test_numbers_and_addresses_reach_the_person_and_codes_never_do(passed_on: Parent) -> None:
    passed_on.says("call me on 07700 900456 or a@example.com, my code is 482913")

    (text,) = passed_on.ticket.texts
    assert "07700 900456" in text
    assert "a@example.com" in text
    assert "482913" not in text
    assert "[code hidden]" in text


def test_distress_gets_the_signpost_at_once_and_the_person_reads_it_as_urgent(
    passed_on: Parent,
) -> None:
    said = passed_on.says("i want to kill myself")

    assert len(said) == 1
    assert "116 123" in said[0]
    assert passed_on.ticket.posts[-1].entry is not None
    assert passed_on.ticket.posts[-1].entry.urgent
    assert passed_on.state is State.WAITING


def test_help_still_works_and_stop_silences_everything_but_tells_the_person(
    passed_on: Parent,
) -> None:
    helped = passed_on.says("HELP")
    stopped = passed_on.says("STOP")
    silent = passed_on.says("i am still writing")
    passed_on.bench.helpdesk.replies("T1", "Hello")
    passed_on.bench.sweep()
    passed_on.bench.sweep()

    assert "automated assistant" in helped[0]
    assert "no more texts" in stopped[0]
    assert silent == []
    assert not any("Hello" in text for text in passed_on.read())
    assert any("STOP" in note for note in passed_on.ticket.notes)
    assert any("not delivered" in note for note in passed_on.ticket.notes)
    assert any("i am still writing" in text for text in passed_on.ticket.texts)


def test_danger_after_stop_raises_an_urgent_ticket(parent: Parent) -> None:
    parent.says("hello")
    parent.says("STOP")
    said = parent.says("i want to kill myself")

    assert said == []
    assert parent.ticket.ticket.urgent
    assert parent.ticket.ticket.fields == {}
    assert parent.state is State.TICKET


def test_danger_after_stop_reaches_the_case_that_is_open(passed_on: Parent) -> None:
    passed_on.says("assistant")
    passed_on.says("STOP")
    said = passed_on.says("i want to kill myself")

    assert said == []
    assert len(passed_on.bench.helpdesk.tickets) == 1
    assert passed_on.state is State.TICKET
    last = passed_on.ticket.posts[-1]
    assert last.entry is not None
    assert (last.entry.urgent, last.text) == (True, "i want to kill myself")


def test_danger_said_to_the_assistant_reaches_the_person_of_an_open_case(
    passed_on: Parent,
) -> None:
    passed_on.says("assistant")
    said = passed_on.says("i want to kill myself")
    silent = passed_on.says("are you there")

    assert "116 123" in said[0]
    assert "added that to your message" in said[-1]
    assert silent == []
    assert passed_on.state is State.TICKET
    assert passed_on.ticket.texts == ["i want to kill myself", "are you there"]
    first = next(post.entry for post in passed_on.ticket.posts if not post.is_note)
    assert first is not None
    assert first.urgent
    with passed_on.bench.database.reading() as connection:
        assert handoffs.waiting(connection) == []


def test_a_number_that_is_shared_at_the_second_offer_is_passed_on(parent: Parent) -> None:
    parent.says("talk to a person")
    parent.says("2")
    parent.says("assistant")
    parent.says("talk to a person")
    said = parent.says("1")

    assert "call you on it" in said[0]
    assert len(parent.bench.helpdesk.tickets) == 1
    last = parent.ticket.posts[-1]
    assert last.entry is not None
    assert last.entry.fields == {"phone": parent.number}
    assert parent.case.consent == "with_number"


@pytest.mark.parametrize(("minutes", "told"), [(4.9, False), (5.0, True)])
def test_a_holding_text_comes_after_five_minutes(
    passed_on: Parent, minutes: float, told: bool
) -> None:
    pass_by(passed_on.bench, minutes * MINUTE)

    assert any("has replied yet" in text for text in passed_on.read()) is told


def test_after_twenty_minutes_it_becomes_a_ticket_and_the_assistant_is_offered(
    passed_on: Parent,
) -> None:
    pass_by(passed_on.bench, 5 * MINUTE)
    pass_by(passed_on.bench, 15 * MINUTE)

    assert passed_on.state is State.TICKET
    assert "reply assistant" in passed_on.read()[-1]
    assert sum("has replied yet" in text for text in passed_on.read()) == 1

    back = passed_on.says("assistant")
    assert "back with the automated assistant" in back[0]
    assert passed_on.state is State.BOT
    assert passed_on.says("hello") == ["You said: hello"]


def test_out_of_hours_it_is_a_ticket_and_says_when_they_are_back(parent: Parent) -> None:
    parent.bench.clock.pass_by(timedelta(hours=9))  # 6pm

    parent.says("talk to a person")
    said = parent.says("1")

    assert parent.state is State.TICKET
    assert "back tomorrow at 8am" in said[0]


def test_a_resolved_case_can_be_taken_up_again_for_a_day(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.helpdesk.replies("T1", "Done.")
    bench.sweep()
    bench.clock.pass_by(MINUTE)
    bench.helpdesk.resolves("T1")
    bench.sweep()
    bench.sweep()
    wrapped = (passed_on.state, passed_on.read()[-1])
    thanked = passed_on.says("thanks, bye")
    again = passed_on.says("no wait, it still does not work")

    assert wrapped[0] is State.WRAP_UP
    assert f"{TEAM} has closed this" in wrapped[1]
    assert "You are welcome" in thanked[0]
    assert f"sent that to {TEAM} again" in again[0]
    assert passed_on.state is State.TICKET
    assert passed_on.ticket.texts == ["no wait, it still does not work"]
    assert not passed_on.ticket.is_closed


def test_after_a_day_the_assistant_answers_again(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.clock.pass_by(MINUTE)
    bench.helpdesk.resolves("T1")
    bench.sweep()
    pass_by(bench, timedelta(hours=24))

    assert passed_on.state is State.BOT
    assert passed_on.says("hello") == ["You said: hello"]


def test_a_bot_session_that_ends_does_not_end_the_persons_turn(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.replies("T1", "Hello")
    passed_on.bench.sweep()
    pass_by(passed_on.bench, timedelta(hours=2))
    turns = list(passed_on.turns)

    assert passed_on.says("still there?") == []
    assert passed_on.turns == turns


def test_what_the_assistant_was_saying_when_a_person_spoke_is_never_said(parent: Parent) -> None:
    bench = parent.bench
    parent.says("talk to a person")
    parent.says("1")
    parent.says("assistant")
    inner = bench.assistant.answer

    def slow(turn: object) -> object:
        bench.helpdesk.replies("T1", "I am here now.")
        bench.deskwork.collect()
        bench.deskwork.deliver()
        bench.assistant.answer = inner
        return inner(turn)  # type: ignore[arg-type]

    bench.assistant.answer = slow  # type: ignore[assignment]
    said = parent.says("is anybody there")

    assert said == [f"Sam, {TEAM}: I am here now."]
    assert parent.ticket.texts == ["is anybody there"]
    assert parent.state is State.HUMAN


def test_the_list_of_requests_is_empty_once_they_are_passed_on(passed_on: Parent) -> None:
    with passed_on.bench.database.reading() as connection:
        assert handoffs.waiting(connection) == []


def test_without_a_helpdesk_the_assistant_has_every_conversation(bench: Bench) -> None:
    parent = Parent(bench, "+447700900101")

    assert parent.says("talk to a person") == ["You said: talk to a person"]
    assert parent.says("1") == ["You said: 1"]


def test_while_the_assistant_is_away_a_person_can_still_be_asked_for(parent: Parent) -> None:
    parent.bench.assistant.is_away = True
    offered = parent.says("i need to talk to a person")
    passed_on = parent.says("1")

    assert "codes and passwords hidden" in " ".join(offered)
    assert f"ending {parent.number[-3:]}" in " ".join(offered)
    assert parent.case.reference in " ".join(passed_on)
    assert "the assistant did not work" in parent.ticket.ticket.summary


def test_other_words_wait_for_the_assistant_to_come_back(parent: Parent) -> None:
    parent.bench.assistant.is_away = True

    assert parent.says("my code has not come") == []
    assert parent.state is State.BOT
