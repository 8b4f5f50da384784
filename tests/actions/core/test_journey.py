"""The promise of the base: always words, never an exception, never a value in a log."""

import asyncio
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from structlog.testing import capture_logs

from actions.core import journey
from actions.core.journey import JourneyAction
from actions.core.lines import Handoff, Line, Outcome, say
from actions.core.services import Services
from actions.core.turn import Turn
from actions.registry import all_actions
from clients.errors import ClientError, Nonsense, Unreachable
from clients.vault import VaultExpired

pytestmark = pytest.mark.anyio

SECRET = "482913"


class Speaks(JourneyAction):
    """Does what the test tells it."""

    outcome: Outcome | None = None
    error: BaseException | None = None
    delay_s = 0.0

    def name(self) -> str:
        return "action_of_the_test"

    async def act(self, turn: Turn) -> Outcome | None:
        await asyncio.sleep(self.delay_s)
        if self.error is not None:
            raise self.error
        return self.outcome


def tracker(**fields: Any) -> Tracker:
    given = {
        "sender_id": "sms-x",
        "slots": {"core_introduced": True},
        "latest_message": {"text": SECRET, "intent": {"name": "greet"}, "metadata": {}},
        "events": [{"event": "user"}],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return Tracker(**(given | fields))


async def run(
    action: JourneyAction, **fields: Any
) -> tuple[list[str | None], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker(**fields), {})
    return [message["response"] for message in dispatcher.messages], events


@pytest.fixture
def action(services: Services) -> Speaks:
    return Speaks(services)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unreachable("hub"), "utter_core_hub_away"),
        (Nonsense("hub"), "utter_core_hub_away"),
        (VaultExpired(), "utter_core_value_expired"),
        (Unreachable("vault"), "utter_core_sorry"),
        (ClientError("hub", "of a new kind"), "utter_core_sorry"),
        (ValueError(f"the code was {SECRET}"), "utter_core_sorry"),
        (KeyError(SECRET), "utter_core_sorry"),
    ],
)
async def test_every_failure_is_said_and_logged_without_a_value(
    action: Speaks, error: Exception, said: str
) -> None:
    action.error = error

    with capture_logs() as logs:
        responses, events = await run(action)

    assert responses == [said]
    assert [e["name"] for e in events] == ["core_misses", "core_introduced"]
    assert [log["log_level"] for log in logs if log["event"] != "action.done"]
    assert SECRET not in str(logs)


async def test_an_action_that_takes_too_long_is_given_up(
    action: Speaks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey, "TOTAL_S", 0.01)
    action.delay_s = 1.0

    responses, _ = await run(action)

    assert responses == ["utter_core_hub_away"]


@pytest.mark.parametrize(
    "broken",
    [
        {"latest_message": {}},
        {"latest_message": {"metadata": None, "intent": None, "text": None}},
        {"latest_message": {"metadata": {"references": 7, "sender": 7, "channel": 7}}},
        {"latest_message": {"metadata": {"sender": {"reference": 1}}}},
        {"events": [{"event": "bot"}, {"event": "bot", "metadata": None}, {}]},
        {"slots": {}},
        {"events": 7},
    ],
)
async def test_every_action_answers_a_tracker_that_is_not_as_agreed(
    services: Services, broken: dict[str, Any]
) -> None:
    for each in all_actions(services):
        responses, events = await run(each, **broken)

        assert responses or events or each.name().startswith(("validate_", "action_ask_"))


async def test_none_leaves_the_turn_to_others(action: Speaks) -> None:
    assert await run(action) == ([], [])


async def test_an_outcome_becomes_events_in_order(action: Speaks) -> None:
    action.outcome = Outcome(
        lines=(Line(response="utter_one", parameters={"ends_with": "123"}, closes=True),),
        slots={"registration_number": "123"},
        ends_form=True,
        next_action="registration_form",
        handoff=Handoff(reason="asked", journey="registration_form", step=None),
    )
    dispatcher = CollectingDispatcher()

    events = await action.run(dispatcher, tracker(), {})

    assert dispatcher.messages[0]["response"] == "utter_one"
    assert dispatcher.messages[0]["ends_with"] == "123"
    assert dispatcher.messages[0]["closes"] is True
    assert dispatcher.messages[1]["custom"] == {
        "handoff": {"reason": "asked", "journey": "registration_form", "step": None}
    }
    assert [(e["event"], e.get("name"), e.get("value")) for e in events] == [
        ("slot", "registration_number", "123"),
        ("slot", "core_introduced", True),
        ("active_loop", None, None),
        ("slot", "requested_slot", None),
        ("followup", "registration_form", None),
    ]


async def test_first_contact_comes_before_the_first_words(action: Speaks) -> None:
    action.outcome = say(Line(response="utter_one"))

    first, events = await run(action, slots={})

    assert first == ["utter_core_introduction", "utter_one"]
    assert events[-1]["name"] == "core_introduced"
