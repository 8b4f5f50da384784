"""What the server accepts as its configuration, and which model it takes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from support import write_settings

from bot import server
from bot.errors import ModelUnusable, WrongConfiguration
from bot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_settings(tmp_path, tmp_path / "m", "redis://127.0.0.1:1", "http://127.0.0.1:1")


@pytest.mark.parametrize("more", ["rest:\n", "twilio:\n  account_sid: x\n"])
def test_another_channel_beside_ours_is_refused(settings: Settings, more: str) -> None:
    settings.credentials.write_text(settings.credentials.read_text() + more)

    with pytest.raises(WrongConfiguration, match="no other channel"):
        server.create(settings)


@pytest.mark.parametrize("kind", ["bot.stores.trackers.RedisTracker", "redis", "in_memory"])
def test_another_store_than_ours_is_refused(settings: Settings, kind: str) -> None:
    text = settings.endpoints.read_text()
    settings.endpoints.write_text(text.replace("bot.stores.trackers.RedisTrackers", kind))

    with pytest.raises((WrongConfiguration, TypeError)):
        server.create(settings)


@pytest.mark.parametrize("part", ["action_endpoint", "tracker_store"])
def test_an_endpoint_that_is_not_named_is_refused(settings: Settings, part: str) -> None:
    text = settings.endpoints.read_text()
    settings.endpoints.write_text(text.replace(part, "something_else"))

    with pytest.raises(WrongConfiguration, match=part):
        server.create(settings)


def test_the_newest_model_is_taken_where_none_is_pinned(settings: Settings) -> None:
    unpinned = replace(settings, model=None)
    with pytest.raises(ModelUnusable, match="make train"):
        server.model_file(unpinned)
    for age, name in enumerate(("new", "old", "older")):
        (settings.models / f"{name}.tar.gz").touch()
        os.utime(settings.models / f"{name}.tar.gz", (1000 - age, 1000 - age))

    assert server.model_file(unpinned).name == "new.tar.gz"
