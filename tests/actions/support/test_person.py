"""A person is offered with facts, and nothing is invented where there are none."""

from dataclasses import replace
from typing import Any

import pytest

from actions.core.services import Desk, Services
from clients.errors import ClientError, Unreachable
from clients.messaging import Offer
from tests.actions.talk import Talk
from tests.fakes.vault import FakeVault

pytestmark = pytest.mark.anyio

OPEN = Offer(
    team="the SEND team",
    is_open=True,
    back=None,
    wait=None,
    number_ends_with="123",
    version="2026-11",
)


class FakeOffers:
    """The messaging service's door."""

    def __init__(self, offer: Offer | None, error: ClientError | None = None) -> None:
        self._offer = offer
        self._error = error

    def offer(self, conversation_id: str) -> Offer | None:
        if self._error is not None:
            raise self._error
        return self._offer


async def asked(services: Services, keeper: FakeVault, offers: FakeOffers | None) -> Any:
    desk = None if offers is None else Desk(offers)
    talk = Talk(replace(services, desk=desk), keeper)
    talk.slots["core_introduced"] = True
    talk.hears("a person please", "talk_to_human")
    _, messages = await talk.run("action_talk_to_person")
    names = [message["response"] for message in messages if message["response"]]
    hints = [m["custom"]["handoff"] for m in messages if m.get("custom", {}).get("handoff")]
    return names, hints[0], messages


CONTACT = "utter_support_person_phone_email_hours"
MONDAY = "on Monday at 9am"
CHOICE = "utter_support_offer_choice"
NUMBER = "utter_support_offer_choice_number"


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["utter_support_offer_open", CONTACT, NUMBER]),
        ({"wait": "about 10 minutes"}, ["utter_support_offer_open_wait", CONTACT, NUMBER]),
        ({"is_open": False, "back": MONDAY}, ["utter_support_offer_closed", CONTACT, NUMBER]),
        ({"is_open": False}, ["utter_support_offer_hours_unset", CONTACT, NUMBER]),
        ({"is_open": None}, ["utter_support_offer_hours_unset", CONTACT, NUMBER]),
        ({"number_ends_with": None}, ["utter_support_offer_open", CONTACT, CHOICE]),
    ],
)  # fmt: skip
async def test_an_offer_says_what_is_known(
    services: Services, keeper: FakeVault, changes: dict[str, Any], names: list[str]
) -> None:
    said, hint, _ = await asked(services, keeper, FakeOffers(replace(OPEN, **changes)))

    assert said == names
    assert hint["offer"] == "2026-11"
    assert hint["facts"]["verified"].startswith("no")


@pytest.mark.parametrize(
    "offers", [None, FakeOffers(None), FakeOffers(OPEN, Unreachable("messaging"))]
)
async def test_without_a_helpdesk_to_pass_to_phone_and_email_are_named(
    services: Services, keeper: FakeVault, offers: FakeOffers | None
) -> None:
    said, hint, _ = await asked(services, keeper, offers)

    assert said == [CONTACT]
    assert "offer" not in hint


async def test_a_hub_that_is_away_keeps_nobody_from_a_person(
    services: Services, keeper: FakeVault
) -> None:
    services.hub.fails_with["registration_of"] = Unreachable("hub")  # type: ignore[attr-defined]

    said, hint, _ = await asked(services, keeper, FakeOffers(OPEN))

    assert said[0] == "utter_support_offer_open"
    assert hint["facts"]["verified"] == "not known: the hub did not answer"


async def test_the_same_offer_twice_keeps_its_words(services: Services, keeper: FakeVault) -> None:
    talk = Talk(replace(services, desk=Desk(FakeOffers(OPEN))), keeper)
    talk.slots["core_introduced"] = True
    for _ in range(2):
        talk.hears("a person please", "talk_to_human")
        _, messages = await talk.run("action_talk_to_person")

    assert next(m["response"] for m in messages if m["response"]) == "utter_support_offer_open"
