"""Drive actions without Rasa: build a tracker, run one action, see its events and replies.

`Talk` does for one conversation what Rasa's form loop does with the events, so that a test can
go from turn to turn; whole conversations through Rasa itself are in tests/conversations.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from actions.core.services import Services
from actions.registry import all_actions
from tests.fakes.vault import FakeVault
from wire.placeholders import inward

FORM = "registration_form"
STEPS = {
    FORM: ("registration_invitation", "registration_number", "registration_code"),
    "authenticator_form": ("authenticator_setup", "authenticator_code"),
    "invitation_form": ("invitation_email",),
    "password_reset_form": ("password_reset_email",),
    "lost_phone_form": ("lost_phone_email",),
}
LAST_ACTION = {FORM, "authenticator_form"}
"""Forms after which the registration's last action runs."""

_SENSITIVE = re.compile(
    r"(?P<email>\S+@\S+)|(?P<invitation>\b[0-9A-Z]{4}-[0-9A-Z]{4}\b)"
    r"|(?P<phone>[+oO]?\d[\d oO]{8,}\d)"
    r"|(?P<code>\b\d{4,8}\b)",
)


@dataclass
class Talk:
    """One conversation as the action server sees it."""

    services: Services
    keeper: FakeVault
    conversation: str = "sms-me"
    channel: str = "sms"
    sender_number: str | None = "07700 900123"
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    form: str | None = None
    flow: str = FORM
    """The form that the next message goes to."""
    turns: int = 0

    def hears(self, text: str, intent: str, also: str | None = None) -> None:
        """Have the person say something; what is sensitive goes to the vault as messaging does."""
        self.turns += 1
        references: dict[str, str] = {}
        counts: dict[str, int] = {}

        def masked(match: re.Match[str]) -> str:
            kind = str(match.lastgroup)
            counts[kind] = counts.get(kind, 0) + 1
            placeholder = inward(kind, counts[kind])
            references[placeholder] = self.keeper.put(match.group())
            return placeholder

        sender = None
        if self.sender_number is not None and self.channel == "sms":
            sender = {
                "reference": self.keeper.put(self.sender_number),
                "last_three": self.sender_number[-3:],
            }
        self.events.append(
            {
                "event": "user",
                "text": _SENSITIVE.sub(masked, text),
                "parse_data": {
                    "intent": {"name": intent},
                    "also_intent": {"name": also, "confidence": 0.9} if also else None,
                },
                "message_id": f"turn-{self.turns}",
                "metadata": {
                    "turn_id": f"turn-{self.turns}",
                    "channel": self.channel,
                    "references": references,
                    "sender": sender,
                },
            }
        )

    async def run(self, action: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Run one action on the conversation as it stands; return its events and messages."""
        dispatcher = CollectingDispatcher()
        last = next(e for e in reversed(self.events) if e["event"] == "user")
        tracker = Tracker(
            sender_id=self.conversation,
            slots=dict(self.slots),
            latest_message={
                "text": last["text"],
                **last["parse_data"],
                "message_id": last["message_id"],
                "metadata": last["metadata"],
            },
            events=list(self.events),
            paused=False,
            followup_action=None,
            active_loop={"name": self.form} if self.form else {},
            latest_action_name="action_listen",
        )
        chosen = next(a for a in all_actions(self.services) if a.name() == action)
        events = await chosen.run(dispatcher, tracker, {})
        for message in dispatcher.messages:
            facts = {k: v for k, v in message.items() if v and k != "response"}
            facts["utter_action"] = message["response"]
            self.events.append({"event": "bot", "text": None, "metadata": facts})
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        return events, dispatcher.messages

    async def says(self, text: str, intent: str, also: str | None = None) -> list[str]:
        """Go one turn through the form as Rasa would; return the names of the responses."""
        self.hears(text, intent, also)
        return await self.goes_on()

    async def goes_on(self) -> list[str]:
        """Let the form take the message: its step, then its question or its end."""
        self.form = self.flow
        events, messages = await self.run(f"validate_{self.flow}")
        names = [m["response"] for m in messages if m["response"]]
        if not events:
            return ["(left to the rules)"]
        if any(e["event"] == "active_loop" and e["name"] is None for e in events):
            self.form = None
            followed = [e["name"] for e in events if e["event"] == "followup"]
            return names + [f"(on to {name})" for name in followed]
        asked = next((slot for slot in STEPS[self.flow] if self.slots.get(slot) is None), None)
        self.slots["requested_slot"] = asked
        if asked is None:
            self.form = None
            if self.flow not in LAST_ACTION:
                return names
            _, messages = await self.run("action_registration_submit")
        else:
            _, messages = await self.run(f"action_ask_{asked}")
        return names + [m["response"] for m in messages if m["response"]]

    def last_facts(self, response: str) -> dict[str, Any]:
        """Return the parameters that a response was filled with most lately."""
        return next(
            e["metadata"]
            for e in reversed(self.events)
            if e["event"] == "bot" and e["metadata"]["utter_action"] == response
        )
