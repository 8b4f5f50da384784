"""Settings: complete and right, or a start that names everything at once."""

import base64

import pytest

from actions.settings import InvalidSettings, read_settings

GOOD = {
    "ACTIONS_TOKEN": "token",
    "HUB_API_KEY": "key",
    "VAULT_KEY": base64.b64encode(b"k" * 32).decode(),
}
OURS = (
    *GOOD,
    "ACTIONS_PORT",
    "CONTACT_PHONE",
    "CONTACT_EMAIL",
    "CONTACT_HOURS",
    "PRIVACY_URL",
    "HUB_PUBLIC_URL",
    "HUB_SIGN_IN_URL",
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_every_missing_name_stands_in_one_message(environment: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        environment.delenv(name)

    with pytest.raises(InvalidSettings) as error:
        read_settings()

    assert all(name in str(error.value) for name in GOOD)


def test_an_empty_secret_is_a_missing_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ACTIONS_TOKEN", "")

    with pytest.raises(InvalidSettings, match="Missing settings: ACTIONS_TOKEN"):
        read_settings()


@pytest.mark.parametrize("key", ["c2hvcnQ=", "not base64 at all!"])
def test_a_vault_key_of_the_wrong_size_is_named_and_not_shown(
    environment: pytest.MonkeyPatch, key: str
) -> None:
    environment.setenv("VAULT_KEY", key)

    with pytest.raises(InvalidSettings) as error:
        read_settings()

    assert "VAULT_KEY" in str(error.value)
    assert key not in str(error.value)


def test_settings_that_do_are_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ACTIONS_TOKEN", "old, new")
    environment.setenv("CONTACT_PHONE", "01234 567890")

    settings = read_settings()

    assert settings.tokens == ["old", "new"]
    assert settings.actions_host == "127.0.0.1"
    assert settings.contacts.phone == "01234 567890"
    assert settings.contacts.email is None
    assert settings.contacts.sign_in_url is None
    assert "token" not in repr(settings.actions_token)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"HUB_PUBLIC_URL": "https://hub.example/"}, "https://hub.example/sign-in"),
        ({"HUB_SIGN_IN_URL": "https://other.example/in"}, "https://other.example/in"),
        (
            {
                "HUB_PUBLIC_URL": "https://hub.example",
                "HUB_SIGN_IN_URL": "https://other.example/in",
            },
            "https://other.example/in",
        ),
    ],
)
def test_the_sign_in_page_is_the_hubs_unless_another_is_named(
    environment: pytest.MonkeyPatch, given: dict[str, str], url: str
) -> None:
    for name, value in given.items():
        environment.setenv(name, value)

    assert read_settings().contacts.sign_in_url == url
