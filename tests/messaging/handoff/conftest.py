from collections.abc import Callable

import pytest

from messaging.handoff import consent
from messaging.handoff.desk import Desk
from messaging.handoff.hours import read_hours
from tests.messaging.handoff.parent import Parent
from tests.messaging.mortal import Bench
from wire.envelope import Reply, Turn, TurnAnswer

TEAM = "the SEND team"
PARENT = "+447700900101"


def answer(turn: Turn) -> TurnAnswer:
    """Answer as the assistant does: with an offer to whoever asks for a person."""
    handoff = None
    reply = Reply(text=f"You said: {turn.text}")
    if "person" in turn.text.casefold():
        reply = Reply(text="Reply 1 to pass it on with your number, 2 without, 3 to stay.")
        handoff = {
            "reason": "asked",
            "journey": "registration",
            "step": "registration_code",
            "offer": consent.VERSION,
            "with_number": turn.sender is not None,
            "facts": {"verified": "no", "last_answer": "code incorrect", "tried": ["code sent"]},
        }
    return TurnAnswer(turn_id=turn.turn_id, replies=(reply,), handoff=handoff)


@pytest.fixture
def desk() -> Desk:
    # The bench's clock stands at 9am on a Monday in November.
    return Desk(adapter="fake", team=TEAM, hours=read_hours("Mon-Fri 08:00-17:00"))


@pytest.fixture
def staffed(make_bench: Callable[..., Bench], desk: Desk) -> Bench:
    bench = make_bench(desk=desk)
    bench.assistant.answer = answer
    return bench


@pytest.fixture
def parent(staffed: Bench) -> Parent:
    return Parent(staffed, PARENT)


@pytest.fixture
def passed_on(parent: Parent) -> Parent:
    """A parent whose conversation is with the helpdesk."""
    parent.says("i want to talk to a person")
    parent.says("1")
    return parent
