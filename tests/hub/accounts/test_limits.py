"""Every limit at its boundary: one before, at, one after; a second before, and at the second."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from hub.accounts import (
    completion,
    invitations,
    mail_requests,
    number_proof,
    registrations,
    relay,
    sessions,
    sign_in,
    visitors,
)
from hub.accounts.errors import (
    CodeExpired,
    CodeIncorrect,
    InvitationExpired,
    InvitationNotRecognised,
    LinkRejected,
    Locked,
    NotFound,
    PasswordRefused,
    ResendTooSoon,
    SignInRejected,
    TooManyRequests,
    TooManySends,
    TooManyTries,
)
from hub.accounts.limits import Limits
from hub.accounts.passwords import personal_words, require_acceptable
from tests.hub.parts import CHEAP, code_in
from tests.hub.people import PLACE

MINUTE, HOUR = 60, 3600
NUMBER = "07700 900123"
KINDS = (mail_requests.INVITATION, mail_requests.RESET, mail_requests.FACTOR_RESET)


@pytest.fixture
def registration_id(hub, invite) -> str:
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed=NUMBER)
    return begun.registration_id


@pytest.fixture
def limited(hub):
    """The same hub with other limits."""

    def _limited(**values) -> None:
        object.__setattr__(hub, "limits", CHEAP.model_copy(update=values))

    return _limited


def send(hub, registration_id: str):
    return number_proof.send_code_now(hub, registration_id, tried_by="ip:1")


def check(hub, registration_id: str, code: str):
    return number_proof.check_code_now(hub, registration_id, typed=code, tried_by="ip:1")


def wrong(hub, registration_id: str, texts) -> str:
    return f"{(int(code_in(texts.all[-1])) + 1) % 10**6:06d}"


def guess(hub, registration_id: str, texts, times: int) -> list[str]:
    answers = []
    for _ in range(times):
        try:
            check(hub, registration_id, wrong(hub, registration_id, texts))
        except (CodeIncorrect, Locked) as exc:
            answers.append(type(exc).__name__)
    return answers


# ---- the code ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_s", "answer"),
    [
        (599, "right"),
        (600, "expired"),
        (601, "expired"),
        (600 + 2 * HOUR, "expired"),
        (601 + 2 * HOUR, "incorrect"),
    ],
)
def test_a_code_lives_600_seconds_and_is_explained_two_hours_more(
    hub, registration_id, texts, clock, age_s, answer
) -> None:
    send(hub, registration_id)
    code = code_in(texts.all[0])
    clock.pass_by(age_s)

    if answer == "right":
        assert check(hub, registration_id, code).state == "verified"
        return
    with pytest.raises(CodeExpired if answer == "expired" else CodeIncorrect):
        check(hub, registration_id, code)


@pytest.mark.parametrize(
    ("age_s", "sent"), [(479, "same"), (480, "same"), (481, "new"), (600, "new")]
)
def test_the_same_code_is_sent_while_120_seconds_are_left(
    hub, registration_id, texts, clock, age_s, sent
) -> None:
    send(hub, registration_id)
    clock.pass_by(age_s)

    again = send(hub, registration_id)

    assert again.sent == sent
    assert (code_in(texts.all[0]) == code_in(texts.all[1])) is (sent == "same")


# ---- sends ------------------------------------------------------------------


@pytest.mark.parametrize(("nth", "wait_s"), [(1, 30), (2, 40), (3, 60), (4, 90)])
def test_each_resend_waits_longer(hub, registration_id, clock, nth, wait_s) -> None:
    for wait in (0, 30, 40, 60)[:nth]:
        clock.pass_by(wait)
        sent = send(hub, registration_id)
    assert sent.resend_after_s == wait_s

    clock.pass_by(wait_s - 1)
    with pytest.raises(ResendTooSoon) as refusal:
        send(hub, registration_id)
    clock.pass_by(1)

    assert refusal.value.retry_after_s == 1
    assert send(hub, registration_id)


def test_five_texts_in_a_quarter_of_an_hour(hub, registration_id, clock) -> None:
    for wait in (0, 100, 100, 100, 100):
        clock.pass_by(wait)
        send(hub, registration_id)
    clock.pass_by(499)
    with pytest.raises(TooManySends) as refusal:
        send(hub, registration_id)
    clock.pass_by(1)

    assert refusal.value.retry_after_s == 1
    assert send(hub, registration_id)


def send_to_another(hub, invite, who: str, number: str):
    begun = registrations.begin(hub, code=invite().code, conversation_id=f"sms-{who}")
    registrations.give_number(hub, begun.registration_id, typed=number)
    return send(hub, begun.registration_id)


@pytest.mark.parametrize(
    ("others", "after_s", "passes"),
    [
        (9, 0, True),
        (10, 0, False),
        (10, 24 * HOUR - 1, False),
        (10, 24 * HOUR, True),
    ],
)
def test_ten_texts_a_day_to_one_number(hub, invite, clock, others, after_s, passes) -> None:
    for person in range(others):
        send_to_another(hub, invite, str(person), NUMBER)
    clock.pass_by(after_s)

    if passes:
        assert send_to_another(hub, invite, "last", NUMBER)
        return
    with pytest.raises(TooManySends) as refusal:
        send_to_another(hub, invite, "last", NUMBER)
    assert refusal.value.retry_after_s == 24 * HOUR - after_s


@pytest.mark.parametrize(
    ("others", "after_s", "passes"),
    [(19, 0, True), (20, 0, False), (20, HOUR - 1, False), (20, HOUR, True)],
)
def test_twenty_texts_an_hour_for_one_visitor(hub, invite, clock, others, after_s, passes) -> None:
    for person in range(others):
        send_to_another(hub, invite, str(person), f"07700 9001{person:02d}")
    clock.pass_by(after_s)

    if passes:
        assert send_to_another(hub, invite, "last", "07700 900199")
        return
    with pytest.raises(TooManySends) as refusal:
        send_to_another(hub, invite, "last", "07700 900199")
    assert refusal.value.retry_after_s == HOUR - after_s


@pytest.mark.parametrize(
    ("sent", "alarm"), [(3, None), (4, "ceiling.near"), (9, "ceiling.near"), (10, "reached")]
)
def test_the_ceiling_over_all_texts_is_silent_below_half_of_it(
    hub, invite, limited, capsys, sent, alarm
) -> None:
    limited(sends_ceiling=10)
    for person in range(sent):
        send_to_another(hub, invite, str(person), f"07700 9001{person:02d}")
    capsys.readouterr()

    if alarm == "reached":
        with pytest.raises(TooManySends):
            send_to_another(hub, invite, "last", "07700 900199")
    else:
        send_to_another(hub, invite, "last", "07700 900199")

    told = capsys.readouterr().out
    assert ("ceiling." in told) is (alarm is not None)
    assert (alarm or "") in told


@pytest.mark.parametrize(("sent", "passes"), [(2, True), (3, False)])
def test_a_ceiling_holds_over_everyone_and_half_of_it_is_a_warning(
    hub, invite, limited, capsys, sent, passes
) -> None:
    limited(sends_ceiling=3)
    for person in range(sent):
        begun = registrations.begin(hub, code=invite().code, conversation_id=f"sms-{person}")
        registrations.give_number(hub, begun.registration_id, typed=f"07700 9001{person:02d}")
        send(hub, begun.registration_id)
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-last")
    registrations.give_number(hub, begun.registration_id, typed="07700 900199")

    if passes:
        assert send(hub, begun.registration_id)
    else:
        with pytest.raises(TooManySends):
            send(hub, begun.registration_id)
    assert "ceiling.near" in capsys.readouterr().out


# ---- wrong codes ------------------------------------------------------------


def test_the_fifth_wrong_code_locks_for_a_quarter_of_an_hour(
    hub, registration_id, texts, clock
) -> None:
    send(hub, registration_id)

    answers = guess(hub, registration_id, texts, 6)
    clock.pass_by(899)
    with pytest.raises(Locked) as refusal:
        send(hub, registration_id)
    clock.pass_by(1)

    assert answers == ["CodeIncorrect"] * 4 + ["Locked"] * 2
    assert refusal.value.retry_after_s == 1
    assert send(hub, registration_id)


@pytest.mark.parametrize(("pause_s", "lock_s"), [(24 * HOUR - 1, 2 * HOUR), (24 * HOUR, 900)])
def test_a_second_lock_within_a_day_lasts_two_hours(
    hub, registration_id, invite, texts, clock, pause_s, lock_s
) -> None:
    address = "twice@example.com"
    first = registrations.begin(hub, code=invite(address).code, conversation_id="sms-a")
    registrations.give_number(hub, first.registration_id, typed=NUMBER)
    send(hub, first.registration_id)
    guess(hub, first.registration_id, texts, 5)
    clock.pass_by(pause_s)
    second = registrations.begin(hub, code=invite(address).code, conversation_id="sms-b")
    registrations.give_number(hub, second.registration_id, typed=NUMBER)
    send(hub, second.registration_id)

    guess(hub, second.registration_id, texts, 4)
    with pytest.raises(Locked) as refusal:
        check(hub, second.registration_id, wrong(hub, second.registration_id, texts))

    assert refusal.value.retry_after_s == lock_s


def test_twenty_wrong_codes_in_a_day_lock_until_tomorrow(
    hub, registration_id, texts, clock
) -> None:
    waits = []
    for _ in range(4):
        send(hub, registration_id)
        guess(hub, registration_id, texts, 4)
        with pytest.raises(Locked) as refusal:
            check(hub, registration_id, wrong(hub, registration_id, texts))
        waits.append(refusal.value.retry_after_s)
        clock.pass_by(refusal.value.retry_after_s)

    assert waits[:3] == [900, 2 * HOUR, 2 * HOUR]
    # The first lock was at nine o'clock, so twenty tries are twenty until nine the next day.
    assert waits[3] == 24 * HOUR - sum(waits[:3])


@pytest.mark.parametrize(
    ("first", "tomorrow"),
    [
        (datetime(2026, 3, 2, 20, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)),
        # in summer London's midnight is at 11 in the evening
        (datetime(2026, 7, 1, 19, tzinfo=UTC), datetime(2026, 7, 2, 23, tzinfo=UTC)),
    ],
)
def test_until_tomorrow_is_until_the_next_midnight_where_a_day_would_end_before_it(
    hub, invite, texts, clock, first, tomorrow
) -> None:
    clock.present = first
    registration_id = registrations.begin(
        hub, code=invite().code, conversation_id="sms-1"
    ).registration_id
    registrations.give_number(hub, registration_id, typed=NUMBER)
    for _ in range(4):
        send(hub, registration_id)
        guess(hub, registration_id, texts, 4)
        with pytest.raises(Locked) as refusal:
            check(hub, registration_id, wrong(hub, registration_id, texts))
        locked_at = clock.present
        clock.pass_by(refusal.value.retry_after_s)

    assert clock.present == tomorrow
    assert clock.present > first + timedelta(days=1) > locked_at


@pytest.mark.parametrize(("tries", "needs_help"), [(99, False), (100, True)])
def test_a_hundred_wrong_codes_in_a_row_need_a_person(
    hub, invite, texts, clock, limited, tries, needs_help
) -> None:
    limited(registration_lifetime=timedelta(days=365), sends_per_number=1000)
    registration_id = registrations.begin(
        hub, code=invite().code, conversation_id="sms-1"
    ).registration_id
    registrations.give_number(hub, registration_id, typed=NUMBER)
    made = 0
    last = None
    while made < tries:
        send(hub, registration_id)
        for _ in range(min(5, tries - made)):
            made += 1
            try:
                check(hub, registration_id, wrong(hub, registration_id, texts))
            except (CodeIncorrect, Locked) as exc:
                last = exc
        clock.pass_by(timedelta(days=1))

    if not needs_help:
        assert isinstance(last, CodeIncorrect)
        assert send(hub, registration_id)
        return
    assert isinstance(last, Locked)
    assert last.needs_help
    with pytest.raises(Locked) as refusal:
        send(hub, registration_id)
    assert refusal.value.needs_help


# ---- invitations ------------------------------------------------------------


def test_three_invitations_a_day_to_one_address(hub, clock) -> None:
    for _ in range(3):
        invitations.invite(hub, email="parent@example.com", actor="test")
    clock.pass_by(24 * HOUR - 1)
    with pytest.raises(TooManyRequests) as refusal:
        invitations.invite(hub, email="parent@example.com", actor="test")
    clock.pass_by(1)

    assert refusal.value.retry_after_s == 1
    assert invitations.invite(hub, email="parent@example.com", actor="test")


@pytest.mark.parametrize(("age_s", "works"), [(72 * HOUR - 1, True), (72 * HOUR, False)])
def test_an_invitation_lives_three_days(hub, invite, clock, age_s, works) -> None:
    invitation = invite()
    clock.pass_by(age_s)

    if works:
        assert registrations.begin(hub, code=invitation.code, conversation_id="sms-1")
        return
    with pytest.raises(InvitationExpired):
        registrations.begin(hub, code=invitation.code, conversation_id="sms-1")


@pytest.mark.parametrize(
    ("lifetime", "is_accepted"),
    [
        (timedelta(0), False),
        (timedelta(seconds=1), True),
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
    ],
)
def test_a_setting_lets_invitations_live_a_week_and_no_longer(lifetime, is_accepted) -> None:
    if is_accepted:
        assert Limits(invitation_lifetime=lifetime).invitation_lifetime == lifetime
        return
    with pytest.raises(ValidationError):
        Limits(invitation_lifetime=lifetime)


@pytest.mark.parametrize(
    ("tries", "after_s", "passes"),
    [(4, 0, True), (5, 0, False), (5, 899, False), (5, 900, True)],
)
def test_five_invitation_codes_in_a_quarter_of_an_hour(
    hub, invite, clock, tries, after_s, passes
) -> None:
    right = invite().code
    for _ in range(tries):
        with pytest.raises(InvitationNotRecognised):
            registrations.begin(hub, code="ABCD-1234", conversation_id="sms-1")
    clock.pass_by(after_s)

    if passes:
        assert registrations.begin(hub, code=right, conversation_id="sms-1")
        return
    with pytest.raises(TooManyTries):
        registrations.begin(hub, code=right, conversation_id="sms-1")


@pytest.mark.parametrize(
    ("tries", "after_s", "passes"),
    [
        (19, 900, True),
        (20, 900, False),
        (20, 24 * HOUR - 3 * 900 - 1, False),
        (20, 24 * HOUR - 3 * 900, True),
    ],
)
def test_twenty_invitation_codes_a_day(hub, invite, clock, tries, after_s, passes) -> None:
    for made in range(tries):
        if made and made % 5 == 0:
            clock.pass_by(900)
        with pytest.raises(InvitationNotRecognised):
            registrations.begin(hub, code="ABCD-1234", conversation_id="sms-1")
    clock.pass_by(after_s)
    right = invite().code

    if passes:
        assert registrations.begin(hub, code=right, conversation_id="sms-1")
        return
    with pytest.raises(TooManyTries) as refusal:
        registrations.begin(hub, code=right, conversation_id="sms-1")
    assert refusal.value.retry_after_s == 24 * HOUR - 3 * 900 - after_s


def test_after_the_twentieth_invitation_code_of_a_day_the_next_is_not_looked_at(hub, clock) -> None:
    for made in range(20):
        if made and made % 5 == 0:
            clock.pass_by(900)
        with pytest.raises(InvitationNotRecognised):
            registrations.begin(hub, code="ABCD-1234", conversation_id="sms-1")
    clock.pass_by(900)

    with pytest.raises(TooManyTries):
        registrations.begin(hub, code="ABCD-1234", conversation_id="sms-1")


@pytest.mark.parametrize(
    ("tries", "alarm"), [(3, None), (4, "ceiling.near"), (9, "ceiling.near"), (10, "reached")]
)
def test_a_ceiling_holds_over_everyones_invitation_codes(
    hub, invite, limited, capsys, tries, alarm
) -> None:
    limited(invitation_code_ceiling=10)
    right = invite().code
    for person in range(tries):
        with pytest.raises(InvitationNotRecognised):
            registrations.begin(hub, code="ABCD-1234", conversation_id=f"sms-{person}")
    capsys.readouterr()

    if alarm == "reached":
        with pytest.raises(TooManyTries) as refusal:
            registrations.begin(hub, code=right, conversation_id="sms-me")
        assert refusal.value.retry_after_s == HOUR
    else:
        assert registrations.begin(hub, code=right, conversation_id="sms-me")

    told = capsys.readouterr().out
    assert ("ceiling." in told) is (alarm is not None)
    assert (alarm or "") in told


@pytest.mark.parametrize(
    ("kind", "most", "window_s"),
    [
        (mail_requests.INVITATION, 3, 24 * HOUR),
        (mail_requests.RESET, 5, HOUR),
        (mail_requests.FACTOR_RESET, 3, 24 * HOUR),
    ],
)
def test_an_address_is_heard_so_often(hub, clock, kind, most, window_s) -> None:
    for _ in range(most):
        mail_requests.ask(hub, kind, email="parent@example.com")
    clock.pass_by(window_s - 1)
    with pytest.raises(TooManyRequests):
        mail_requests.ask(hub, kind, email="parent@example.com")
    clock.pass_by(1)

    mail_requests.ask(hub, kind, email="parent@example.com")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("others", "after_s", "passes"),
    [(19, 0, True), (20, 0, False), (20, 59, False), (20, 60, True)],
)
def test_a_visitor_asks_for_twenty_mails_a_minute(
    hub, clock, kind, others, after_s, passes
) -> None:
    for number in range(others):
        other = KINDS[number % len(KINDS)]
        mail_requests.ask(hub, other, email=f"person{number}@example.com", tried_by="ip:1")
    clock.pass_by(after_s)

    if not passes:
        with pytest.raises(TooManyRequests) as refusal:
            mail_requests.ask(hub, kind, email="me@example.com", tried_by="ip:1")
        assert refusal.value.retry_after_s == 60 - after_s
    mail_requests.ask(hub, kind, email="me@example.com", tried_by="ip:1" if passes else "ip:2")


@pytest.mark.parametrize(
    ("asked", "passes", "alarm"),
    [(1, True, None), (2, True, "ceiling.near"), (4, True, "ceiling.near"), (5, False, "reached")],
)
def test_a_ceiling_holds_over_everyones_mails_and_half_of_it_is_a_warning(
    hub, limited, capsys, asked, passes, alarm
) -> None:
    limited(mail_requests_ceiling=5)
    for number in range(asked):
        mail_requests.ask(hub, mail_requests.RESET, email=f"a{number}@example.com")
    capsys.readouterr()

    if passes:
        mail_requests.ask(hub, mail_requests.RESET, email="me@example.com")
    else:
        with pytest.raises(TooManyRequests) as refusal:
            mail_requests.ask(hub, mail_requests.RESET, email="me@example.com")
        assert refusal.value.retry_after_s == HOUR
    told = capsys.readouterr().out
    assert ("ceiling." in told) is (alarm is not None)
    assert (alarm or "") in told
    mail_requests.ask(hub, mail_requests.FACTOR_RESET, email="me@example.com")


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("", "unknown", False),
    ],
)
def test_a_visitor_is_an_address_or_the_half_of_one_that_a_household_has(
    hub, one, other, are_one
) -> None:
    assert (visitors.from_ip(hub, one) == visitors.from_ip(hub, other)) is are_one
    assert one not in visitors.from_ip(hub, one) or not one


# ---- registrations and links ------------------------------------------------


@pytest.mark.parametrize(("age_s", "is_there"), [(24 * HOUR - 1, True), (24 * HOUR, False)])
def test_a_step_is_kept_for_a_day(hub, registration_id, clock, age_s, is_there) -> None:
    clock.pass_by(age_s)

    if is_there:
        assert registrations.progress(hub, registration_id)
        return
    with pytest.raises(NotFound):
        registrations.progress(hub, registration_id)


@pytest.mark.parametrize(("age_s", "works"), [(24 * HOUR - 1, True), (24 * HOUR, False)])
def test_a_continue_link_lives_a_day(hub, registration_id, texts, clock, age_s, works) -> None:
    send(hub, registration_id)
    check(hub, registration_id, code_in(texts.all[0]))
    token = completion.continue_link(hub, registration_id).url.rsplit("/", 1)[-1]
    clock.pass_by(age_s)

    if works:
        completion.require_open(hub, token)
        return
    with pytest.raises(LinkRejected):
        completion.require_open(hub, token)


# ---- passwords and sessions ---------------------------------------------------


@pytest.mark.parametrize(
    ("length", "fault"), [(9, "too_short"), (10, None), (11, None), (128, None), (129, "too_long")]
)
def test_a_password_has_ten_to_128_characters(length, fault) -> None:
    password = "xkq7vd2hzw"[:length] + "µ" * max(0, length - 10)

    if fault is None:
        assert require_acceptable(password, Limits()) == password
        return
    with pytest.raises(PasswordRefused) as refusal:
        require_acceptable(password, Limits())
    assert refusal.value.fault == fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("1234567890", "common"),
        ("PASSWORD123", "common"),
        ("staffordshire1", "easy_to_guess"),
        ("parentname2026", "easy_to_guess"),
        ("aaaaaaaaaaaa", "easy_to_guess"),
    ],
)
def test_what_is_common_or_near_at_hand_is_refused(password, fault) -> None:
    with pytest.raises(PasswordRefused) as refusal:
        require_acceptable(password, Limits(), personal=["parentname"])

    assert refusal.value.fault == fault


@pytest.mark.parametrize(
    "password",
    [
        "EHCHub2026!!",
        "Staffordshire-EHC-Hub",
        "StaffordshireEHCP2026",
        "staffs council 2026",
        "Educationhealthandcare",
        "Education, Health and Care Plan",
        "localoffer2026",
        "local-offer-20260301",
        "Sam.Okafor-staffordshire",
        "samokafor EHC hub 01071984",
        "St4ff0rdsh1re-EHC-2026!",
        "staffordshirerainbow",
        "SENDStaffordshire!2027",
    ],
)
def test_a_password_of_nothing_but_what_anyone_would_try_is_refused(password) -> None:
    personal = personal_words("sam.okafor@gmail.com")

    with pytest.raises(PasswordRefused) as refusal:
        require_acceptable(password, Limits(), personal=personal)

    assert refusal.value.fault == "easy_to_guess"


@pytest.mark.parametrize(
    "password",
    [
        "green lantern over water",
        "correct horse battery staple",
        "seven quiet harbours",
        "Staffordshire purple monkey dishwasher",
        "careful planets sing loudly",
        "my local scarecrow eats tulips",
        "xK7#staffs9!q2ZwR",
        "Sam likes 14 yellow bicycles",
        "vT9qLm2xRz",
        "lletygarwch ym mhobman",
    ],
)
def test_a_good_password_may_hold_such_words(password) -> None:
    personal = personal_words("sam.okafor@gmail.com")

    assert require_acceptable(password, Limits(), personal=personal) == password


@pytest.mark.parametrize(
    ("tries", "after_s", "passes"),
    [(29, 0, True), (30, 0, False), (30, 59, False), (30, 60, True)],
)
def test_thirty_sign_ins_a_minute_from_one_place(
    hub, app_user, clock, tries, after_s, passes
) -> None:
    for number in range(tries):
        with pytest.raises(SignInRejected):
            sign_in.begin(hub, email=f"a{number}@example.com", password="no", tried_by=PLACE)
    clock.pass_by(after_s)

    if passes:
        assert app_user.begin()
        return
    with pytest.raises(TooManyTries) as refusal:
        app_user.begin()
    assert refusal.value.retry_after_s == 60 - after_s


@pytest.mark.parametrize(("idle_s", "is_open"), [(1799, True), (1800, False)])
def test_a_browser_is_signed_out_after_half_an_hour_unused(
    hub, app_user, clock, idle_s, is_open
) -> None:
    started = sign_in.finish(hub, app_user.begin(), method="app", typed=app_user.app_code())
    clock.pass_by(idle_s)

    assert (sessions.resume(hub, started.token) is not None) is is_open


@pytest.mark.parametrize(("last_s", "is_open"), [(12 * HOUR - 1, True), (12 * HOUR, False)])
def test_a_browser_is_signed_out_after_twelve_hours_whatever_it_does(
    hub, app_user, clock, last_s, is_open
) -> None:
    started = sign_in.finish(hub, app_user.begin(), method="app", typed=app_user.app_code())
    begun = clock.present
    while clock.present < begun + timedelta(seconds=last_s - 1700):
        clock.pass_by(1700)
        assert sessions.resume(hub, started.token) is not None
    clock.present = begun + timedelta(seconds=last_s)

    assert (sessions.resume(hub, started.token) is not None) is is_open


def test_the_limits_are_those_of_the_design() -> None:
    limits = Limits()
    relevant = (
        limits.code_lifetime,
        limits.wrong_codes,
        limits.first_lock,
        limits.second_lock,
        limits.wrong_codes_per_day,
        limits.wrong_codes_in_a_row,
        (limits.argon2_memory_kib, limits.argon2_passes, limits.argon2_lanes),
    )

    assert relevant == (
        timedelta(seconds=600),
        5,
        timedelta(minutes=15),
        timedelta(hours=2),
        20,
        100,
        (19456, 2, 1),
    )


def test_a_mail_that_was_asked_for_is_written_once(hub, app_user) -> None:
    mail_requests.ask(hub, mail_requests.RESET, email=app_user.email)
    while relay.sweep(hub):
        pass

    assert relay.sweep(hub) == 0
