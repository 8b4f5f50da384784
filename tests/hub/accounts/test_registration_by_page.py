"""A registration that goes its whole way on the pages."""

import pytest

from hub.accounts import app_proof, completion, invitations, number_proof, registrations
from hub.accounts.errors import (
    CodeIncorrect,
    EnrolmentOver,
    NotFound,
    NumberNotVerified,
    PasswordNeeded,
    PasswordRefused,
    RegistrationComplete,
)
from tests.hub.people import PASSWORD, PLACE, Parent, register


@pytest.fixture
def registration_id(hub, invite) -> str:
    token = invite("me@example.com").link.rsplit("/", 1)[-1]
    return registrations.begin_by_link(hub, token=token, page_session="page-1").registration_id


@pytest.mark.parametrize("by", [("text",), ("app",), ("text", "app")])
def test_a_person_registers_with_either_second_factor_or_both(hub, invite, by) -> None:
    parent = register(hub, invite(), by=by)

    assert (parent.secret is not None) == ("app" in by)


def test_the_hub_opens_when_password_and_factor_are_there(hub, registration_id) -> None:
    me = Parent(hub, "me@example.com")
    with pytest.raises(NumberNotVerified):
        completion.complete(hub, registration_id)
    me.secret = app_proof.enrol(hub, registration_id).setup_key.replace(" ", "")
    proved = app_proof.confirm(hub, registration_id, typed=me.app_code())
    with pytest.raises(PasswordNeeded):
        completion.complete(hub, registration_id)
    registrations.choose_password(hub, registration_id, password=PASSWORD)

    started = completion.complete(hub, registration_id)

    assert (proved.state, proved.has_app, proved.has_number) == ("verified", True, False)
    assert me.resume(started)
    with pytest.raises(RegistrationComplete):
        app_proof.enrol(hub, registration_id)
    with pytest.raises(RegistrationComplete):
        registrations.choose_password(hub, registration_id, password=PASSWORD)


def test_a_number_that_was_given_but_not_proved_is_not_taken_over(hub, registration_id) -> None:
    from hub.accounts import sign_in

    me = Parent(hub, "me@example.com")
    registrations.choose_password(hub, registration_id, password=PASSWORD)
    registrations.give_number(hub, registration_id, typed="07700 900123")
    me.secret = app_proof.enrol(hub, registration_id).setup_key.replace(" ", "")
    app_proof.confirm(hub, registration_id, typed=me.app_code())
    completion.complete(hub, registration_id)

    ways = sign_in.pending(hub, me.begin()).ways

    assert (ways.has_app, ways.has_number) == (True, False)


def test_a_weak_password_is_refused_and_none_is_kept(hub, registration_id) -> None:
    with pytest.raises(PasswordRefused):
        registrations.choose_password(hub, registration_id, password="password12")

    assert not registrations.progress(hub, registration_id).has_password


def test_a_wrong_first_code_of_the_app_is_counted_with_those_of_the_text(
    hub, registration_id, texts
) -> None:
    registrations.give_number(hub, registration_id, typed="07700 900123")
    number_proof.send_code_now(hub, registration_id, tried_by=PLACE)
    with pytest.raises(EnrolmentOver):
        app_proof.confirm(hub, registration_id, typed="000000")
    app_proof.enrol(hub, registration_id)

    with pytest.raises(CodeIncorrect) as by_app:
        app_proof.confirm(hub, registration_id, typed="000000")
    with pytest.raises(CodeIncorrect) as by_text:
        number_proof.check_code_now(hub, registration_id, typed="000000", tried_by=PLACE)

    assert (by_app.value.tries_left, by_text.value.tries_left) == (4, 3)


def test_a_withdrawn_invitation_takes_its_registrations_with_it(hub, registration_id) -> None:
    invitations.withdraw(hub, email="me@example.com", actor="test")

    with pytest.raises(NotFound):
        registrations.progress(hub, registration_id)
    with pytest.raises(NotFound):
        completion.complete(hub, registration_id)
