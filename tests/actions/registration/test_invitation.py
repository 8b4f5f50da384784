"""The step of the invitation code."""

import pytest

from tests.actions.talk import Talk
from tests.fakes.hub import FakeHub

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_SENDER = "utter_ask_registration_number_sender"


async def test_the_exact_events_of_an_accepted_invitation(talk: Talk, hub: FakeHub) -> None:
    talk.hears("AB2C-3D4E", "give_code")
    talk.form = "registration_form"
    talk.slots |= {"requested_slot": "registration_invitation", "registration_looked_up": True}

    events, messages = await talk.run("validate_registration_form")

    registration = await hub.registration_of(ME)
    assert registration is not None
    assert {e["name"]: e["value"] for e in events if e["event"] == "slot"} == {
        "registration_invitation": registration.registration_id,
        "registration_number": None,
        "registration_code": None,
        "registration_looked_up": True,
        "registration_given_number": None,
    }
    assert messages == []


async def test_a_number_before_the_invitation_is_kept_for_its_turn(
    talk: Talk, hub: FakeHub
) -> None:
    await talk.says("register", "register_account")
    early = await talk.says("my number is 07700 900456", "give_phone_number")
    invited = await talk.says("AB2C-3D4E", "give_code")

    assert early == ["utter_registration_invitation_first"]
    assert invited == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_invitation_and_number_in_one_text(talk: Talk, hub: FakeHub) -> None:
    said = await talk.says("AB2C-3D4E and 07700 900456", "give_code")

    assert said == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("ZZ99-ZZ99", "give_code", "utter_registration_invitation_not_recognised"),
        ("EX22-PRED", "give_code", "utter_registration_invitation_expired"),
        ("123456", "give_code", "utter_registration_invitation_not_a_code"),
        ("AB2C-3D4E or ZZ99-ZZ99", "give_code", "utter_registration_invitation_several"),
        ("its on the email", "give_code", "utter_registration_invitation_format"),
        ("yes i have it", "affirm", "utter_registration_invitation_have_it"),
        ("no", "deny", "(on to invitation_form)"),
    ],
)
async def test_what_is_not_an_invitation_code_gets_a_clear_answer(
    talk: Talk, hub: FakeHub, text: str, intent: str, said: str
) -> None:
    hub.invite("EX22-PRED", "expired")
    await talk.says("register", "register_account")

    assert await talk.says(text, intent) == [said]
    assert talk.slots["registration_invitation"] is None


async def test_an_invitation_code_of_digits_alone_is_still_one(talk: Talk, hub: FakeHub) -> None:
    hub.invite("1234-5678")
    await talk.says("register", "register_account")

    assert await talk.says("12345678", "give_code") == [ASK_SENDER]


async def test_a_completed_invitation_leads_to_signing_in(talk: Talk, hub: FakeHub) -> None:
    hub.invite("D0NE-2222", "complete")
    await talk.says("register", "register_account")

    assert await talk.says("D0NE-2222", "give_code") == ["utter_registration_already_complete"]
    assert talk.form is None


async def test_too_many_wrong_invitations_say_until_when(talk: Talk) -> None:
    await talk.says("register", "register_account")
    for attempt in range(5):
        await talk.says(f"ZZ99-ZZ9{attempt}", "give_code")

    said = await talk.says("AB2C-3D4E", "give_code")

    assert said == ["utter_registration_invitation_too_many"]
    assert talk.last_facts(said[0])["until"] == "2:15pm"
