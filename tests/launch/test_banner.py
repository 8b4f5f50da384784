"""What is said once everything runs."""

import pytest

from launch.__main__ import CONTACTS, banner

ENV = {
    "SIMULATOR_PORT": "8090",
    "HUB_PUBLIC_URL": "http://127.0.0.1:8081",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8080",
    "VAR_DIR": "var",
}


@pytest.mark.parametrize("name", CONTACTS)
def test_a_contact_that_is_not_set_is_named_at_the_start(name: str) -> None:
    env = ENV | {other: "set" for other in CONTACTS if other != name}

    said = banner(env, frozenset())

    assert f"not set, so never said      {name}" in said


def test_nothing_is_named_where_all_are_set() -> None:
    assert "not set" not in banner(ENV | dict.fromkeys(CONTACTS, "set"), frozenset())


def test_the_page_with_the_web_chat_is_named_where_it_is_served() -> None:
    assert "http://127.0.0.1:8080/webchat/demo" in banner(
        {**ENV, "WEBCHAT_DEMO": "true"}, frozenset()
    )
    assert "/webchat/demo" not in banner(ENV, frozenset())
