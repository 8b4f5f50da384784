"""To the helpdesk and back, once, whatever happens on the way."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from clients.helpdesk import Event
from clients.sealing import Sealer
from messaging import retention
from messaging.handoff import cases, relays
from messaging.handoff.states import State
from messaging.log import append
from messaging.store import conversations
from tests.messaging.handoff.conftest import TEAM
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def quiet(parent: Parent, span: timedelta = timedelta(0)) -> None:
    """Let time go by and everything be done."""
    parent.bench.clock.pass_by(span)
    for _ in range(3):
        parent.bench.sweep()


def hand_in(parent: Parent, *events: Event) -> None:
    """Hand events in as a webhook does."""
    parent.bench.inbox.keep(events)
    quiet(parent)


def test_a_reply_that_is_told_twice_is_said_once(passed_on: Parent) -> None:
    event = passed_on.bench.helpdesk.replies("T1", "Hello")
    hand_in(passed_on, event, event)
    hand_in(passed_on, event)

    assert [said for said in passed_on.read() if "Hello" in said] == [f"Sam, {TEAM}: Hello"]


def test_replies_that_come_out_of_order_are_all_said(passed_on: Parent) -> None:
    helpdesk = passed_on.bench.helpdesk
    first, second = helpdesk.replies("T1", "one"), helpdesk.replies("T1", "two")
    hand_in(passed_on, second)
    hand_in(passed_on, first, second)

    assert [s.rpartition(": ")[2] for s in passed_on.read()[-2:]] == ["two", "one"]


def test_a_reply_before_open_has_returned_waits_for_its_case(parent: Parent) -> None:
    bench = parent.bench
    bench.helpdesk.moods = ["hangs"]
    parent.says("a person")
    parent.says("1")
    opened = parent.case.opened_at
    bench.helpdesk.replies("T1", "quick answer")
    quiet(parent)
    too_early = [said for said in parent.read() if "quick answer" in said]
    quiet(parent, 61 * SECOND)
    quiet(parent, 61 * SECOND)

    assert (opened, too_early) == (None, [])
    assert len(bench.helpdesk.tickets) == 1
    assert sum("quick answer" in said for said in parent.read()) == 1
    assert parent.state is State.HUMAN


def test_our_own_post_that_comes_back_is_not_said_to_the_parent(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.moods = ["echoes"]
    passed_on.says("my own words")
    quiet(passed_on, MINUTE)

    assert not any("my own words" in said for said in passed_on.read())
    assert passed_on.ticket.texts == ["my own words"]


def test_a_helpdesk_that_is_down_for_an_hour_gets_everything_in_order(parent: Parent) -> None:
    bench = parent.bench
    bench.helpdesk.is_down = True
    parent.says("a person")
    parent.says("1")
    parent.says("first")
    quiet(parent, 61 * SECOND)
    for _ in range(12):
        quiet(parent, 5 * MINUTE)
    parent.says("second")
    waiting = parent.read()
    bench.helpdesk.is_down = False
    quiet(parent, 11 * MINUTE)
    quiet(parent, MINUTE)

    assert any(f"cannot reach {TEAM} at the moment" in said for said in waiting)
    assert not any("with them" in said or "They have your message" in said for said in waiting)
    assert sum("cannot reach" in said for said in waiting) == 1
    assert parent.ticket.texts == ["first", "second"]
    assert "is with them now" in parent.read()[-1]


def test_a_helpdesk_that_is_down_for_days_loses_nothing_either(parent: Parent) -> None:
    bench = parent.bench
    bench.helpdesk.is_down = True
    parent.says("a person")
    parent.says("1")
    parent.says("first")
    for _ in range(3):
        quiet(parent, timedelta(hours=20))
    parent.says("second")
    bench.helpdesk.is_down = False
    quiet(parent, 11 * MINUTE)
    quiet(parent, MINUTE)

    assert parent.ticket.texts == ["first", "second"]


def test_a_refusal_is_tried_again_once_somebody_may_have_mended_it(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.moods = ["refuses"]
    passed_on.says("hello")
    at_once = list(passed_on.ticket.texts)
    quiet(passed_on, 11 * MINUTE)

    assert at_once == []
    assert passed_on.ticket.texts == ["hello"]


def test_a_day_on_which_nobody_tried_is_no_reason_to_give_up(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.moods = ["refuses", "refuses"]
    passed_on.says("hello")
    quiet(passed_on, timedelta(hours=25))
    quiet(passed_on, 11 * MINUTE)

    assert passed_on.ticket.texts == ["hello"]
    assert not any("could not pass" in said for said in passed_on.read())


def test_words_to_a_ticket_that_was_deleted_open_another(passed_on: Parent) -> None:
    bench = passed_on.bench
    first = bench.helpdesk.deletes("T1")
    passed_on.says("are you there")
    passed_on.says("my code never came")
    for _ in range(3):
        quiet(passed_on, 11 * MINUTE)

    again = bench.helpdesk.only
    assert again.ticket.case_id == first.ticket.case_id
    assert again.texts == ["are you there", "my code never came"]
    bench.helpdesk.replies(again.remote_ref, "Hello")
    quiet(passed_on)
    assert passed_on.read()[-1] == f"Sam, {TEAM}: Hello"


def test_words_that_the_helpdesk_will_not_take_are_told_to_the_parent_in_the_end(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.moods = ["refuses"] * 500
    passed_on.says("my code never came")
    for _ in range(14):
        quiet(passed_on, timedelta(hours=2))
    said = passed_on.read()
    quiet(passed_on, timedelta(hours=2))

    assert sum("could not pass your last message" in text for text in said) == 1
    assert passed_on.read() == said


def test_files_that_are_told_of_after_their_words_are_said_once(passed_on: Parent) -> None:
    event = passed_on.bench.helpdesk.replies("T1", "See this form.")
    hand_in(passed_on, event)
    hand_in(passed_on, replace(event, files=1), replace(event, files=1))

    assert sum("See this form." in said for said in passed_on.read()) == 1
    assert sum("cannot show files here" in said for said in passed_on.read()) == 1


def test_a_reference_names_no_case_to_a_helpdesk(passed_on: Parent) -> None:
    event = passed_on.bench.helpdesk.replies("T1", "another family's words")
    passed_on.bench.helpdesk.log.clear()
    hand_in(passed_on, replace(event, ticket=passed_on.case.reference))

    assert not any("another family" in said for said in passed_on.read())


def test_a_resolve_that_races_with_a_parents_message_leaves_nobody_unheard(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.replies("T1", "Hello")
    quiet(passed_on, MINUTE)
    bench.arrives(passed_on.number, "one more thing", "SM-race")
    bench.worker.work(passed_on.conversation_id)
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    quiet(passed_on)

    assert passed_on.state is State.TICKET
    assert not any("has closed this" in said for said in passed_on.read())
    assert passed_on.ticket.texts == ["one more thing"]
    assert not passed_on.ticket.is_closed
    assert any("while this was being closed" in note for note in passed_on.ticket.notes)


def test_a_resolve_waits_for_words_on_their_way_and_then_the_helpdesks_order_counts(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.moods = ["hangs"]
    passed_on.says("one more thing")
    on_their_way = passed_on.ticket.texts
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    too_early = passed_on.state
    quiet(passed_on, 61 * SECOND)
    quiet(passed_on, SECOND)

    assert on_their_way == ["one more thing"], "they stood there, but we were not told so"
    assert too_early is State.WAITING
    assert passed_on.state is State.WRAP_UP
    assert passed_on.ticket.is_closed
    assert "has closed this" in passed_on.read()[-1]


def test_words_that_reach_the_ticket_after_it_was_resolved_open_it_again(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.resolves("T1")
    passed_on.says("one more thing")
    quiet(passed_on)

    assert passed_on.state is State.TICKET
    assert not passed_on.ticket.is_closed
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    assert passed_on.state is State.WRAP_UP


def test_back_to_assistant_that_crosses_with_words_leaves_them_with_the_person(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.replies("T1", "back to assistant")
    passed_on.says("but my form is still empty")
    quiet(passed_on)

    assert passed_on.state is State.TICKET
    assert passed_on.case.is_open


def test_where_a_helpdesk_has_no_order_the_mail_that_is_answered_tells(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.has_order = False
    passed_on.says("first")
    passed_on.says("second")
    first, second = (post.remote_id for post in passed_on.ticket.posts)
    hand_in(passed_on, replace(bench.helpdesk.replies("T1", "resolve"), answers=first))
    answered_the_first = passed_on.case.is_open
    hand_in(passed_on, replace(bench.helpdesk.replies("T1", "resolve"), answers=second))

    assert answered_the_first
    assert any("while this was being closed" in note for note in passed_on.ticket.notes)
    assert passed_on.state is State.WRAP_UP


def test_where_nothing_tells_it_counts_what_stood_there_when_the_news_came(
    passed_on: Parent,
) -> None:
    bench = passed_on.bench
    bench.helpdesk.has_order = False
    passed_on.says("first")
    bench.clock.pass_by(SECOND)
    bench.helpdesk.replies("T1", "resolve")
    quiet(passed_on)

    assert passed_on.state is State.WRAP_UP


@pytest.mark.parametrize("close", ["resolve", "back to assistant", None])
def test_a_case_that_was_opened_again_can_be_closed_again(
    passed_on: Parent, close: str | None
) -> None:
    bench = passed_on.bench
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    passed_on.says("no wait, it still does not work")
    reopened = passed_on.case
    if close is None:
        bench.helpdesk.resolves("T1")
    else:
        bench.helpdesk.replies("T1", close)
    quiet(passed_on)
    quiet(passed_on)

    assert (reopened.is_open, reopened.outcome) == (True, None)
    assert not passed_on.case.is_open
    assert passed_on.ticket.is_closed
    assert passed_on.state is (State.BOT if close == "back to assistant" else State.WRAP_UP)


def test_a_reply_in_a_case_that_was_opened_again_is_a_persons_turn(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    passed_on.says("no wait, it still does not work")
    bench.helpdesk.replies("T1", "Let me look.")
    quiet(passed_on)
    passed_on.says("thank you, it says no access")

    assert passed_on.state is State.HUMAN
    assert passed_on.ticket.texts[-1] == "thank you, it says no access"
    assert not passed_on.ticket.is_closed


@pytest.mark.parametrize(
    "words",
    [
        "Liked \u201cA person has closed this.\u201d",
        "Auto-reply: I am driving and will answer later.",
    ],
)
def test_a_reaction_after_the_end_is_told_and_opens_nothing(passed_on: Parent, words: str) -> None:
    bench = passed_on.bench
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    said = passed_on.says(words)

    assert said == []
    assert passed_on.state is State.WRAP_UP
    assert passed_on.ticket.is_closed
    assert passed_on.ticket.texts == []
    assert any("reacted to a message" in note for note in passed_on.ticket.notes)


def test_a_reply_after_the_end_still_arrives_and_can_be_answered(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.clock.pass_by(MINUTE)
    bench.helpdesk.resolves("T1")
    quiet(passed_on)
    quiet(passed_on, timedelta(hours=25))
    ended = passed_on.state
    bench.helpdesk.replies("T1", "I forgot to say this")
    quiet(passed_on)
    said = passed_on.read()[-1]
    passed_on.says("thank you but what now")

    assert ended is State.BOT
    assert said.endswith("I forgot to say this")
    assert passed_on.ticket.texts == ["thank you but what now"]


def test_two_people_who_answer_are_both_heard_by_name(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.replies("T1", "Hello", author="Sam")
    passed_on.bench.helpdesk.replies("T1", "And from me", author="Jo")
    quiet(passed_on)

    assert f"Sam, {TEAM}: Hello" in passed_on.read()
    assert f"Jo, {TEAM}: And from me" in passed_on.read()


def test_a_file_is_said_to_be_unavailable_with_a_link_to_the_hub(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.replies("T1", "See this form.", files=1)
    quiet(passed_on)

    assert "https://hub.example.gov.uk" in " ".join(passed_on.read())
    assert "cannot show files here" in " ".join(passed_on.read())


def test_a_long_reply_is_cut_at_a_word_and_the_person_is_told(passed_on: Parent) -> None:
    words = " ".join(f"word{'abcdefghij'[n % 10]}{n // 10}" for n in range(600))
    passed_on.bench.helpdesk.replies("T1", words)
    quiet(passed_on)
    quiet(passed_on)

    texts = passed_on.read()[2:]
    assert all(len(said) <= 459 for said in texts)
    assert any("too long for a text message" in said for said in texts)
    assert any("too long for text messages" in note for note in passed_on.ticket.notes)
    assert words.startswith(texts[1].split(": ", 1)[-1][:40]) or texts[0].count("word") > 0


def test_a_reply_that_the_network_loses_is_told_to_the_person(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.carrier.moods, bench.carrier.refusal = ["refuses"], 30006
    bench.helpdesk.replies("T1", "Hello")
    quiet(passed_on)
    quiet(passed_on)
    quiet(passed_on)

    notes = [note for note in passed_on.ticket.notes if "did not reach" in note]
    assert len(notes) == 1


def test_a_status_that_comes_later_is_told_too_and_once(passed_on: Parent) -> None:
    bench = passed_on.bench
    bench.helpdesk.replies("T1", "Hello")
    quiet(passed_on)
    bench.reports(bench.carrier.sent[-1], "undelivered")
    quiet(passed_on)
    quiet(passed_on)

    assert sum("did not reach" in note for note in passed_on.ticket.notes) == 1


@pytest.mark.parametrize(
    ("reply", "state", "said"),
    [
        ("All done.\nresolve", State.WRAP_UP, "All done."),
        ("Resolve.", State.WRAP_UP, None),
        ("back to assistant", State.BOT, None),
        ("note: he is upset\nsecond line\n\nHello there", State.HUMAN, "Hello there"),
        ("note: only for us", State.WAITING, None),
        ("I will resolve this today", State.HUMAN, "I will resolve this today"),
    ],
)
def test_plain_commands_by_reply(
    passed_on: Parent, reply: str, state: State, said: str | None
) -> None:
    passed_on.bench.clock.pass_by(MINUTE)
    passed_on.bench.helpdesk.replies("T1", reply)
    quiet(passed_on)
    quiet(passed_on)

    assert passed_on.state is state
    texts = [one.rpartition(f"{TEAM}: ")[2] for one in passed_on.read() if f"{TEAM}: " in one]
    assert texts == ([] if said is None else [said])


def test_resolving_by_reply_closes_the_ticket_itself(passed_on: Parent) -> None:
    passed_on.bench.clock.pass_by(MINUTE)
    passed_on.bench.helpdesk.replies("T1", "resolve")
    quiet(passed_on)

    assert passed_on.ticket.is_closed
    assert passed_on.case.outcome == cases.RESOLVED


def test_a_fresh_link_comes_when_it_is_asked_for(passed_on: Parent) -> None:
    passed_on.bench.helpdesk.replies("T1", "link")
    quiet(passed_on)
    quiet(passed_on)

    assert passed_on.ticket.posts[-1].entry is not None
    assert "/helpdesk/conversations/" in str(passed_on.ticket.posts[-1].entry.link)
    assert passed_on.state is State.WAITING


def test_once_the_case_is_closed_no_link_is_made_any_more(passed_on: Parent) -> None:
    helpdesk = passed_on.bench.helpdesk
    helpdesk.replies("T1", "resolve")
    quiet(passed_on)
    helpdesk.replies("T1", "link")
    quiet(passed_on)
    quiet(passed_on)

    last = passed_on.ticket.posts[-1]
    assert last.entry is not None
    assert last.entry.link is None
    assert "closed" in last.text


def test_a_code_that_a_person_sends_by_mistake_is_hidden_and_a_number_is_not(
    passed_on: Parent,
) -> None:
    passed_on.bench.helpdesk.replies("T1", "Your code is 482913. Or call 01785 223 121.")
    quiet(passed_on)

    (said,) = [one for one in passed_on.read() if "Or call" in one]
    assert "482913" not in said
    assert "01785 223 121" in said


def test_in_the_web_chat_a_person_has_a_name_and_the_state_is_theirs(passed_on: Parent) -> None:
    """The web chat's log is what its page shows; numbers of the person are readable in it."""
    bench = passed_on.bench
    conversation_id = "web-1"
    with bench.database.transaction() as connection:
        conversations.ensure(
            connection,
            conversation_id,
            channel="webchat",
            sealed_number=None,
            now=bench.clock.now(),
        )
        append(connection, conversation_id, author="person", text="hi", now=bench.clock.now())
        connection.execute(
            text("UPDATE cases SET conversation_id = :web"), {"web": conversation_id}
        )
        connection.execute(
            text("UPDATE switchboard SET conversation_id = :web"), {"web": conversation_id}
        )
    bench.helpdesk.replies("T1", "Call 01785 223 121.")
    bench.deskwork.collect()
    bench.deskwork.deliver()

    with bench.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT m.text, s.name FROM messages m LEFT JOIN chat_shows s"
                " ON s.message_id = m.message_id WHERE m.conversation_id = 'web-1' ORDER BY m.seq"
            )
        ).all()
    assert [row.text for row in rows[1:]] == [
        f"Sam from {TEAM} has joined. I am quiet until they finish.",
        "Call 01785 223 121.",
    ]
    assert rows[-1].name == "Sam"


