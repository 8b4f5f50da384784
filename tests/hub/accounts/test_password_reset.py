"""Resetting a forgotten password."""

import re

import pytest

from hub.accounts import (
    mail_requests,
    password_reset,
    recovery_codes,
    relay,
    sessions,
    sign_in,
)
from hub.accounts.errors import (
    CodeIncorrect,
    LinkRejected,
    PasswordRefused,
    SignInNeeded,
    SignInOver,
    SignInRejected,
)
from hub.store.tables import Tally
from tests.hub.people import PASSWORD, PLACE

NEW = "seven quiet harbours"


def reset_token(parent) -> str:
    mail_requests.ask(parent.hub, mail_requests.RESET, email=parent.email)
    while relay.sweep(parent.hub):
        pass
    return re.search(r"/reset-password/(\S+)", parent.mails.all[-1].plain)[1]


def prove(parent, token: str) -> str:
    password_reset.send_code(parent.hub, token, tried_by=PLACE)
    return password_reset.prove(
        parent.hub, token, method="text", typed=parent.newest_code(), tried_by=PLACE
    )


def test_link_code_and_new_password_lead_back_to_sign_in(hub, parent) -> None:
    token = reset_token(parent)
    proof = prove(parent, token)

    password_reset.choose(hub, token, proof=proof, password=NEW)

    assert parent.notices()[0] == "The password of your EHC Hub account was changed"
    with pytest.raises(SignInRejected):
        parent.begin(PASSWORD)
    assert parent.begin(NEW)


def test_a_reset_ends_every_session_and_begins_none(hub, parent, clock) -> None:
    token = parent.begin()
    sign_in.send_code(hub, token)
    started = sign_in.finish(hub, token, method="text", typed=parent.newest_code())
    half_way = parent.begin()
    reset = reset_token(parent)
    clock.pass_by(60)
    proof = prove(parent, reset)

    password_reset.choose(hub, reset, proof=proof, password=NEW)

    assert sessions.resume(hub, started.token) is None
    with pytest.raises(SignInOver):
        sign_in.pending(hub, half_way)


@pytest.mark.parametrize(("age_s", "works"), [(1799, True), (1800, False)])
def test_the_link_works_for_thirty_minutes(hub, parent, clock, age_s, works) -> None:
    token = reset_token(parent)
    clock.pass_by(age_s)

    if works:
        assert password_reset.opened(hub, token).ways.has_number
        return
    with pytest.raises(LinkRejected):
        password_reset.opened(hub, token)


def test_opening_the_link_changes_nothing(hub, parent) -> None:
    token = reset_token(parent)

    for _ in range(50):
        password_reset.opened(hub, token)

    assert prove(parent, token)


def test_the_link_works_once(hub, parent, clock) -> None:
    token = reset_token(parent)
    proof = prove(parent, token)
    password_reset.choose(hub, token, proof=proof, password=NEW)

    with pytest.raises(LinkRejected):
        password_reset.choose(hub, token, proof=proof, password="another quiet harbour")


def test_a_newer_link_ends_the_older(hub, parent) -> None:
    older, newer = reset_token(parent), reset_token(parent)

    with pytest.raises(LinkRejected):
        password_reset.opened(hub, older)
    assert password_reset.opened(hub, newer)


@pytest.mark.parametrize("proof", ["", "invented"])
def test_without_the_second_factor_no_password_is_set(hub, parent, proof) -> None:
    token = reset_token(parent)

    with pytest.raises(SignInNeeded):
        password_reset.choose(hub, token, proof=proof, password=NEW)


def test_another_browser_with_the_same_mail_cannot_use_the_proof(hub, parent) -> None:
    token = reset_token(parent)
    prove(parent, token)

    with pytest.raises(SignInNeeded):
        password_reset.choose(hub, token, proof="not this browser's", password=NEW)


def test_a_wrong_code_is_counted_and_does_not_end_the_link(hub, app_user) -> None:
    token = reset_token(app_user)

    with pytest.raises(CodeIncorrect) as refusal:
        password_reset.prove(hub, token, method="app", typed="000000", tried_by=PLACE)
    proof = password_reset.prove(
        hub, token, method="app", typed=app_user.app_code(), tried_by=PLACE
    )

    assert refusal.value.tries_left == 4
    password_reset.choose(hub, token, proof=proof, password=NEW)


def test_a_refused_password_leaves_the_link_good(hub, parent) -> None:
    token = reset_token(parent)
    proof = prove(parent, token)

    with pytest.raises(PasswordRefused):
        password_reset.choose(hub, token, proof=proof, password="short")

    password_reset.choose(hub, token, proof=proof, password=NEW)


def test_a_reset_lifts_the_lock_of_wrong_passwords(hub, parent) -> None:
    for _ in range(10):
        with pytest.raises(SignInRejected):
            parent.begin("wrong password")
    token = reset_token(parent)

    password_reset.choose(hub, token, proof=prove(parent, token), password=NEW)

    assert parent.begin(NEW)


def test_what_became_of_the_text_is_told(hub, parent) -> None:
    token = reset_token(parent)
    password_reset.send_code(hub, token, tried_by=PLACE)

    assert password_reset.text_state(hub, token).state == "delivered"


def test_who_has_not_registered_gets_no_link(hub, invite, mails) -> None:
    invited = invite()
    before = len(mails.all)

    mail_requests.ask(hub, mail_requests.RESET, email=invited.email)
    while relay.sweep(hub):
        pass

    assert len(mails.all) == before


def test_a_recovery_code_costs_no_try_where_the_link_was_used_meanwhile(
    hub, parent, clock, monkeypatch
) -> None:
    code = recovery_codes.make_all(hub, account_id=parent.signed_in.account_id)[0]
    token, matching = reset_token(parent), recovery_codes._matching

    def slow(*given) -> str | None:
        reset_token(parent)  # a newer one ends this one
        return matching(*given)

    monkeypatch.setattr(recovery_codes, "_matching", slow)

    with pytest.raises(LinkRejected):
        password_reset.prove(hub, token, method="recovery_code", typed=code, tried_by=PLACE)

    with hub.store.transaction() as session:
        assert session.query(Tally).filter(Tally.key.startswith("code:")).count() == 0
