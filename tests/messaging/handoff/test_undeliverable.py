"""A text that will not arrive reaches people by itself."""

from datetime import timedelta

import pytest

from messaging.handoff.outgoing import LONGEST_PAUSE_S
from messaging.handoff.states import State
from messaging.requested import SECURITY_CODE
from messaging.store import handoffs
from messaging.undeliverable import NOTE
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench
from tests.messaging.test_outbox import PARENT, want

LONGEST = timedelta(seconds=1.2 * LONGEST_PAUSE_S)


@pytest.fixture
def parent(staffed: Bench) -> Parent:
    return Parent(staffed, PARENT)


def lose(bench: Bench, code: int = 30006) -> None:
    """Have the newest text reported as lost for good."""
    bench.reports(bench.carrier.sent[-1], "undelivered", code)
    bench.sweep()
    bench.sweep()


def waiting(bench: Bench) -> list[str]:
    with bench.database.reading() as connection:
        return [handoff.reason for handoff in handoffs.waiting(connection)]


def test_a_lost_reply_becomes_a_ticket_and_the_assistant_goes_on(parent: Parent) -> None:
    parent.says("hello")

    lose(parent.bench)

    (kept,) = parent.bench.helpdesk.tickets.values()
    assert "could not be delivered" in kept.ticket.summary
    assert (kept.ticket.urgent, kept.ticket.fields) == (False, {})
    assert parent.state is State.BOT
    assert waiting(parent.bench) == []
    assert parent.says("are you there") == ["You said: are you there"]


def test_what_a_person_writes_in_such_a_ticket_reaches_the_parent(parent: Parent) -> None:
    parent.says("hello")
    lose(parent.bench)
    (ref,) = parent.bench.helpdesk.tickets

    parent.bench.helpdesk.replies(ref, "We will ring you.")
    parent.bench.sweep()
    parent.bench.sweep()

    assert any("We will ring you." in text for text in parent.read())


def test_a_second_lost_text_is_a_note_in_the_same_ticket(parent: Parent) -> None:
    parent.says("hello")
    lose(parent.bench)
    parent.says("hello again")
    lose(parent.bench)

    (kept,) = parent.bench.helpdesk.tickets.values()
    assert kept.notes == [NOTE]


def test_a_lost_text_while_people_have_the_conversation_is_a_note(passed_on: Parent) -> None:
    before = passed_on.state

    lose(passed_on.bench)

    assert passed_on.ticket.notes == [NOTE]
    assert passed_on.state is before


def test_a_lost_code_opens_no_ticket(staffed: Bench) -> None:
    want(staffed, "1", purpose=SECURITY_CODE)
    staffed.sweep()

    lose(staffed)

    assert staffed.helpdesk.tickets == {}
    assert waiting(staffed) == ["text_not_delivered"]


def test_nobody_is_told_of_a_delay_of_a_ticket_that_they_did_not_ask_for(parent: Parent) -> None:
    parent.says("hello")
    parent.bench.helpdesk.is_down = True
    said = len(parent.read())

    lose(parent.bench)
    for _ in range(10):
        parent.bench.clock.pass_by(parent.bench.pace.holding_after)
        parent.bench.sweep()
    parent.bench.helpdesk.is_down = False
    parent.bench.clock.pass_by(LONGEST)
    parent.bench.settle()

    assert len(parent.read()) == said
    assert len(parent.bench.helpdesk.tickets) == 1