def test_the_ticket_tells_what_a_person_needs_and_no_secret(parent: Parent) -> None:
    parent.says("my code is 482913 and my password is Badger!2024 and i am at a@example.com")
    parent.says("a person")
    parent.says("1")

    written = parent.ticket.ticket
    for expected in (
        "Why: The parent asked for a person",
        "Verified: no",
        "Journey: registration",
        "Step: registration code",
        "Last answer of the assistant: code incorrect",
        "What was tried: code sent",
        "Channel: text message",
        "Language: en",
    ):
        assert expected in written.summary
    everything = f"{written}"
    for secret in ("482913", "Badger", "a@example.com"):
        assert secret not in everything
    assert "[code hidden]" in written.transcript
    assert written.fields == {"phone": parent.number}


def test_nothing_lies_about_unsealed_and_what_has_arrived_is_erased(passed_on: Parent) -> None:
    passed_on.says("call me on 07700 900456", and_sweep=False)
    bench = passed_on.bench
    bench.worker.work(passed_on.conversation_id)
    raw = (bench.folder / "messaging.db").read_bytes()
    wal = bench.folder / "messaging.db-wal"
    raw += wal.read_bytes() if wal.exists() else b""
    quiet(passed_on)
    with bench.database.reading() as connection:
        bodies = connection.execute(
            text("SELECT count(*) FROM relays WHERE sealed_body IS NOT NULL")
        ).scalar_one()

    assert b"900456" not in raw
    assert bodies == 0


