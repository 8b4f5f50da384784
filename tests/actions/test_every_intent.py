"""Every intent in every form, by the rules as they are written and the actions as they run.

The same walk through Rasa itself is tests/conversations/test_matrix.py; this one costs no server.
"""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.core.intents import Intent
from actions.core.services import Services
from tests.actions.talk import STEPS, Talk
from tests.fakes.hub import FakeHub
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for file in sorted(ROOT.glob("data/*/rules.yml"))
    for rule in yaml.safe_load(file.read_text())["rules"]
]
SLOTS = yaml.safe_load((ROOT / "domain.yml").read_text())["slots"]
OPENING = {
    "registration_form": ("register", Intent.REGISTER_ACCOUNT),
    "authenticator_form": ("app", Intent.USE_AUTHENTICATOR_APP),
    "invitation_form": ("no email", Intent.INVITATION_NOT_RECEIVED),
    "password_reset_form": ("password", Intent.PASSWORD_RESET),
    "lost_phone_form": ("lost phone", Intent.LOST_PHONE),
}
MAX_REPLIES = 3


def _actions(form: str, intent: str) -> list[str]:
    """Return the actions that the rule of this intent in this form runs."""
    for rule in RULES:
        if rule["condition"] != [{"active_loop": form}]:
            continue
        named = [one for step in rule["steps"] for one in step.get("or", [step])]
        if {"intent": intent} in named:
            return [step["action"] for step in rule["steps"] if "action" in step]
    raise AssertionError(f"no rule for {intent} in {form}")


async def _answer(talk: Talk, intent: str) -> list[str]:
    """Return the names of the responses that one message gets, as Rasa would run it."""
    form = talk.flow
    said = await talk.says("words", intent)
    if said != ["(left to the rules)"]:
        return said
    said = []
    for action in _actions(form, intent):
        if action in STEPS:
            said += await _enter(talk, action)
            continue
        events, messages = await talk.run(action)
        said += [message["response"] for message in messages if message["response"]]
        followed = [event["name"] for event in events if event["event"] == "followup"]
        if followed:
            return said + await _enter(talk, followed[0])
    return said


async def _enter(talk: Talk, form: str) -> list[str]:
    """Go on in the form that was interrupted, or begin another."""
    if form == talk.flow and talk.slots.get("requested_slot") in STEPS[form]:
        _, messages = await talk.run(f"action_ask_{talk.slots['requested_slot']}")
        return [message["response"] for message in messages]
    talk.flow = form
    return await talk.goes_on()


@pytest.mark.parametrize("channel", ["sms", "webchat"])
@pytest.mark.parametrize("form", OPENING)
async def test_every_intent_in_every_form_gets_words(
    services: Services, keeper: FakeVault, hub: FakeHub, form: str, channel: str
) -> None:
    if form == "authenticator_form":
        await hub.begin_registration("AB2C-3D4E", conversation_id="sms-me", key="begin")
    begun = Talk(
        services,
        keeper,
        channel=channel,
        slots={**dict.fromkeys(SLOTS), "core_introduced": True},
        flow=form,
    )
    words, opening = OPENING[form]
    await begun.says(words, opening)

    wrong = []
    for intent in Intent:
        talk = copy.copy(begun)
        talk.slots, talk.events = dict(begun.slots), list(begun.events)
        said = await _answer(talk, intent)
        spoken = [name for name in said if name.startswith("utter_")]
        leads_on = [name for name in said if name.startswith("(on to")]
        if not (spoken or leads_on) or len(spoken) > MAX_REPLIES or len(set(said)) < len(said):
            wrong.append((intent, said))
        if "utter_core_sorry" in said or "(left to the rules)" in said:
            wrong.append((intent, said))

    assert wrong == []
