"""Recovery codes: made together, each good once."""

import re

import pytest

from hub.accounts import factor_changes, invitation_codes, recovery_codes, sign_in, tries
from hub.accounts.errors import CodeIncorrect, CodeMalformed, Locked, SignInNeeded, SignInOver
from hub.store import audit
from hub.store.tables import Guard, RecoveryCode, Tally


@pytest.fixture
def codes(hub, app_user, clock) -> list[str]:
    made = factor_changes.make_recovery_codes(hub, app_user.sign_in_by_app())
    clock.pass_by(60)
    return made


def test_ten_codes_of_sixteen_characters_are_made(codes) -> None:
    shape = re.compile(
        rf"[{invitation_codes.ALPHABET}]{{4}}(-[{invitation_codes.ALPHABET}]{{4}}){{3}}"
    )

    assert len(set(codes)) == 10
    assert all(shape.fullmatch(code) for code in codes)


def test_only_hashes_are_kept(hub, codes) -> None:
    with hub.store.transaction() as session:
        kept = [code.code_hash for code in session.query(RecoveryCode)]

    assert all(code_hash.startswith("$argon2id$") for code_hash in kept)
    assert not any(code.replace("-", "") in "".join(kept) for code in codes)


def test_a_code_signs_in_once_and_the_person_is_told(hub, app_user, codes) -> None:
    app_user.notices()
    assert app_user.finish(app_user.begin(), "recovery_code", codes[3])

    with pytest.raises(CodeIncorrect):
        app_user.finish(app_user.begin(), "recovery_code", codes[3])

    assert app_user.notices() == ["A recovery code of your EHC Hub account was used"]
    assert app_user.finish(app_user.begin(), "recovery_code", codes[4])


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: f"  {code.replace('-', '')} ",
    ],
)
def test_a_code_is_read_as_people_write_it(hub, app_user, codes, change) -> None:
    assert app_user.finish(app_user.begin(), "recovery_code", change(codes[0]))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("0000-0000-0000-000", "too_few"),
        ("0000-0000-0000-00000", "too_many"),
        ("0000-0000-0000-000U", "not_digits"),
        ("", "too_few"),
    ],
)
def test_what_cannot_be_a_code_is_said_to_be_none(typed, fault) -> None:
    with pytest.raises(CodeMalformed) as refusal:
        recovery_codes.read(typed)

    assert refusal.value.fault == fault


def test_new_codes_end_the_old(hub, app_user, codes) -> None:
    newer = factor_changes.make_recovery_codes(hub, app_user.sign_in_by_app())

    with pytest.raises(CodeIncorrect):
        app_user.finish(app_user.begin(), "recovery_code", codes[0])
    assert app_user.finish(app_user.begin(), "recovery_code", newer[0])


def test_with_two_left_the_notice_asks_to_make_new_ones(hub, app_user, codes) -> None:
    told = []
    for code in codes[:8]:
        app_user.finish(app_user.begin(), "recovery_code", code)
        from hub.accounts import relay

        relay.sweep(hub)
        told.append(app_user.mails.all[-1].plain)

    assert ["Make new ones" in mail for mail in told] == [False] * 7 + [True]


def test_making_codes_needs_both_factors_a_moment_ago(hub, app_user, clock) -> None:
    signed_in = app_user.sign_in_by_app()
    clock.pass_by(300)

    with pytest.raises(SignInNeeded):
        factor_changes.make_recovery_codes(hub, signed_in)


def test_how_many_are_left_is_shown(hub, app_user, codes) -> None:
    app_user.finish(app_user.begin(), "recovery_code", codes[0])

    assert sign_in.pending(hub, app_user.begin()).ways.recovery_codes_left == 9


def wrong_ones(app_user, token: str, times: int) -> None:
    for number in range(times):
        with pytest.raises((CodeIncorrect, Locked)):
            app_user.finish(token, "recovery_code", f"0000-0000-0000-{number:04d}")


def counted(hub, account_id: str) -> int:
    with hub.store.transaction() as session:
        of_codes = Tally.key.startswith(f"code:{account_id}:")
        return session.query(Tally).filter(of_codes).count()


def test_a_try_is_counted_before_it_is_compared(hub, app_user, codes, monkeypatch) -> None:
    account_id = app_user.signed_in.account_id
    seen = []

    def matching(*_) -> None:
        seen.append(counted(hub, account_id))

    monkeypatch.setattr(recovery_codes, "_matching", matching)
    token = app_user.begin()

    wrong_ones(app_user, token, 6)

    assert seen == [1, 2, 3, 4, 5]


def test_a_right_code_is_taken_back_with_the_lock_that_it_would_have_set(
    hub, app_user, codes, clock
) -> None:
    wrong_ones(app_user, app_user.begin(), 4)

    assert app_user.finish(app_user.begin(), "recovery_code", codes[0])
    assert counted(hub, app_user.signed_in.account_id) == 4
    with hub.store.transaction() as session:
        key = tries.key_of(app_user.signed_in.account_id, sign_in.PURPOSE)
        guard = session.get_one(Guard, key)
        assert (guard.locked_until, guard.locked_at, guard.in_a_row) == (None, None, 0)
    assert app_user.finish(app_user.begin(), "recovery_code", codes[1])


def test_the_fifth_wrong_code_locks_and_that_is_on_record(hub, app_user, codes, clock) -> None:
    token = app_user.begin()

    wrong_ones(app_user, token, 5)

    with pytest.raises(Locked) as refusal:
        app_user.finish(token, "recovery_code", codes[0])
    assert refusal.value.retry_after_s == 900
    with hub.store.transaction() as session:
        assert [entry.event for entry in audit.entries(session)].count("codes.locked") == 1


def test_a_right_code_costs_no_try_where_the_sign_in_was_over_meanwhile(
    hub, app_user, codes, monkeypatch
) -> None:
    token, matching = app_user.begin(), recovery_codes._matching

    def slow(*given) -> str | None:
        found = matching(*given)
        monkeypatch.setattr(recovery_codes, "_matching", matching)
        app_user.finish(token, "recovery_code", codes[1])  # in another window
        return found

    monkeypatch.setattr(recovery_codes, "_matching", slow)

    with pytest.raises(SignInOver):
        app_user.finish(token, "recovery_code", codes[0])

    assert counted(hub, app_user.signed_in.account_id) == 0
    assert app_user.finish(app_user.begin(), "recovery_code", codes[0])
