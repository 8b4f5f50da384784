"""What is written in YAML and what is written in Python agree, in both directions."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.authenticator import outcomes as authenticator
from actions.authenticator import slots as authenticator_slots
from actions.core import apologies, begun, contacts, email_address, forms, mail_request, speech
from actions.core.choices import Offer
from actions.core.form import Question
from actions.core.intents import Intent
from actions.core.lines import Line
from actions.core.mail_request import MailRequestForm
from actions.core.slots import CORE
from actions.course import outcomes as course
from actions.guidance.outcomes import ANSWERS, IN_FORM, WHY
from actions.registration import outcomes, slots
from actions.registry import ACTIONS
from actions.settings import SIGN_IN_PATH
from actions.sign_in import outcomes as sign_in
from actions.sign_in.topics import Topic
from clients.errors import ClientError
from clients.hub import (
    REFUSALS,
    Call,
    CodeFault,
    DeliveryReason,
    DeliveryState,
    NumberFault,
    RegistrationState,
)
from hub.pages import sign_in as hub_sign_in
from wire import placeholders
from wire.names import CHANNELS

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
RESPONSES: dict[str, Any] = {}
for _file in sorted(ROOT.glob("data/*/responses.yml")):
    RESPONSES |= yaml.safe_load(_file.read_text())["responses"]
RULES: list[dict[str, Any]] = list(
    chain.from_iterable(
        yaml.safe_load(file.read_text())["rules"] for file in sorted(ROOT.glob("data/*/rules.yml"))
    )
)
SAID_ELSEWHERE = {
    "utter_default",
    "utter_core_backend_away",
    "utter_edge_contact_phone",
    "utter_edge_contact_email",
    "utter_edge_contact_hours",
}
"""Said by the bot when nothing else was, and by messaging, which puts these names together."""


def _named_in_code() -> set[str]:
    sources = chain.from_iterable(
        ROOT.glob(f"{package}/**/*.py") for package in ("actions", "bot", "messaging", "webhooks")
    )
    return set(
        chain.from_iterable(
            re.findall(r'"(utter_(?!action")[a-z_0-9]+)"', source.read_text()) for source in sources
        )
    )


def _intents_of(rule: Mapping[str, Any]) -> Iterator[str]:
    for step in rule["steps"]:
        for alternative in step.get("or", [step]):
            if "intent" in alternative:
                yield alternative["intent"]


def test_the_sign_in_page_is_where_the_hub_serves_it() -> None:
    assert SIGN_IN_PATH == hub_sign_in.PATH


def test_every_response_named_in_code_exists() -> None:
    assert _named_in_code() - set(RESPONSES) == set()


def test_every_response_is_named_in_code() -> None:
    assert set(RESPONSES) - _named_in_code() - SAID_ELSEWHERE == set()


def test_every_action_of_the_domain_is_registered_and_the_reverse() -> None:
    names = [action.name(object.__new__(action)) for action in ACTIONS]

    assert len(names) == len(set(names))
    assert set(names) == set(DOMAIN["actions"])


def test_the_domain_has_the_intents_of_the_conversation() -> None:
    assert {*DOMAIN["intents"], Intent.NLU_FALLBACK} == set(Intent)
    assert len(DOMAIN["intents"]) == 32


def test_the_domain_has_the_kinds_of_placeholders_as_entities() -> None:
    assert {name for entity in DOMAIN["entities"] for name in entity} == set(placeholders.KINDS)


def test_no_slot_can_be_filled_from_a_text() -> None:
    for name, slot in DOMAIN["slots"].items():
        assert slot["mappings"] == [{"type": "custom"}], name
        assert slot["influence_conversation"] is False, name


def test_every_slot_of_the_code_is_in_the_domain_and_the_reverse() -> None:
    app = {authenticator_slots.SETUP, authenticator_slots.CODE, authenticator_slots.REGISTRATION}
    by_email = {
        f"{forms.prefix_of(form)}{what}" for form in forms.BY_EMAIL for what in ("email", "doubt")
    }

    assert {*slots.NOTHING, *CORE, *app, *by_email} == set(DOMAIN["slots"])


def test_every_slot_of_a_form_is_named_after_its_journey() -> None:
    for form, structure in DOMAIN["forms"].items():
        for slot in structure["required_slots"]:
            assert slot.startswith(forms.prefix_of(form))


def test_every_step_of_a_form_has_its_question() -> None:
    questions = {action.slot for action in ACTIONS if issubclass(action, Question)}
    asked = {slot for form in DOMAIN["forms"].values() for slot in form["required_slots"]}

    assert asked == questions
    for form in DOMAIN["forms"].values():
        for slot in form["required_slots"]:
            assert f"action_ask_{slot}" in DOMAIN["actions"]
            assert f"utter_ask_{slot}" in RESPONSES


@pytest.mark.parametrize("place", [None, *DOMAIN["forms"]])
def test_every_intent_has_exactly_one_rule_in_every_place(place: str | None) -> None:
    """What a form's step does not take must be answered by a rule of that form."""
    rules = [rule for rule in RULES if rule["condition"] == [{"active_loop": place}]]
    ruled = list(chain.from_iterable(_intents_of(rule) for rule in rules))

    assert sorted(ruled) == sorted(set(Intent))


