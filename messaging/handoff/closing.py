"""The end of a case: what people close is closed, unless the parent wrote at that moment."""

from sqlalchemy import Connection

from messaging.handoff import cases
from messaging.handoff.board import Place
from messaging.handoff.cases import Case
from messaging.handoff.desk import Desk
from messaging.handoff.lines import Line
from messaging.handoff.pace import KEEPS_TICKET_FOR, WRAPS_UP_FOR
from messaging.handoff.passed import closed
from messaging.handoff.relays import Relay
from messaging.handoff.states import State
from messaging.handoff.voice import KEY, Voice
from messaging.store.conversations import Conversation
from wire.clock import Clock


class Closing:
    """Closes cases, inside the caller's transaction."""

    def __init__(self, *, desk: Desk, voice: Voice, clock: Clock) -> None:
        """Take everything it needs; nothing is opened."""
        self._desk = desk
        self._voice = voice
        self._clock = clock

    def close(
        self,
        connection: Connection,
        conversation: Conversation,
        place: Place,
        case: Case,
        relay: Relay,
        *,
        outcome: str,
        is_by_reply: bool,
    ) -> None:
        """Close the case, and tell the parent who still had it with people.

        Args:
            outcome: `cases.RESOLVED` or `cases.HANDED_BACK`.
            is_by_reply: a word in a reply asked for it, so the helpdesk does not know yet.
        """
        if not case.is_open:
            return
        now = self._clock.now()
        cases.change(connection, case.case_id, closed_at=now, outcome=outcome)
        if is_by_reply:
            self._voice.pass_on(connection, closed(case, f"close/{relay.relay_id}"))
        if not place.is_with_people_about(case.case_id):
            return
        if outcome == cases.RESOLVED:
            due_at = now + WRAPS_UP_FOR
            self._voice.move(connection, place, State.WRAP_UP, unanswered_since=None, due_at=due_at)
            name, key = "utter_support_closed", f"{KEY}closed/{relay.relay_id}"
        else:
            self._voice.move(connection, place, State.BOT, agent=None, unanswered_since=None)
            name, key = "utter_support_handed_back", f"{KEY}back/{relay.relay_id}"
        line = Line(name=name, values={"team": self._desk.team})
        self._voice.say(connection, conversation, [line], key=key)

    def keep_open(self, connection: Connection, place: Place, case: Case, relay: Relay) -> None:
        """Leave the case open: the parent wrote at the same moment, and somebody has to read it."""
        note = (
            "The parent wrote while this was being closed, so it is open again. Their words stand "
            "above. Close it once more when they are answered."
        )
        self._voice.note(connection, case, f"crossed/{relay.relay_id}", note, reopens=True)
        if place.is_with_people_about(case.case_id) and place.state is not State.TICKET:
            due_at = self._clock.now() + KEEPS_TICKET_FOR
            self._voice.move(connection, place, State.TICKET, due_at=due_at)
