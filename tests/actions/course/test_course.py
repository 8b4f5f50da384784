"""Leaving a form, beginning it again, going on to another, an address out of the blue."""

import pytest

from actions.core import forms
from tests.actions.talk import Talk

pytestmark = pytest.mark.anyio


@pytest.fixture
def in_form(talk: Talk) -> Talk:
    talk.form = forms.PASSWORD_RESET
    talk.slots |= {
        "password_reset_email": None,
        "password_reset_doubt": {"reference": "0" * 32, "suggestion": "gmail.com"},
        "requested_slot": "password_reset_email",
        "registration_invitation": "kept",
        "core_misses": 2,
    }
    return talk


@pytest.mark.parametrize("action", ["action_leave", "action_begin_again", "action_switch"])
async def test_the_forms_own_slots_are_forgotten_and_no_others(in_form: Talk, action: str) -> None:
    in_form.hears("exit", "stop_or_cancel")

    await in_form.run(action)

    assert in_form.slots["password_reset_doubt"] is None
    assert in_form.slots["registration_invitation"] == "kept"
    assert in_form.slots["core_misses"] == 0


async def test_leaving_ends_the_form_and_says_so(in_form: Talk) -> None:
    in_form.hears("exit", "stop_or_cancel")

    events, messages = await in_form.run("action_leave")

    assert {"event": "active_loop", "timestamp": None, "name": None} in events
    assert [message["response"] for message in messages] == ["utter_course_left"]


async def test_going_on_says_nothing_itself(in_form: Talk) -> None:
    in_form.hears("i want to register", "register_account")

    _, messages = await in_form.run("action_switch")

    assert messages == []
    assert in_form.slots["requested_slot"] is None


async def test_an_address_after_a_request_goes_to_the_same_request(talk: Talk) -> None:
    talk.slots["core_mail_form"] = forms.LOST_PHONE
    talk.hears("sorry its jo@gmail.com", "give_email")

    events, messages = await talk.run("action_take_email")

    assert [e["name"] for e in events if e["event"] == "followup"] == [forms.LOST_PHONE]
    assert messages == []


async def test_an_address_with_its_purpose_goes_there(talk: Talk) -> None:
    talk.hears("jo@gmail.com. i never got an email", "give_email", "invitation_not_received")

    events, _ = await talk.run("action_take_email")

    assert [e["name"] for e in events if e["event"] == "followup"] == [forms.INVITATION]


async def test_an_address_out_of_the_blue_is_kept_by_reference(talk: Talk) -> None:
    talk.hears("jo@gmail.com", "give_email")

    _, messages = await talk.run("action_take_email")

    assert [message["response"] for message in messages] == ["utter_course_email_what_for"]
    assert talk.services.vault is not None
    assert "gmail" not in str(talk.slots)
    assert talk.slots["core_given_email"]
