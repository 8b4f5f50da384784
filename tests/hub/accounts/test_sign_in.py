"""Signing in: the password, then a second factor."""

import pytest

from hub.accounts import sessions, sign_in
from hub.accounts.errors import (
    CodeExpired,
    CodeIncorrect,
    CodeMalformed,
    CodeUsed,
    EmailNotAccepted,
    FactorNotSet,
    Locked,
    NoCodeSent,
    NotFound,
    SignInOver,
    SignInRejected,
    TextNotAccepted,
    TooManyTries,
)
from tests.hub.people import PASSWORD, PLACE


def begin(hub, email: str, password: str, place: str = PLACE) -> str:
    return sign_in.begin(hub, email=email, password=password, tried_by=place).token


def test_password_and_texted_code_open_a_session(hub, parent) -> None:
    token = begin(hub, parent.email, PASSWORD)
    waiting = sign_in.pending(hub, token)

    sign_in.send_code(hub, token)
    started = sign_in.finish(hub, token, method="text", typed=parent.newest_code())

    assert (waiting.ways.number_ends_with, waiting.ways.has_app) == ("123", False)
    assert sessions.resume(hub, started.token).account_id == started.account_id


def test_password_and_app_open_a_session(hub, app_user) -> None:
    signed_in = app_user.sign_in_by_app()

    assert signed_in.authenticated_at == hub.clock.now()


def test_every_sign_in_has_a_session_of_its_own(hub, app_user, clock) -> None:
    first = app_user.sign_in_by_app()
    clock.pass_by(30)
    second = app_user.sign_in_by_app()

    assert first.session_id != second.session_id


def test_the_password_alone_opens_nothing(hub, parent) -> None:
    token = begin(hub, parent.email, PASSWORD)

    assert sessions.resume(hub, token) is None


@pytest.mark.parametrize("address", ["known", "unknown", "invited only"])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    hub, parent, invite, address
) -> None:
    email = {
        "known": parent.email,
        "unknown": "nobody@example.com",
        "invited only": invite().email,
    }[address]

    with pytest.raises(SignInRejected) as refusal:
        begin(hub, email, "wrong password")

    assert str(refusal.value) == ""


def test_an_address_that_is_none_is_said_to_be_none(hub) -> None:
    with pytest.raises(EmailNotAccepted):
        begin(hub, "no address", PASSWORD)


@pytest.mark.parametrize("is_known", [True, False])
def test_the_tenth_wrong_password_locks_for_fifteen_minutes(hub, parent, clock, is_known) -> None:
    email = parent.email if is_known else "nobody@example.com"
    for _ in range(10):
        with pytest.raises(SignInRejected):
            begin(hub, email, "wrong password")

    with pytest.raises(TooManyTries) as refusal:
        begin(hub, email, PASSWORD)
    clock.pass_by(899)
    with pytest.raises(TooManyTries):
        begin(hub, email, PASSWORD)

    assert refusal.value.retry_after_s == 900


def test_after_the_lock_the_right_password_is_right_again(hub, parent, clock) -> None:
    for _ in range(10):
        with pytest.raises(SignInRejected):
            begin(hub, parent.email, "wrong password")
    clock.pass_by(900)

    assert begin(hub, parent.email, PASSWORD)


def test_nine_wrong_passwords_lock_nothing_and_right_ones_are_not_counted(hub, parent) -> None:
    for _ in range(9):
        with pytest.raises(SignInRejected):
            begin(hub, parent.email, "wrong password")

    for _ in range(3):
        assert begin(hub, parent.email, PASSWORD)
    with pytest.raises(SignInRejected):
        begin(hub, parent.email, "wrong password")
    with pytest.raises(TooManyTries):
        begin(hub, parent.email, PASSWORD)


def test_wrong_passwords_older_than_a_quarter_of_an_hour_are_forgotten(hub, parent, clock) -> None:
    with pytest.raises(SignInRejected):
        begin(hub, parent.email, "wrong password")
    clock.pass_by(900)
    for _ in range(9):
        with pytest.raises(SignInRejected):
            begin(hub, parent.email, "wrong password")

    assert begin(hub, parent.email, PASSWORD)


@pytest.mark.parametrize(("age_s", "is_over"), [(899, False), (900, True)])
def test_between_password_and_code_a_quarter_of_an_hour_may_pass(
    hub, app_user, clock, age_s, is_over
) -> None:
    token = app_user.begin()
    clock.pass_by(age_s)

    if not is_over:
        assert app_user.finish(token, "app", app_user.app_code())
        return
    with pytest.raises(SignInOver):
        app_user.finish(token, "app", app_user.app_code())


def test_a_sign_in_is_finished_once(hub, app_user, clock) -> None:
    token = app_user.begin()
    app_user.finish(token, "app", app_user.app_code())
    clock.pass_by(30)

    with pytest.raises(SignInOver):
        app_user.finish(token, "app", app_user.app_code())


def test_a_token_that_was_never_given_leads_nowhere(hub) -> None:
    for step in (sign_in.pending, sign_in.send_code, sign_in.text_state, sign_in.ask_for_help):
        with pytest.raises(SignInOver):
            step(hub, "invented")


def test_the_same_code_of_the_app_is_not_accepted_twice(hub, app_user) -> None:
    app_user.sign_in_by_app()

    with pytest.raises(CodeUsed):
        app_user.sign_in_by_app()


