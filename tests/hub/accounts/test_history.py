"""What the owner of an account is shown of what happened to it."""

import pytest

from hub.accounts import history
from hub.accounts.errors import CodeIncorrect, SignInRejected
from hub.pages.happenings import EVENTS

NAMES = ("registration.completed", "sign_in.finished", "password.wrong")


def test_the_newest_comes_first_with_its_time(hub, parent, clock) -> None:
    registered_at = clock.now()
    with pytest.raises(SignInRejected):
        parent.begin("wrong password")
    clock.pass_by(60)
    parent.sign_in_by_text()

    found = history.recent(hub, parent.signed_in, events=NAMES)

    assert [one.event for one in found] == [
        "sign_in.finished",
        "password.wrong",
        "registration.completed",
    ]
    assert (found[0].at - registered_at).total_seconds() == 60


def test_events_of_other_names_are_not_shown(hub, parent) -> None:
    parent.sign_in_by_text()

    found = history.recent(hub, parent.signed_in, events=("password.changed",))

    assert found == []


def test_nobody_sees_what_happened_to_another(hub, registered) -> None:
    one, other = registered("app"), registered("app")
    with pytest.raises(SignInRejected):
        other.begin("wrong password")

    assert "password.wrong" not in {
        one.event for one in history.recent(hub, one.signed_in, events=EVENTS)
    }


@pytest.mark.parametrize(("asked", "shown"), [(2, 2), (3, 3), (4, 3)])
def test_no_more_are_shown_than_asked_for(hub, app_user, asked, shown) -> None:
    token = app_user.begin()
    for _ in range(3):
        with pytest.raises(CodeIncorrect):
            app_user.finish(token, "app", "000000")

    found = history.recent(hub, app_user.signed_in, events=("app.wrong",), at_most=asked)

    assert len(found) == shown
