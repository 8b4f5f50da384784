import base64

import pytest

from messaging.settings import WorkerSettings, load
from webhooks.settings import EdgeSettings

KEY = base64.b64encode(bytes(32)).decode()
SET = {
    "PUBLIC_BASE_URL": "https://texts.example.gov.uk/",
    "REDIS_URL": "redis://127.0.0.1",
    "CONVERSATION_KEY": KEY,
    "MESSAGING_SEAL_KEY": KEY,
    "VAULT_KEY": KEY,
    "WEBCHAT_TOKEN_KEY": KEY,
    "MESSAGING_API_KEYS": "one, two",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "sesame",
    "TWILIO_FROM": "+447700900999",
    "RASA_URL": "http://127.0.0.1:5005",
    "RASA_CHANNEL_TOKEN": "sesame",
}


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*SET, "TWILIO_CODE_FROM", "CONTACT_PHONE"]:
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    for name, value in (SET | changes).items():
        monkeypatch.setenv(name, value)


def test_every_missing_name_stands_in_one_message() -> None:
    with pytest.raises(SystemExit) as raised:
        load(WorkerSettings)

    needed = set(SET) - {"MESSAGING_API_KEYS", "WEBCHAT_TOKEN_KEY"}
    assert all(name in str(raised.value) for name in needed)


def test_an_empty_value_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, TWILIO_AUTH_TOKEN="")

    with pytest.raises(SystemExit, match="Missing settings: TWILIO_AUTH_TOKEN"):
        load(WorkerSettings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VAULT_KEY", "short"),
        ("VAULT_KEY", base64.b64encode(bytes(31)).decode()),
        ("PUBLIC_BASE_URL", "texts.example.gov.uk"),
        ("PUBLIC_BASE_URL", "https://user:secret@texts.example.gov.uk"),
        ("PUBLIC_BASE_URL", "https://my_host.example"),
    ],
)
def test_a_wrong_value_is_told_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    set_all(monkeypatch, **{name: value})

    with pytest.raises(SystemExit) as raised:
        load(WorkerSettings)

    assert name in str(raised.value)
    assert value not in str(raised.value)


def test_what_is_right_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, CONTACT_PHONE="01785 000000")

    worker, edge = load(WorkerSettings), load(EdgeSettings)

    assert worker.public_base_url == "https://texts.example.gov.uk"
    assert worker.contact == {"phone": "01785 000000"}
    assert edge.api_keys == ("one", "two")
    assert edge.signing_tokens == ("sesame",)


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)

    shown = repr(load(WorkerSettings)) + repr(load(EdgeSettings))

    assert "sesame" not in shown
    assert KEY not in shown


def test_a_messaging_service_needs_its_numbers_named(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, TWILIO_FROM="MG" + "0" * 32)

    with pytest.raises(SystemExit, match="TWILIO_NUMBERS"):
        load(WorkerSettings)

    monkeypatch.setenv("TWILIO_NUMBERS", "+447700900999, +447700900998")
    assert load(WorkerSettings).two_way_numbers == ("+447700900999", "+447700900998")


def test_a_number_is_its_own_two_way_number(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)

    assert load(WorkerSettings).two_way_numbers == ("+447700900999",)


def test_numbers_are_written_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, TWILIO_NUMBERS="07700 900999")

    with pytest.raises(SystemExit, match="TWILIO_NUMBERS"):
        load(WorkerSettings)
