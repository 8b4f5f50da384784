"""Changing second factors while signed in."""

from datetime import timedelta

import pytest

from hub.accounts import factor_changes, password_change, sessions, sign_in
from hub.accounts.errors import (
    CodeExpired,
    CodeIncorrect,
    EnrolmentOver,
    FactorNotSet,
    LastFactor,
    NoCodeSent,
    NumberNotAccepted,
    PasswordRefused,
    SignInNeeded,
    SignInRejected,
)
from tests.hub.people import PASSWORD, PLACE

OTHER = "07700 900456"


def begin_number(hub, person, here) -> None:
    factor_changes.send_code(hub, here, number=OTHER, tried_by=PLACE)


def begin_app(hub, person, here) -> None:
    person.secret = factor_changes.enrol_app(hub, here).setup_key.replace(" ", "")


CHANGES = {
    "give a number": (
        lambda *_: None,
        lambda hub, _, here: factor_changes.send_code(hub, here, number=OTHER, tried_by=PLACE),
    ),
    "have its code sent again": (
        begin_number,
        lambda hub, _, here: factor_changes.resend_code(hub, here, tried_by=PLACE),
    ),
    "confirm the number": (
        begin_number,
        lambda hub, person, here: factor_changes.confirm_number(
            hub, here, typed=person.newest_code(), tried_by=PLACE
        ),
    ),
    "see an app's QR code": (
        lambda *_: None,
        lambda hub, _, here: factor_changes.enrol_app(hub, here),
    ),
    "see it again": (begin_app, lambda hub, _, here: factor_changes.enrol_app(hub, here)),
    "confirm the app": (
        begin_app,
        lambda hub, person, here: factor_changes.confirm_app(hub, here, typed=person.app_code()),
    ),
    "remove the app": (lambda *_: None, lambda hub, _, here: factor_changes.remove_app(hub, here)),
    "remove the number": (
        lambda *_: None,
        lambda hub, _, here: factor_changes.remove_number(hub, here),
    ),
    "make recovery codes": (
        lambda *_: None,
        lambda hub, _, here: factor_changes.make_recovery_codes(hub, here),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("age_s", "passes"), [(299, True), (300, False), (301, False)])
def test_a_factor_is_changed_within_five_minutes_of_both_factors(
    hub, both, clock, change, age_s, passes
) -> None:
    begin, take = CHANGES[change]
    here = both.sign_in_by_text()
    begin(hub, both, here)
    clock.pass_by(age_s)

    if passes:
        take(hub, both, here)
        return
    with pytest.raises(SignInNeeded):
        take(hub, both, here)


def test_an_app_that_was_being_set_up_is_the_same_after_confirming_who_one_is(
    hub, parent, clock
) -> None:
    here = parent.sign_in_by_text()
    before = factor_changes.enrol_app(hub, here)
    clock.pass_by(600)

    after = factor_changes.enrol_app(hub, parent.confirm_who(here))

    assert (after.setup_key, after.authenticator_id) == (before.setup_key, before.authenticator_id)


def test_a_new_number_is_proved_then_used_and_the_old_one_told(hub, parent, clock) -> None:
    signed_in = parent.sign_in_by_text()
    factor_changes.send_code(hub, signed_in, number=OTHER, tried_by=PLACE)
    waiting = factor_changes.number_in_change(hub, signed_in)

    factor_changes.confirm_number(hub, signed_in, typed=parent.newest_code(), tried_by=PLACE)

    told = [text for text in parent.texts.all if text.purpose == "notice"]
    assert waiting == "456"
    assert told == []  # the relay has not run yet
    assert parent.notices() == ["The mobile number of your EHC Hub account was changed"] * 2
    assert factor_changes.settings_of(hub, signed_in).ways.number_ends_with == "456"
    clock.pass_by(60)
    assert parent.sign_in_by_text()
    assert parent.texts.all[-1].to == "+447700900456"


def test_the_notice_of_a_new_number_goes_to_the_old_one(hub, parent) -> None:
    from hub.accounts import relay

    signed_in = parent.sign_in_by_text()
    factor_changes.send_code(hub, signed_in, number=OTHER, tried_by=PLACE)
    factor_changes.confirm_number(hub, signed_in, typed=parent.newest_code(), tried_by=PLACE)
    while relay.sweep(hub):
        pass

    notice = next(text for text in parent.texts.all if text.purpose == "notice")
    assert notice.to == "+447700900123"
    assert len(notice.body) <= 160


def test_until_it_is_proved_the_old_number_stays(hub, parent) -> None:
    signed_in = parent.sign_in_by_text()
    factor_changes.send_code(hub, signed_in, number=OTHER, tried_by=PLACE)

    with pytest.raises(CodeIncorrect):
        factor_changes.confirm_number(hub, signed_in, typed="000000", tried_by=PLACE)

    assert factor_changes.settings_of(hub, signed_in).ways.number_ends_with == "123"


def test_the_code_to_a_new_number_is_sent_again_without_giving_it_again(hub, parent, clock) -> None:
    signed_in = parent.sign_in_by_text()
    factor_changes.send_code(hub, signed_in, number=OTHER, tried_by=PLACE)
    first = parent.newest_code()
    clock.pass_by(30)

    sent = factor_changes.resend_code(hub, signed_in, tried_by=PLACE)

    assert (sent.sent, parent.newest_code()) == ("same", first)
    assert factor_changes.text_state(hub, signed_in).resend_after_s == 40


def test_an_expired_code_to_a_new_number_brings_a_new_one(hub, parent, clock) -> None:
    """Where a setting lets codes expire before both factors are asked for again."""
    limits = hub.limits.model_copy(update={"reauthentication": timedelta(minutes=11)})
    object.__setattr__(hub, "limits", limits)
    signed_in = parent.sign_in_by_text()
    factor_changes.send_code(hub, signed_in, number=OTHER, tried_by=PLACE)
    clock.pass_by(600)

    with pytest.raises(CodeExpired) as refusal:
        factor_changes.confirm_number(hub, signed_in, typed=parent.newest_code(), tried_by=PLACE)

    assert refusal.value.outgoing_id
    factor_changes.confirm_number(hub, signed_in, typed=parent.newest_code(), tried_by=PLACE)


def test_a_number_that_cannot_be_texted_is_refused(hub, parent) -> None:
    with pytest.raises(NumberNotAccepted):
        factor_changes.send_code(
            hub, parent.sign_in_by_text(), number="01785 123456", tried_by=PLACE
        )


def test_a_code_without_a_number_in_change_is_not_known(hub, parent) -> None:
    signed_in = parent.sign_in_by_text()

    with pytest.raises(NoCodeSent):
        factor_changes.confirm_number(hub, signed_in, typed="123456", tried_by=PLACE)
    with pytest.raises(NoCodeSent):
        factor_changes.resend_code(hub, signed_in, tried_by=PLACE)
    assert factor_changes.number_in_change(hub, signed_in) is None


def test_another_browser_cannot_confirm_the_number(hub, both, clock) -> None:
    mine = both.sign_in_by_text()
    factor_changes.send_code(hub, mine, number=OTHER, tried_by=PLACE)
    code = both.newest_code()
    other = both.sign_in_by_app()

    with pytest.raises(NoCodeSent):
        factor_changes.confirm_number(hub, other, typed=code, tried_by=PLACE)


def test_an_app_is_added_with_its_first_code_and_told_by_text_and_mail(hub, parent) -> None:
    signed_in = parent.sign_in_by_text()
    enrolment = factor_changes.enrol_app(hub, signed_in)
    parent.secret = enrolment.setup_key.replace(" ", "")

    factor_changes.confirm_app(hub, signed_in, typed=parent.app_code())

    assert parent.notices() == ["An authenticator app was set up for your EHC Hub account"] * 2
    assert parent.finish(parent.begin(), "app", parent.app_code(steps=1))


def test_a_new_app_takes_the_place_of_the_old(hub, app_user, clock) -> None:
    signed_in = app_user.sign_in_by_app()
    old = app_user.secret
    enrolment = factor_changes.enrol_app(hub, signed_in)
    app_user.secret = enrolment.setup_key.replace(" ", "")
    factor_changes.confirm_app(hub, signed_in, typed=app_user.app_code())
    clock.pass_by(60)

    assert app_user.sign_in_by_app()
    app_user.secret = old
    with pytest.raises(CodeIncorrect):
        app_user.sign_in_by_app()


def test_a_page_that_is_loaded_again_shows_the_same_setup_key(hub, parent, clock) -> None:
    signed_in = parent.sign_in_by_text()
    first = factor_changes.enrol_app(hub, signed_in)
    clock.pass_by(299)
    second = factor_changes.enrol_app(hub, signed_in)

    assert first == second
    assert first.setup_key not in repr(first)


@pytest.mark.parametrize(("age_s", "is_over"), [(3599, False), (3600, True)])
def test_after_an_hour_the_setup_key_is_over(hub, parent, clock, age_s, is_over) -> None:
    here = parent.sign_in_by_text()
    parent.secret = factor_changes.enrol_app(hub, here).setup_key.replace(" ", "")
    clock.pass_by(900)
    here = parent.confirm_who(here)
    clock.pass_by(900)
    here = parent.confirm_who(here)
    clock.pass_by(age_s - 1800 - 60)
    here = parent.confirm_who(here)
    clock.pass_by(60)

    if is_over:
        with pytest.raises(EnrolmentOver):
            factor_changes.confirm_app(hub, here, typed=parent.app_code())
        return
    factor_changes.confirm_app(hub, here, typed=parent.app_code())


@pytest.mark.parametrize(("age_s", "is_recent"), [(299, True), (300, False)])
def test_the_settings_tell_whether_factors_can_be_changed(
    hub, both, clock, age_s, is_recent
) -> None:
    signed_in = both.sign_in_by_text()
    clock.pass_by(age_s)

    assert factor_changes.settings_of(hub, signed_in).has_recent_sign_in is is_recent


def test_the_last_factor_stays(hub, parent, app_user) -> None:
    with pytest.raises(LastFactor):
        factor_changes.remove_number(hub, parent.sign_in_by_text())
    with pytest.raises(LastFactor):
        factor_changes.remove_app(hub, app_user.sign_in_by_app())


def test_an_app_beside_a_number_can_be_taken_away_and_it_is_told(hub, both) -> None:
    signed_in = both.sign_in_by_text()

    factor_changes.remove_app(hub, signed_in)

    with pytest.raises(FactorNotSet):
        factor_changes.remove_app(hub, signed_in)
    assert both.notices() == ["The authenticator app was removed from your EHC Hub account"] * 2


def test_a_number_beside_an_app_can_be_taken_away_and_it_is_told(hub, both) -> None:
    signed_in = both.sign_in_by_app()

    factor_changes.remove_number(hub, signed_in)

    with pytest.raises(FactorNotSet):
        factor_changes.remove_number(hub, signed_in)
    assert both.notices() == ["The mobile number was removed from your EHC Hub account"] * 2


def test_the_settings_tell_what_there_is(hub, both, clock) -> None:
    both.sign_in_by_text()
    here = both.sign_in_by_app()

    settings = factor_changes.settings_of(hub, here)

    assert settings.ways.has_app
    assert settings.ways.number_ends_with == "123"
    assert settings.other_sessions == 2  # the registration's own, unused for 15 minutes, counts
    assert settings.password_set_at is not None


def test_signing_out_everywhere_ends_every_browser(hub, both) -> None:
    first = sign_in.finish(hub, both.begin(), method="app", typed=both.app_code())
    here = both.sign_in_by_text()

    ended = sessions.end_others(hub, here)

    assert ended >= 1
    assert sessions.resume(hub, first.token) is None
    assert sessions.end_everywhere(hub, here) == 1


def test_a_password_is_changed_by_who_knows_it(hub, both) -> None:
    there = sign_in.finish(hub, both.begin(), method="app", typed=both.app_code())
    here = both.sign_in_by_text()

    with pytest.raises(SignInRejected):
        password_change.change(hub, here, current="wrong", password="seven quiet harbours")
    with pytest.raises(PasswordRefused):
        password_change.change(hub, here, current=PASSWORD, password="password12")
    password_change.change(hub, here, current=PASSWORD, password="seven quiet harbours")

    assert sessions.resume(hub, there.token) is None
    assert factor_changes.settings_of(hub, here).other_sessions == 0
    assert both.begin("seven quiet harbours")
    assert "The password of your EHC Hub account was changed" in both.notices()