def test_every_rule_names_its_place() -> None:
    assert [rule["rule"] for rule in RULES if "condition" not in rule] == []


def test_questions_go_to_the_action_that_has_their_answer() -> None:
    asked: set[str] = set()
    for rule in RULES:
        if {"action": "action_answer"} in rule["steps"]:
            asked |= set(_intents_of(rule))

    assert asked == set(ANSWERS)
    for answers in (*IN_FORM.values(), ANSWERS):
        assert {answer.response for answer in answers.values()} <= set(RESPONSES)


def test_every_question_of_a_form_can_be_asked_why() -> None:
    asked = {slot for form in DOMAIN["forms"].values() for slot in form["required_slots"]}

    assert {slot.rpartition("_")[2] for slot in asked} == set(WHY)


def test_a_form_that_asks_for_an_address_knows_all_that_it_says() -> None:
    journeys = [action for action in ACTIONS if issubclass(action, MailRequestForm)]

    assert {journey.form for journey in journeys} == set(forms.BY_EMAIL)
    for journey in journeys:
        for line in vars(journey.words).values():
            assert line.response in RESPONSES
            assert line.again is None or line.again in RESPONSES


def test_what_is_suggested_for_an_address_never_came_from_a_person() -> None:
    known = {*email_address.PROVIDERS, *email_address.ENDINGS.values()}

    for typed in ("jo@gmial.com", "jo@our-own-place.con", "jo@gmail.co.uk"):
        assert email_address.read(typed).suggestion in known


# ---- every outcome has a response ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (outcomes.INVITATION_REFUSED, REFUSALS[Call.BEGIN_REGISTRATION]),
        (outcomes.SEND_REFUSED, REFUSALS[Call.SEND_CODE]),
        (outcomes.NUMBER_FAULTS, NumberFault),
        (outcomes.CODE_FAULTS, CodeFault),
        (outcomes.CODE_EXPIRED, (True, False)),
        (outcomes.DELIVERY_WAIT, DeliveryState),
        (outcomes.NOT_DELIVERED, DeliveryReason),
        (begun.NEXT_STEP, set(RegistrationState) - {RegistrationState.COMPLETE}),
        (outcomes.WHERE_IN_FORM, slots.IN_ORDER),
        (outcomes.OFFER_DECLINED, set(Offer) - {Offer.HAS_INVITATION}),
        (authenticator.CODE_FAULTS, CodeFault),
        (authenticator.SHOWN, CHANNELS),
        (course.LEFT, set(DOMAIN["forms"]) - {forms.REGISTRATION}),
        (sign_in.HELP, Topic),
        (sign_in.UNFINISHED, set(RegistrationState) - {RegistrationState.COMPLETE}),
        (
            outcomes.COACHED,
            (Intent.RESEND_CODE, Intent.CODE_PROBLEM, Intent.CHANGE_PHONE_NUMBER),
        ),
        (contacts.PERSON_AGAIN, set(contacts.PERSON.values())),
    ],
)
def test_every_outcome_has_a_response(table: Mapping[Any, Any], words: Any) -> None:
    assert set(table) == set(words)
    for line in table.values():
        assert (line.response if isinstance(line, Line) else line) in RESPONSES


def _classes(kind: type[ClientError]) -> Iterator[type[ClientError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _classes(child)


def test_every_error_of_a_neighbour_has_its_apology() -> None:
    for kind in _classes(ClientError):
        error = kind.__new__(kind)
        error.neighbour, error.reason = "hub", "made for this test"

        assert apologies.apology(error).response in RESPONSES


def test_a_closing_line_leaves_nothing_to_ask_and_a_miss_is_not_progress() -> None:
    lines = chain.from_iterable(
        vars(module).values() for module in (outcomes, authenticator, course, sign_in, mail_request)
    )
    for line in lines:
        if isinstance(line, Line):
            assert not (line.offers_person and not line.closes), line.response


def test_no_line_of_the_speech_rules_is_missing() -> None:
    for line in (
        speech.SAID_BEFORE,
        speech.SAME_PROBLEM,
        speech.OFFER_PERSON,
        speech.NOT_KEPT,
    ):
        assert line.response in RESPONSES


def test_string_enums_are_spelt_once() -> None:
    for words in (Intent, Offer):
        assert issubclass(words, StrEnum)
        assert len({str(word) for word in words}) == len(words)


def test_every_button_stands_for_an_intent() -> None:
    for versions in RESPONSES.values():
        for version in versions:
            for button in version.get("buttons", []):
                assert button["payload"].removeprefix("/") in set(Intent)