def test_a_code_older_than_the_last_accepted_is_not_accepted(hub, app_user, clock) -> None:
    app_user.sign_in_by_app()

    with pytest.raises(CodeUsed):
        app_user.finish(app_user.begin(), "app", app_user.app_code(steps=-1))
    assert app_user.finish(app_user.begin(), "app", app_user.app_code(steps=1))


@pytest.mark.parametrize(
    ("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_telephone_may_be_half_a_minute_early_or_late(hub, app_user, steps, is_right) -> None:
    token = app_user.begin()
    typed = app_user.app_code(steps=steps)

    if is_right:
        assert app_user.finish(token, "app", typed)
        return
    with pytest.raises(CodeIncorrect):
        app_user.finish(token, "app", typed)


def test_wrong_codes_of_app_text_and_recovery_are_counted_together(hub, both) -> None:
    token = both.begin()
    sign_in.send_code(hub, token)
    wrong = [("app", "000000"), ("text", "000000"), ("recovery_code", "0000-0000-0000-0000")]
    left = []
    for method, typed in [*wrong, ("app", "000000")]:
        with pytest.raises(CodeIncorrect) as refusal:
            sign_in.finish(hub, token, method=method, typed=typed)
        left.append(refusal.value.tries_left)

    with pytest.raises(Locked) as locked:
        sign_in.finish(hub, token, method="app", typed="000000")

    assert left == [4, 3, 2, 1]
    assert locked.value.retry_after_s == 900
    for method, typed in [*wrong, ("app", both.app_code())]:
        with pytest.raises(Locked):
            sign_in.finish(hub, both.begin(), method=method, typed=typed)


def test_a_code_that_cannot_be_one_costs_no_try(hub, both) -> None:
    token = both.begin()
    for method in ("app", "text", "recovery_code"):
        with pytest.raises(CodeMalformed):
            sign_in.finish(hub, token, method=method, typed="12")

    with pytest.raises(CodeIncorrect) as refusal:
        sign_in.finish(hub, token, method="app", typed="000000")

    assert refusal.value.tries_left == 4


def test_a_way_that_the_account_does_not_have_is_refused(hub, parent, app_user) -> None:
    with pytest.raises(FactorNotSet):
        parent.finish(parent.begin(), "app", "123456")
    with pytest.raises(FactorNotSet):
        sign_in.send_code(hub, app_user.begin())


def test_an_expired_code_brings_a_new_one(hub, parent, clock) -> None:
    token = parent.begin()
    sign_in.send_code(hub, token)
    old = parent.newest_code()
    clock.pass_by(600)

    with pytest.raises(CodeExpired) as refusal:
        parent.finish(token, "text", old)

    assert refusal.value.outgoing_id is not None
    assert parent.newest_code() != old
    assert parent.finish(token, "text", parent.newest_code())


def test_an_expired_code_says_so_where_no_new_one_can_be_sent(hub, parent, clock) -> None:
    token = parent.begin()
    sign_in.send_code(hub, token)
    clock.pass_by(600)
    parent.texts.is_away = True

    with pytest.raises(CodeExpired) as refusal:
        parent.finish(token, "text", parent.newest_code())

    assert refusal.value.outgoing_id is None


def test_a_text_that_was_not_accepted_is_not_called_sent(hub, parent) -> None:
    token = parent.begin()
    parent.texts.is_away = True

    with pytest.raises(TextNotAccepted):
        sign_in.send_code(hub, token)


def test_what_became_of_the_text_is_told(hub, parent) -> None:
    token = parent.begin()
    with pytest.raises(NotFound):
        sign_in.text_state(hub, token)
    sign_in.send_code(hub, token)
    parent.texts.answer = ("undelivered", "handset_off")

    state = sign_in.text_state(hub, token)

    assert (state.state, state.reason, state.resend_after_s) == ("undelivered", "handset_off", 30)


def test_a_code_that_was_sent_for_one_sign_in_opens_no_other(hub, parent, clock) -> None:
    mine = parent.begin()
    sign_in.send_code(hub, mine)
    other = parent.begin()

    with pytest.raises(NoCodeSent):
        parent.finish(other, "text", parent.newest_code())


def test_confirming_who_one_is_gives_a_new_session_and_ends_the_old(hub, app_user, clock) -> None:
    started = sign_in.finish(hub, app_user.begin(), method="app", typed=app_user.app_code())
    old = app_user.resume(started)
    clock.pass_by(300)

    token = sign_in.begin_again(hub, old, password=PASSWORD, tried_by=PLACE).token
    is_renewal = sign_in.pending(hub, token).renews_session
    new = app_user.finish(token, "app", app_user.app_code())

    assert is_renewal
    assert sessions.resume(hub, started.token) is None
    assert new.authenticated_at == hub.clock.now()


def test_a_hash_made_with_other_costs_is_made_anew_at_sign_in(hub, app_user) -> None:
    from hub.accounts.limits import Limits
    from hub.accounts.passwords import Hasher
    from hub.store.tables import Account

    dearer = Limits(argon2_memory_kib=16, argon2_passes=1)
    object.__setattr__(hub, "hasher", Hasher(dearer))

    app_user.begin()

    with hub.store.transaction() as session:
        stored = session.query(Account).filter(Account.registered_at.is_not(None)).one()
    assert "m=16," in stored.password_hash
    assert app_user.begin()
