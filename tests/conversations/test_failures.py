"""What a parent is told when a neighbour is away, slow or talks nonsense: honest, and no harm."""

import pytest

from clients.hub import RegistrationState
from tests.conversations.driver import Conversation, House

HONEST = ("did not answer", "went wrong", "not working", "still not answering")
STEPS = {
    "at_invitation": "ABC2-3DE4",
    "at_number": "07700 900456",
    "at_code": "246802",
}


@pytest.mark.parametrize("fault", ["away", "html", "error_in_200", "wrong_shape", "broken"])
@pytest.mark.parametrize("step", STEPS)
def test_a_hub_that_fails_leads_to_an_honest_sentence_and_changes_nothing(
    house: House, step: str, fault: str
) -> None:
    parent: Conversation = getattr(house.text(), step)()
    awaited, state = parent.awaiting, house.hub.state_of(parent.id)
    house.hub_server.fault = fault

    said = parent.all(STEPS[step])
    house.hub_server.fault = None

    assert any(words in said for words in HONEST), said
    assert "verified" not in said
    assert parent.awaiting == awaited
    assert house.hub.state_of(parent.id) is state
    assert parent.says("who are you")


def test_a_slow_hub_is_not_waited_for_longer_than_a_few_seconds(house: House) -> None:
    parent = house.text().at_code()
    house.hub_server.fault, house.hub_server.slow_s = "slow", 6.5

    said = parent.all(parent.code)
    house.hub_server.fault = None

    assert any(words in said for words in HONEST)
    assert parent.awaiting == "registration_code"
    assert "verified" in parent.all(parent.code)


def test_an_action_server_that_is_away_lets_no_code_through(house: House) -> None:
    parent = house.text().at_code()
    right = parent.code

    house.actions.stop()
    away = parent.all("999999")
    question = parent.says("why do you need that")
    house.restart_actions()
    wrong = parent.all("999999")
    done = parent.all(right)

    assert "not working on our side" in away
    assert question
    assert "verified" not in away + " ".join(question) + wrong
    assert "verified" in done
    assert house.hub.state_of(parent.id) is RegistrationState.VERIFIED


def test_a_text_that_the_messaging_service_refused_is_not_called_sent(house: House) -> None:
    parent = house.text().at_number()
    house.hub.texts_accepted = False

    said = parent.all("ok")
    house.hub.texts_accepted = True
    house.clock.advance(seconds=31)
    again = parent.all("resend")

    assert "could not send" in said
    assert "texting" not in said
    assert "texting a new code" in again
    assert "verified" in parent.all(parent.code)
