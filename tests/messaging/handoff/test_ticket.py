"""Which cases go before others, and what a ticket says of the parent."""

import re

import pytest

from messaging.handoff import ticket
from messaging.handoff.ticket import LOCK_OUT_LINES, LOCKED, LOST_PHONE
from tests.messaging.handoff.parent import Parent
from tests.messaging.redis_server import ROOT
from wire.envelope import Reply, Turn, TurnAnswer

_NAMES = re.compile(
    r"^  utter_(?P<name>[a-z_]*(?:_locked|^lost_phone|_lost_phone|lost_phone_)[a-z_]*):", re.M
)
NO_LOCK_OUT = {
    "guidance where lost phone",
    "support meaning lost phone",
    "ask lost phone email",
    "ask lost phone email again",
}


def asked(*tried: str, journey: str | None = None, reason: str = "asked") -> dict[str, object]:
    return {"reason": reason, "journey": journey, "step": None, "facts": {"tried": list(tried)}}


@pytest.mark.parametrize(("line", "reason"), LOCK_OUT_LINES.items())
def test_who_was_told_that_they_are_locked_out_comes_first(line: str, reason: str) -> None:
    found = ticket.reason_of(asked("registration begun", line))

    assert found == reason
    assert ticket.is_urgent(found, has_urgent_words=False)


def test_every_lock_out_that_the_assistant_can_say_is_known() -> None:
    words = "".join(path.read_text() for path in sorted(ROOT.glob("data/*/responses.yml")))
    names = {found.replace("_", " ") for found in _NAMES.findall(words)}

    assert names - NO_LOCK_OUT == set(LOCK_OUT_LINES)


@pytest.mark.parametrize("journey", ["lost_phone_form", "lost_phone"])
def test_who_is_in_the_middle_of_a_lost_phone_comes_first(journey: str) -> None:
    assert ticket.reason_of(asked(journey=journey)) == LOST_PHONE


def test_a_lock_out_long_before_counts_no_more() -> None:
    tried = ("sign in locked", "registration begun", "registration code sent", "registration done")

    assert ticket.reason_of(asked(*tried[:3])) == LOCKED
    assert ticket.reason_of(asked(*tried)) == "asked"


def test_another_reason_stays_what_it_is() -> None:
    assert ticket.reason_of(asked("sign in locked", reason="complaint")) == "complaint"


def test_a_lock_out_is_urgent_in_the_ticket_and_says_so(parent: Parent) -> None:
    inner = parent.bench.assistant.answer

    def locked(turn: Turn) -> TurnAnswer:
        answer = inner(turn)
        if answer.handoff is None:
            return TurnAnswer(turn_id=turn.turn_id, replies=(Reply(text="You are locked out."),))
        handoff = dict(answer.handoff) | asked("registration code locked", journey="registration")
        return TurnAnswer(turn_id=turn.turn_id, replies=answer.replies, handoff=handoff)

    parent.bench.assistant.answer = locked
    parent.says("a person please")
    parent.says("2")

    written = parent.ticket.ticket
    assert written.urgent
    assert "URGENT: Parent is locked out of the hub" in written.title
    assert f"ending {parent.number[-3:]}" not in written.summary
