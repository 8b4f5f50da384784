"""Settings come from the environment, and what is missing is said at once."""

from pathlib import Path

import pytest

from bot import settings
from wire.env import MissingSettings

SECRETS = dict.fromkeys(settings.SPOKEN_FOR, "x")


def test_every_missing_name_stands_in_one_message() -> None:
    with pytest.raises(MissingSettings) as caught:
        settings.load({"ACTIONS_URL": ""})

    assert all(name in str(caught.value) for name in settings.SPOKEN_FOR)


def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    read = settings.load(SECRETS)

    assert (read.host, read.port, read.model, read.log_level) == ("127.0.0.1", 5005, None, "INFO")


def test_what_is_set_is_taken() -> None:
    told = {"RASA_HOST": "10.0.0.1", "RASA_PORT": "7", "MODEL": "m.tar.gz", "LOG_LEVEL": "debug"}

    read = settings.load({**SECRETS, **told})

    assert (read.host, read.port, read.log_level) == ("10.0.0.1", 7, "DEBUG")
    assert read.model == Path("m.tar.gz")


def test_rasa_reports_nothing_to_its_makers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASA_TELEMETRY_ENABLED", raising=False)

    settings.quieten_libraries()

    from rasa import telemetry

    assert not telemetry.is_telemetry_enabled()
