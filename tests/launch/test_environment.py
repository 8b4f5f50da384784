"""Defaults stand where nothing is set; what is set stays."""

from pathlib import Path

import pytest

from launch import environment, preflight, product, readiness
from launch.environment import left_out

ROOT = Path("/anywhere")
STORED = {name: f"stored-{name}" for name in (*environment.SECRETS, *environment.SIMULATED_SECRETS)}


def complete(**environ: str) -> dict[str, str]:
    return environment.complete(environ, STORED, ROOT)


def test_an_empty_environment_points_at_the_simulator_and_the_embedded_redis():
    env = complete()

    assert env["TWILIO_API_BASE_URL"] == "http://127.0.0.1:8090"
    assert env["SMTP_URL"] == "smtp://127.0.0.1:8025"
    assert env["REDIS_URL"].endswith("@127.0.0.1:6399/0")
    assert env["ALLOW_DRAMA_NUMBERS"] == "true"


def test_beside_the_simulator_its_mailbox_is_the_helpdesk():
    env = complete()

    assert env["HELPDESK"] == "email"
    assert env["HELPDESK_IMAP_URL"].endswith("@127.0.0.1:8143/INBOX")


@pytest.mark.parametrize(
    "settings",
    [{"HELPDESK": "none"}, {"SMTP_URL": "smtps://mail.example"}, {"TWILIO_ACCOUNT_SID": "AC1"}],
)
def test_a_helpdesk_of_ones_own_or_none_is_left_alone(settings: dict[str, str]):
    env = complete(**settings)

    assert env.get("HELPDESK", "none") == "none"
    assert "HELPDESK_IMAP_URL" not in env


def test_what_is_set_stays():
    env = complete(EDGE_PORT="9000", SMTP_URL="smtps://mail.example", VAULT_KEY="mine")

    assert (env["EDGE_PORT"], env["SMTP_URL"], env["VAULT_KEY"]) == (
        "9000",
        "smtps://mail.example",
        "mine",
    )


def test_an_empty_value_counts_as_unset():
    assert complete(EDGE_PORT="")["EDGE_PORT"] == "8080"


def test_addresses_follow_the_ports():
    env = complete(EDGE_PORT="9000", HUB_INTERNAL_PORT="9002")

    assert env["PUBLIC_BASE_URL"] == "http://127.0.0.1:9000"
    assert env["HUB_BASE_URL"] == "http://127.0.0.1:9002"
    assert env["SIMULATOR_SMS_WEBHOOK"].startswith("http://127.0.0.1:9000/")


def test_beside_a_real_carrier_there_is_no_simulator_and_no_drama_number():
    environ = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+44"}
    env = complete(**environ)

    assert left_out(environ) == {"simulator"}
    assert "TWILIO_API_BASE_URL" not in env
    assert "ALLOW_DRAMA_NUMBERS" not in env
    assert env["TWILIO_CODE_FROM"] == "+44"


def test_a_stand_in_of_ones_own_replaces_the_simulator():
    assert left_out({"TWILIO_API_BASE_URL": "http://127.0.0.1:1"}) == {"simulator"}


def test_a_redis_of_ones_own_replaces_the_embedded_one():
    environ = {"REDIS_URL": "redis://redis.example/0"}

    assert left_out(environ) == {"redis"}
    assert complete(**environ)["REDIS_URL"] == "redis://redis.example/0"


def test_rasa_has_a_redis_user_of_its_own():
    env = complete()

    assert env["RASA_REDIS_URL"].startswith("redis://rasa:")
    assert env["RASA_REDIS_URL"] != env["REDIS_URL"]


def test_secrets_are_made_once_and_found_again(tmp_path: Path):
    first = product.completed_environment({"VAR_DIR": str(tmp_path)})
    second = product.completed_environment({"VAR_DIR": str(tmp_path)})

    assert first == second
    assert all(first[name] for name in environment.SECRETS)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_a_secret_from_the_environment_is_not_stored(tmp_path: Path):
    product.completed_environment({"VAR_DIR": str(tmp_path), "VAULT_KEY": "from-the-outside"})

    assert "VAULT_KEY" not in (tmp_path / "secrets.env").read_text()


REAL = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_FROM": "+447000000000",
    "SMTP_URL": "smtps://mail.example",
    "PUBLIC_BASE_URL": "https://assistant.example",
    "HUB_PUBLIC_URL": "https://hub.example",
}
"""All that a real carrier needs."""


def refusal(**environ: str) -> str:
    with pytest.raises(preflight.NotReady) as refused:
        preflight.check_settings(environ, complete(**environ))
    return str(refused.value)


def test_a_real_carrier_without_its_settings_names_every_missing_one():
    names = ("SMTP_URL", "TWILIO_AUTH_TOKEN", "TWILIO_FROM", "PUBLIC_BASE_URL", "HUB_PUBLIC_URL")

    assert ", ".join(names) in refusal(TWILIO_ACCOUNT_SID="AC1")


def test_a_real_carrier_with_all_its_settings_passes():
    preflight.check_settings(REAL, complete(**REAL))


@pytest.mark.parametrize("name", ["PUBLIC_BASE_URL", "HUB_PUBLIC_URL"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://localhost", "http://[::1]:8080"])
def test_a_real_carrier_and_parents_cannot_reach_this_machines_own_address(name: str, url: str):
    assert f"{name} must be addresses that Twilio" in refusal(**REAL | {name: url})


def test_another_address_of_the_carrier_elsewhere_is_no_stand_in():
    api = {"TWILIO_API_BASE_URL": "https://api.dublin.ie1.twilio.com"}

    assert "HUB_PUBLIC_URL must be" in refusal(**REAL | api | {"HUB_PUBLIC_URL": "http://[::1]"})


def test_a_stand_in_on_this_machine_needs_no_public_address():
    api = {"TWILIO_API_BASE_URL": "http://127.0.0.1:1"}
    environ = {name: value for name, value in (REAL | api).items() if "PUBLIC" not in name}

    preflight.check_settings(environ, complete(**environ))


def test_another_hub_replaces_ours():
    environ = {"HUB_BASE_URL": "https://hub.example/api"}

    assert left_out(environ) == {"hub"}
    assert complete(**environ)["HUB_BASE_URL"] == "https://hub.example/api"
    assert not [name for name in environment.ports(left_out(environ)) if name.startswith("HUB_")]
    assert "hub" not in readiness.doors(complete(**environ), left_out(environ))


def test_another_hubs_key_and_address_can_only_be_given():
    assert "HUB_API_KEY, HUB_PUBLIC_URL" in refusal(HUB_BASE_URL="https://hub.example/api")


def test_the_tracker_stores_own_redis_stays():
    environ = {"RASA_REDIS_URL": "redis://trackers.example/1"}

    assert complete(**environ)["RASA_REDIS_URL"] == "redis://trackers.example/1"


@pytest.mark.parametrize(
    ("host", "reached_at"),
    [
        ("", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("10.0.0.7", "http://10.0.0.7:8080"),
        ("::", "http://[::1]:8080"),
        ("fd00::7", "http://[fd00::7]:8080"),
    ],
)
def test_a_door_is_asked_where_it_stands(host: str, reached_at: str):
    env = complete(EDGE_HOST=host)

    assert readiness.doors(env, frozenset())["edge"] == f"{reached_at}/readyz"
    assert env["PUBLIC_BASE_URL"] == reached_at
