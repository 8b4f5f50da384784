"""A lost second factor: call-back, second officer, a day's hold."""

import pytest

from hub.accounts import factor_resets, mail_requests, relay, sessions, sign_in
from hub.accounts.errors import (
    CallBackNeeded,
    InvitationExpired,
    NotFound,
    NumberNotShown,
    RegistrationComplete,
    SecondOfficerNeeded,
    SignInRejected,
    TooManyRequests,
)
from hub.accounts.registrations import require_invited
from tests.hub.parts import read_invitation
from tests.hub.people import PASSWORD, register


@pytest.fixture
def reset_id(hub, parent) -> str:
    sign_in.ask_for_help(hub, parent.begin())
    return factor_resets.waiting(hub)[0].reset_id


def call_back(hub, reset_id: str) -> None:
    factor_resets.whom_to_call(hub, reset_id, officer="officer-a")
    factor_resets.called_back(hub, reset_id, officer="officer-a")


def approve(hub, reset_id: str) -> None:
    call_back(hub, reset_id)
    factor_resets.approve(hub, reset_id, officer="officer-b")


def test_the_person_is_told_that_help_was_asked_for(hub, parent, reset_id) -> None:
    assert parent.notices() == ["You asked the EHC Hub helpdesk for help to sign in"]
    assert factor_resets.show(hub, reset_id).state == "call_back_needed"


def test_the_helpdesk_is_told_by_the_reference_alone(hub, parent, mails) -> None:
    object.__setattr__(hub, "contact", {"email": "helpdesk@example.gov.uk"})
    sign_in.ask_for_help(hub, parent.begin())
    reset = factor_resets.waiting(hub)[0]
    while relay.sweep(hub):
        pass

    told = [mail for mail in mails.all if mail.to == "helpdesk@example.gov.uk"]

    assert len(told) == 1
    for text in (told[0].subject + told[0].plain, told[0].html):
        assert parent.email not in text
        assert "900123" not in text
        assert reset.account_id not in text
    assert reset.reset_id in told[0].plain
    assert reset.reset_id in told[0].html


def test_without_an_address_of_the_helpdesk_the_log_says_so(hub, parent, capsys) -> None:
    sign_in.ask_for_help(hub, parent.begin())

    assert "factor_reset.helpdesk_has_no_address" in capsys.readouterr().out


@pytest.mark.parametrize("shown_to", [None, "officer-b"])
def test_nobody_calls_back_who_was_not_shown_the_number(hub, reset_id, shown_to) -> None:
    if shown_to:
        factor_resets.whom_to_call(hub, reset_id, officer=shown_to)

    with pytest.raises(NumberNotShown):
        factor_resets.called_back(hub, reset_id, officer="officer-a")


def test_asked_again_it_is_the_same_request(hub, parent, reset_id) -> None:
    sign_in.ask_for_help(hub, parent.begin())

    assert [reset.reset_id for reset in factor_resets.waiting(hub)] == [reset_id]


def test_by_address_nobody_learns_who_is_known(hub, parent, invite) -> None:
    for email in (parent.email, "nobody@example.com", invite().email):
        mail_requests.ask(hub, mail_requests.FACTOR_RESET, email=email)
    while relay.sweep(hub):
        pass

    assert len(factor_resets.waiting(hub)) == 1


def test_an_address_is_heard_three_times_a_day(hub) -> None:
    for _ in range(3):
        mail_requests.ask(hub, mail_requests.FACTOR_RESET, email="nobody@example.com")

    with pytest.raises(TooManyRequests):
        mail_requests.ask(hub, mail_requests.FACTOR_RESET, email="nobody@example.com")


def test_the_officer_calls_the_number_on_file_and_that_is_on_record(hub, parent, reset_id) -> None:
    from hub.store import audit

    shown = factor_resets.whom_to_call(hub, reset_id, officer="officer-a")

    with hub.store.transaction() as session:
        entry = list(audit.entries(session))[-1]
    assert (shown.number, shown.email) == ("+447700900123", parent.email)
    assert (entry.event, entry.actor) == ("factor_reset.number_shown", "officer-a")
    assert "447700" not in str(entry.facts)


def test_nothing_is_approved_before_the_call(hub, reset_id) -> None:
    with pytest.raises(CallBackNeeded):
        factor_resets.approve(hub, reset_id, officer="officer-b")


@pytest.mark.parametrize("same", ["officer-a", "Officer-A"])
def test_who_called_cannot_approve(hub, reset_id, same) -> None:
    call_back(hub, reset_id)

    with pytest.raises(SecondOfficerNeeded):
        factor_resets.approve(hub, reset_id, officer=same)


def test_the_approval_is_told_by_mail_and_text(hub, parent, reset_id) -> None:
    parent.notices()

    approve(hub, reset_id)

    assert parent.notices() == ["The helpdesk approved removing your EHC Hub security settings"] * 2


@pytest.mark.parametrize(("age_s", "is_done"), [(86399, False), (86400, True)])
def test_it_is_carried_out_after_a_day_and_not_before(
    hub, parent, reset_id, clock, age_s, is_done
) -> None:
    approve(hub, reset_id)
    clock.pass_by(age_s)

    done = factor_resets.carry_out_due(hub)

    assert done == int(is_done)
    assert factor_resets.show(hub, reset_id).state == ("done" if is_done else "held")
    if is_done:
        with pytest.raises(SignInRejected):
            parent.begin()
    else:
        assert parent.begin()


def test_afterwards_the_person_registers_anew_on_the_same_account(
    hub, parent, reset_id, clock
) -> None:
    account = parent.signed_in.account_id
    approve(hub, reset_id)
    clock.pass_by(86400)
    while relay.sweep(hub):
        pass
    invitation = read_invitation(parent.mails.all[-1])

    again = register(hub, invitation, by=("app",))

    assert again.signed_in.account_id == account
    assert sign_in.pending(hub, again.begin(PASSWORD)).ways.number_ends_with is None


def test_the_first_invitation_does_not_come_back_to_life(hub, invite, clock) -> None:
    first = invite()
    token = first.link.rsplit("/", 1)[-1]
    parent = register(hub, first)
    with pytest.raises(RegistrationComplete):
        require_invited(hub, token)
    sign_in.ask_for_help(hub, parent.begin())
    approve(hub, factor_resets.waiting(hub)[0].reset_id)
    clock.pass_by(86400)
    factor_resets.carry_out_due(hub)

    with pytest.raises(InvitationExpired):
        require_invited(hub, token)


def test_every_session_ends_when_it_is_carried_out(hub, parent, reset_id, clock) -> None:
    approve(hub, reset_id)
    clock.pass_by(86400)
    # signed in by recovery code or in a browser that stayed open
    factor_resets.carry_out_due(hub)

    assert sessions.end_everywhere(hub, parent.signed_in) == 0


def test_who_signs_in_with_a_second_factor_ends_the_request(hub, parent, reset_id, clock) -> None:
    approve(hub, reset_id)
    parent.sign_in_by_text()
    clock.pass_by(86400)

    assert factor_resets.carry_out_due(hub) == 0
    assert factor_resets.show(hub, reset_id).state == "not_needed"


def test_a_refused_request_is_over(hub, reset_id) -> None:
    factor_resets.refuse(hub, reset_id, officer="officer-a")

    for step in (factor_resets.called_back, factor_resets.approve, factor_resets.refuse):
        with pytest.raises(NotFound):
            step(hub, reset_id, officer="officer-b")
    with pytest.raises(NotFound):
        factor_resets.show(hub, "unknown")
    with pytest.raises(NotFound):
        factor_resets.whom_to_call(hub, "unknown", officer="officer-a")
