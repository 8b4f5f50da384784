"""Ready means that it understands and can keep what was said."""

import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from conftest import train
from support import MODEL, Bot, Ours, RedisServer, Stock, StubActions, write_settings

from bot.errors import ModelUnusable, WrongConfiguration


@pytest.fixture
def untrained_model(model: Path, tmp_path: Path) -> Path:
    """The model with a classifier that loads without a word and understands nothing."""
    folder, broken = tmp_path / "unpacked", tmp_path / "untrained.tar.gz"
    with tarfile.open(model) as archive:
        archive.extractall(folder)
    (classifier,) = folder.glob("components/train_LogisticRegression*")
    for file in classifier.iterdir():
        file.unlink()
    classifier.rmdir()
    with tarfile.open(broken, "w:gz") as archive:
        archive.add(folder, arcname="")
    return broken


@pytest.fixture
async def with_untrained_model(
    stock: bool,
    untrained_model: Path,
    redis_server: RedisServer,
    redis_url: str,
    actions: StubActions,
    tmp_path: Path,
) -> AsyncIterator[Bot]:
    running: Ours | Stock
    if stock:
        running = Stock(untrained_model, redis_server.port, actions.url)
    else:
        running = Ours(write_settings(tmp_path, untrained_model, redis_url, actions.url))
    yield await running.start()
    await running.stop()


@pytest.mark.tamed
async def test_a_model_that_understands_nothing_is_not_ready(
    with_untrained_model: Bot, stock: bool
) -> None:
    # Stock Rasa without its HTTP API has this page alone.
    page = "/" if stock else "/readyz"
    url = f"http://127.0.0.1:{with_untrained_model.port}{page}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 503


async def test_what_it_does_not_understand_is_named(with_untrained_model: Ours) -> None:
    response = await with_untrained_model.fetch("GET", "/readyz")

    assert response.document == {"missing": ["intent greet", "intent talk_to_human"]}


async def test_a_trained_model_with_its_store_is_ready(ours: Ours) -> None:
    response = await ours.fetch("GET", "/readyz")

    assert response.status == 200
    assert response.document == {"missing": []}


async def test_without_redis_it_is_alive_but_not_ready(
    ours: Ours, redis_server: RedisServer
) -> None:
    redis_server.stop()
    try:
        ready = await ours.fetch("GET", "/readyz")
        alive = await ours.fetch("GET", "/healthz")
    finally:
        redis_server.start()

    assert (ready.status, alive.status) == (503, 200)
    assert ready.document == {"missing": ["tracker store"]}
    assert (await ours.fetch("GET", "/readyz")).status == 200


async def test_without_the_actions_it_is_ready(ours: Ours, actions: StubActions) -> None:
    await actions.stop()

    assert (await ours.fetch("GET", "/readyz")).status == 200


async def test_asking_changes_no_conversation(ours: Ours, redis_server: RedisServer) -> None:
    await ours.fetch("GET", "/readyz")

    assert list(await ours.app.ctx.trackers.keys()) == []


@pytest.mark.parametrize("response", ["utter_default", "utter_core_backend_away"])
async def test_a_model_that_could_fall_silent_does_not_start(
    model: Path, redis_url: str, tmp_path: Path, response: str
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for file in ("config.yml", "data"):
        (sources / file).symlink_to(MODEL / file)
    domain = (MODEL / "domain.yml").read_text().replace(response, "utter_other")
    (sources / "domain.yml").write_text(domain)
    mute = train(sources, tmp_path, "mute")

    with pytest.raises(WrongConfiguration, match=response):
        await Ours(write_settings(tmp_path, mute, redis_url, "http://127.0.0.1:1")).start()


async def test_a_pinned_model_that_is_not_there_is_an_error(redis_url: str, tmp_path: Path) -> None:
    settings = write_settings(tmp_path, tmp_path / "no.tar.gz", redis_url, "http://127.0.0.1:1")

    with pytest.raises(ModelUnusable, match="not there"):
        await Ours(settings).start()
