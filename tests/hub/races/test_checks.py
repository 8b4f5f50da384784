"""Codes that many processes check at the same moment."""

import pytest

from hub.accounts import number_proof, recovery_codes, registrations
from tests.hub.parts import code_in, hand_over
from tests.hub.people import register
from tests.hub.proofs import races


@pytest.fixture
def registration(hub, invite) -> str:
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed="07700 900123")
    sent = number_proof.send_code(hub, begun.registration_id)
    hand_over(hub, sent.outgoing_id)
    return begun.registration_id


def test_fifty_checks_of_one_right_code_succeed_once(
    hub, texts, registration, database_url
) -> None:
    codes = [code_in(texts.all[0])] * 50

    outcome = races.race(database_url, races.check_text, registration, codes)

    assert outcome.answers == {"right": 1, "NumberAlreadyVerified": 49}


def test_of_a_hundred_wrong_codes_five_are_compared(hub, texts, registration, database_url) -> None:
    right = int(code_in(texts.all[0]))
    wrong = [f"{(right + 1 + number) % 10**6:06d}" for number in range(100)]

    outcome = races.race(database_url, races.check_text, registration, wrong)

    assert outcome.answers == {"CodeIncorrect": 4, "Locked": 96}
    assert outcome.compared == 5


def test_fifty_sign_ins_with_one_code_of_the_app_succeed_once(hub, invite, database_url) -> None:
    parent = register(hub, invite(), by=("app",))
    code = parent.app_code(steps=1)

    outcome = races.race(database_url, races.check_app, parent.begin(), [code] * 50)

    assert outcome.answers == {"right": 1, "SignInOver": 49}


def test_of_a_hundred_wrong_codes_of_the_app_five_are_compared(hub, invite, database_url) -> None:
    parent = register(hub, invite(), by=("app",))
    right = {parent.app_code(steps=steps) for steps in (-1, 0, 1)}
    wrong = [code for code in (f"{number:06d}" for number in range(110)) if code not in right]

    outcome = races.race(database_url, races.check_app, parent.begin(), wrong[:100])

    assert outcome.answers == {"CodeIncorrect": 4, "Locked": 96}
    assert outcome.compared == 5


@pytest.fixture
def with_recovery_codes(hub, invite):
    parent = register(hub, invite(), by=("app",))
    return parent, recovery_codes.make_all(hub, account_id=parent.signed_in.account_id)


def test_fifty_sign_ins_with_one_recovery_code_succeed_once(
    with_recovery_codes, database_url
) -> None:
    parent, codes = with_recovery_codes
    token = parent.begin()

    outcome = races.race(database_url, races.check_recovery_code, token, [codes[0]] * 50)

    assert outcome.answers["right"] == 1
    assert outcome.answers.total() == 50


def test_of_a_hundred_wrong_recovery_codes_five_are_compared(
    with_recovery_codes, database_url
) -> None:
    parent, _ = with_recovery_codes
    wrong = [f"0000-0000-0000-{number:04d}" for number in range(100)]

    outcome = races.race(database_url, races.check_recovery_code, parent.begin(), wrong)

    assert outcome.answers == {"CodeIncorrect": 4, "Locked": 96}
    assert outcome.compared == 5


def test_of_a_hundred_wrong_passwords_ten_are_compared(hub, invite, database_url) -> None:
    parent = register(hub, invite())
    wrong = [f"wrong password {number}" for number in range(100)]

    outcome = races.race(database_url, races.check_password, parent.email, wrong)

    assert outcome.answers == {"SignInRejected": 10, "TooManyTries": 90}
    assert outcome.compared == 10
