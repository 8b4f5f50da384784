"""What is asked of the hub by an email address: a new invitation, a reset link, a call back."""

from collections.abc import Callable

import pytest

from tests.conversations.driver import Conversation, House

JOURNEYS: dict[str, tuple[Callable[[Conversation], Conversation], str, str]] = {
    # where the address is asked for, what the hub is asked for, what is said then
    "invitation": (Conversation.at_new_invitation, "ask_for_invitation", "asked the hub"),
    "password": (Conversation.at_password, "ask_for_password_reset", "asked the hub"),
    "lost phone": (Conversation.at_lost_phone, "ask_for_factor_help", "asked for a call"),
}
OPENING = {
    "invitation": ("i havent received an email", "junk"),
    "password": ("i forgot my password", '"Reset password"'),
    "lost phone": ("i lost my phone", "recovery codes"),
}


def _address(of: Conversation) -> str:
    return f"jo.{of.id[-8:]}@gmail.com".lower()


def _asked_by(house: House, address: str) -> list[str]:
    return [kind for kind, given in house.hub.asked if given == address]


@pytest.mark.parametrize("channel", ["text", "chat"])
@pytest.mark.parametrize("journey", JOURNEYS)
def test_the_way_without_us_is_said_first_and_the_hub_is_asked_on_request(
    house: House, journey: str, channel: str
) -> None:
    _, kind, done = JOURNEYS[journey]
    sentence, advice = OPENING[journey]
    parent: Conversation = getattr(house, channel)()
    address = _address(parent)

    coached = parent.all(sentence)
    before = list(house.hub.asked)
    acted = parent.all(f"its {address}")
    after = parent.awaiting
    thanked = parent.all("what is the local offer")

    assert advice in coached
    assert address not in str(before)
    assert done in acted
    assert _asked_by(house, address) == [kind]
    assert after is None
    assert "Local Offer" in thanked


@pytest.mark.parametrize("journey", JOURNEYS)
def test_an_address_is_never_said_to_be_known_and_never_repeated(
    house: House, journey: str
) -> None:
    at = JOURNEYS[journey][0]
    known, unknown = at(house.text()), at(house.text())

    to_known = known.all(_address(known))
    to_unknown = unknown.all(_address(unknown))

    assert to_known == to_unknown
    assert "If " in to_known
    assert "gmail" not in to_known


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize(("answer", "end"), [("ok", "gmail.com"), ("no", "gmial.com")])
def test_a_mistyped_address_is_asked_about_and_never_mended_in_silence(
    house: House, journey: str, answer: str, end: str
) -> None:
    at, kind, done = JOURNEYS[journey]
    parent = at(house.text())
    local = f"jo.{parent.id[-8:]}"

    asked = parent.all(f"{local}@gmial.com")
    before = [address for _, address in house.hub.asked if local in address]
    settled = parent.all(answer)

    assert "gmail.com" in asked
    assert before == []
    assert done in settled
    assert _asked_by(house, f"{local}@{end}".lower()) == [kind]


def test_another_address_in_the_place_of_the_doubted_one(house: House) -> None:
    parent = house.text().at_password()
    right = _address(parent)

    parent.says("jo@gmial.com")
    said = parent.all(f"no wait its {right}")

    assert "asked the hub" in said
    assert _asked_by(house, right) == ["ask_for_password_reset"]


@pytest.mark.parametrize(
    "typed",
    [
        "{local} at gmail dot com",
        "{local} @ gmail.com",
        "{local}@gmail .com",
        "its {local}@gmail.com thanks",
    ],
)
def test_an_address_in_other_writing_is_taken(house: House, typed: str) -> None:
    parent = house.text().at_new_invitation()
    local = f"jo{parent.id[-8:]}"

    parent.says(typed.format(local=local))

    assert _asked_by(house, f"{local}@gmail.com".lower()) == ["ask_for_invitation"]


def test_a_correction_after_the_hub_was_asked_goes_to_the_same_request(house: House) -> None:
    parent = house.text().at_password()
    wrong, right = _address(parent), "other." + _address(parent)
    parent.says(wrong)

    said = parent.all(f"sorry that was wrong, its {right}")

    assert "asked the hub" in said
    assert _asked_by(house, right) == ["ask_for_password_reset"]


def test_an_address_given_before_it_is_asked_for_is_not_asked_for_again(house: House) -> None:
    parent = house.text()
    address = _address(parent)

    what_for = parent.all(f"my email is {address}")
    done = parent.all("password")

    assert "new invitation" in what_for
    assert "asked the hub" in done
    assert _asked_by(house, address) == ["ask_for_password_reset"]


def test_an_address_in_the_same_text_as_the_wish(house: House) -> None:
    parent = house.text()
    address = _address(parent)

    said = parent.all(f"i havent received an email. my address is {address}")

    assert "asked the hub" in said
    assert _asked_by(house, address) == ["ask_for_invitation"]


