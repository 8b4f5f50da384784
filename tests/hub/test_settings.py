"""What the hub refuses to start with."""

import base64

import pytest

from hub import settings
from hub.settings import SettingsRefused, officer_of

KEY = base64.b64encode(bytes(32)).decode()
NEEDED = {
    "hub_api_keys": "key",
    "hub_seal_key": KEY,
    "hub_lookup_key": KEY,
    "hub_code_key": KEY,
    "hub_session_key": KEY,
    "messaging_api_key": "key",
}


def load(**values: str) -> settings.Settings:
    return settings.load(**NEEDED, **values)


def host_of(length: int) -> str:
    return "h" * (length - len(".example.uk")) + ".example.uk"


@pytest.mark.parametrize(("length", "is_accepted"), [(44, True), (45, False), (60, False)])
def test_a_host_so_long_that_a_code_needs_two_texts_is_refused(length, is_accepted) -> None:
    from datetime import timedelta

    from hub.accounts.code_texts import body

    url = f"https://{host_of(length)}"

    if is_accepted:
        host = load(hub_public_url=url).public_host
        assert len(body("123456", timedelta(minutes=10), host)) <= 160
        return
    with pytest.raises(SettingsRefused, match="too long for security codes"):
        load(hub_public_url=url)


def test_staff_keys_say_whose_they_are() -> None:
    keys = load(hub_admin_keys="officer-a:one,officer-b:two, officer-a:newer ,alone").hub_admin_keys

    assert [officer_of(keys, given) for given in ("one", "two", "newer")] == [
        *("officer-a", "officer-b", "officer-a"),
    ]
    assert str(officer_of(keys, "alone")).startswith("key-")
    assert officer_of(keys, "officer-a:one") is None
    assert officer_of(keys, "") is None
    assert "one" not in repr(keys)


@pytest.mark.parametrize(
    "wrong", ["officer a:one", ":one", "officer-a:", "a:one,b:one", "x" * 49 + ":k"]
)
def test_staff_keys_that_leave_open_whose_they_are_are_refused(wrong) -> None:
    with pytest.raises(SettingsRefused, match="HUB_ADMIN_KEYS") as refusal:
        load(hub_admin_keys=wrong)

    assert "one" not in str(refusal.value)
