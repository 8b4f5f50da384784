"""A tiny model of our own, a real Redis, an action server that obeys, and the assistant."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot import logs
from bot import settings as bot_settings

bot_settings.quieten_libraries()
logs.take_over_structlog()

import pytest  # noqa: E402 - the line above must come before Rasa is imported
import rasa.model_training  # noqa: E402
import redis  # noqa: E402
from support import (  # noqa: E402
    MODEL,
    Bot,
    Ours,
    RedisServer,
    Stock,
    StubActions,
    write_settings,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--stock",
        action="store_true",
        help="run the tests marked `tamed` against stock Rasa, where each of them must fail",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--stock"):
        chosen = [item for item in items if item.get_closest_marker("tamed")]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


@pytest.fixture(scope="session")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """Not the one that Sanic installs: uvloop waits for ever to close after a failed start."""
    return asyncio.DefaultEventLoopPolicy()


@pytest.fixture(scope="session")
def stock(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--stock"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Rasa keeps trained parts; of this test session only."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder)
    return folder


def train(sources: Path, output: Path, name: str) -> Path:
    trained = rasa.model_training.train(
        domain=str(sources / "domain.yml"),
        config=str(sources / "config.yml"),
        training_files=[str(sources / "data")],
        output=str(output),
        fixed_model_name=name,
    )
    assert trained.model is not None
    return Path(trained.model)


@pytest.fixture(scope="session")
def model(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(MODEL, tmp_path_factory.mktemp("models"), "tiny")


@pytest.fixture(scope="session")
def circling_model(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an `utter_` fallback, the setting that makes Rasa run in circles."""
    sources = tmp_path_factory.mktemp("circling") / "model"
    shutil.copytree(MODEL, sources)
    config = sources / "config.yml"
    config.write_text(config.read_text().replace("action_default_fallback", "utter_default"))
    return train(sources, tmp_path_factory.mktemp("models"), "circling")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    redis.Redis(port=redis_server.port).flushall()
    return redis_server.url


@pytest.fixture
async def actions() -> AsyncIterator[StubActions]:
    stub = StubActions()
    await stub.start()
    yield stub
    await stub.stop()


@pytest.fixture
async def ours(
    model: Path, redis_url: str, actions: StubActions, tmp_path: Path
) -> AsyncIterator[Ours]:
    assistant = await Ours(write_settings(tmp_path, model, redis_url, actions.url)).start()
    yield assistant
    await assistant.stop()


@pytest.fixture
async def assistant(
    stock: bool,
    model: Path,
    redis_server: RedisServer,
    redis_url: str,
    actions: StubActions,
    tmp_path: Path,
) -> AsyncIterator[Bot]:
    """Ours; with `--stock`, the same model in stock Rasa."""
    running: Ours | Stock
    if stock:
        running = Stock(model, redis_server.port, actions.url)
    else:
        running = Ours(write_settings(tmp_path, model, redis_url, actions.url))
    yield await running.start()
    await running.stop()