def test_an_erased_person_leaves_no_case(passed_on: Parent) -> None:
    bench = passed_on.bench
    with bench.database.transaction() as connection:
        assert retention.erase(connection, passed_on.conversation_id, now=bench.clock.now())
    with bench.database.reading() as connection:
        left = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("cases", "relays", "switchboard")
        ]

    assert left == [0, 0, 0]


def test_a_death_at_any_point_loses_and_doubles_nothing(staffed: Bench) -> None:

    parent = Parent(staffed, "+447700900101")
    parent.says("a person")
    parent.says("1")
    expected_parent, expected_person = [], []
    for kill_at in range(24):
        word = f"words{'abcdefghijklmnopqrstuvwxyz'[kill_at]}"
        staffed.arrives(parent.number, word, f"SM-k{kill_at}")
        staffed.helpdesk.replies("T1", f"answer {word}")
        with staffed.mortal(kill_at):
            staffed.sweep()
        expected_parent.append(word)
        expected_person.append(f"Sam, {TEAM}: answer {word}")
    for _ in range(6):
        quiet(parent, 61 * SECOND)

    assert sorted(parent.ticket.texts) == expected_parent
    assert sorted(s for s in parent.read() if s.startswith("Sam,")) == expected_person


LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("at", "back"),
    [
        # The clocks go back on 25 October 2026 and forward on 28 March 2027.
        (datetime(2026, 10, 24, 18, 0, tzinfo=LONDON), "on Monday at 8am"),
        (datetime(2027, 3, 27, 18, 0, tzinfo=LONDON), "on Tuesday at 8am"),
        (datetime(2026, 12, 24, 18, 0, tzinfo=LONDON), "on Tuesday at 8am"),
        (datetime(2026, 11, 27, 17, 0, tzinfo=LONDON), "on Monday at 8am"),
        (datetime(2026, 11, 23, 7, 59, tzinfo=LONDON), "today at 8am"),
    ],
)
def test_out_of_hours_says_when_they_are_back(parent: Parent, at: datetime, back: str) -> None:
    parent.bench.clock.time = at.astimezone(ZoneInfo("UTC"))

    parent.says("a person")
    said = parent.says("1")

    assert f"back {back}" in said[0]
    assert parent.state is State.TICKET


def test_the_wait_is_told_from_real_medians_once_there_are_five(parent: Parent) -> None:
    bench = parent.bench
    for number in range(5):
        other = Parent(bench, f"+4477009003{number:02}")
        other.says("a person")
        told = other.says("1")
        bench.clock.pass_by(8 * MINUTE)
        bench.helpdesk.replies(other.ticket.remote_ref, "hello")
        quiet(other)
        assert "They reply here in" not in told[0]
    parent.says("a person")
    said = parent.says("1")

    assert "They reply here in about 10 minutes" in said[0]


def test_relays_of_one_cause_are_one(passed_on: Parent) -> None:
    bench, case = passed_on.bench, passed_on.case
    with bench.database.transaction() as connection:
        made = [
            relays.add(
                connection,
                Sealer(bench.seal_key),
                case_id=case.case_id,
                adapter="fake",
                direction=relays.OUT,
                cause="the same",
                kind=relays.NOTE,
                body={},
                now=bench.clock.now(),
            )
            for _ in range(2)
        ]

    assert made == [True, False]