def test_two_addresses_in_one_text_are_asked_about(house: House) -> None:
    parent = house.text().at_password()

    said = parent.all("jo.a1@gmail.com or maybe jo.b2@hotmail.com")

    assert "more than one" in said
    assert parent.awaiting == "password_reset_email"
    assert "jo.a1@gmail.com" not in str(house.hub.asked)


@pytest.mark.parametrize("typed", ["jo@nowhere", "my address is jo@"])
def test_what_is_no_address_is_asked_for_again(house: House, typed: str) -> None:
    parent = house.text().at_password()

    first = parent.all(typed)
    second = parent.all(typed)

    assert "email address" in first
    assert "person" in second
    assert parent.awaiting == "password_reset_email"


def test_too_many_requests_say_until_when(house: House) -> None:
    parent = house.text()
    address = _address(parent)
    for _ in range(3):
        parent.says("i havent received an email")
        parent.says(address)

    parent.says("i havent received an email")
    said = parent.all(address)

    assert "until" in said
    assert "person" in said
    assert "asked the hub" not in said
    assert _asked_by(house, address) == ["ask_for_invitation"] * 3


def test_asked_a_second_time_the_first_request_is_not_forgotten(house: House) -> None:
    parent = house.text().at_new_invitation()
    parent.says(_address(parent))

    again = parent.all("still no email")

    assert "already" in again
    assert parent.awaiting == "invitation_email"


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_question_in_the_middle_is_answered_and_the_address_asked_for_again(
    house: House, journey: str
) -> None:
    parent = JOURNEYS[journey][0](house.text())
    awaited = parent.awaiting

    said = parent.says("why do you need that")

    assert "address" in said[0]
    assert "email address" in said[-1]
    assert parent.awaiting == awaited


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("words", ["no thanks", "thank you", "exit"])
def test_nobody_is_kept_who_was_helped_by_the_advice(
    house: House, journey: str, words: str
) -> None:
    parent = JOURNEYS[journey][0](house.text())

    said = parent.says(words)

    assert len(said) == 1
    assert parent.awaiting is None


def test_no_in_the_middle_of_the_registration_leads_to_a_new_invitation(house: House) -> None:
    parent = house.text().at_invitation()

    said = parent.all("no i havent got one")
    asked = parent.awaiting
    parent.says(_address(parent))
    registering = parent.all(f"found it, {parent.invited()}")

    assert "junk" in said
    assert asked == "invitation_email"
    assert _asked_by(house, _address(parent)) == ["ask_for_invitation"]
    assert parent.awaiting == "registration_number"
    assert "ending 123" in registering


def test_the_invitation_found_while_asking_for_a_new_one(house: House) -> None:
    parent = house.text().at_new_invitation()

    said = parent.all(f"oh found it {parent.invited()}")

    assert parent.awaiting == "registration_number"
    assert "ending 123" in said


@pytest.mark.parametrize(
    ("sentence", "slot"),
    [
        ("i lost my phone", "lost_phone_email"),
        ("i havent received an email", "invitation_email"),
        ("i want to register", "registration_invitation"),
    ],
)
def test_from_a_password_to_another_matter(house: House, sentence: str, slot: str) -> None:
    parent = house.text().at_password()

    said = parent.says(sentence)

    assert said
    assert parent.awaiting == slot


def test_a_lost_second_factor_is_never_changed_by_the_assistant_alone(house: House) -> None:
    parent = house.chat().at_lost_phone()

    said = parent.all("just put my new number in, 07700 900572")
    done = parent.all(_address(parent))

    assert "email address" in said
    assert "cannot change" in done
    assert "If that address has an account" in done
    assert house.hub.number_of(parent.id) is None


def test_a_person_is_there_in_every_one_of_them(house: House) -> None:
    for journey, (at, _, _) in JOURNEYS.items():
        parent = at(house.text())
        awaited = parent.awaiting

        said = parent.all("i want to talk to a person")

        assert "01234 567890" in said, journey
        assert parent.last is not None
        assert parent.last.handoff is not None
        assert parent.awaiting == awaited


@pytest.mark.parametrize("fault", ["away", "html", "error_in_200", "broken"])
@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_hub_that_fails_is_not_said_to_have_been_asked(
    house: House, journey: str, fault: str
) -> None:
    at, kind, done = JOURNEYS[journey]
    parent = at(house.text())
    awaited, address = parent.awaiting, _address(parent)
    house.hub_server.fault = fault

    failed = parent.all(address)
    house.hub_server.fault = None
    still = parent.awaiting
    again = parent.all(address)

    assert done not in failed
    assert "did not answer" in failed
    assert still == awaited
    assert done in again
    assert _asked_by(house, address) == [kind]


def test_the_same_turn_handed_in_twice_asks_once(house: House) -> None:
    parent = house.text().at_password()
    address = _address(parent)

    first = parent.says(address, turn_id=f"twice-{parent.id}")
    second = parent.says(address, turn_id=f"twice-{parent.id}")

    assert first == second
    assert _asked_by(house, address) == ["ask_for_password_reset"]
