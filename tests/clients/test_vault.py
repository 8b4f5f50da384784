import secrets
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis

from clients.errors import Nonsense, Unreachable
from clients.redis_link import connect
from clients.vault import MAX_LIFETIME, Vault, VaultExpired
from tests.messaging.redis_server import RedisServer

KEY = secrets.token_bytes(32)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with connect(server.url) as client:
        client.flushall()
        yield client


@pytest.fixture
def vault(redis: Redis) -> Vault:
    return Vault(redis, KEY)


def test_a_value_put_in_comes_out_again_and_again(vault: Vault) -> None:
    reference = vault.put("123456")

    assert [vault.get(reference), vault.get(reference)] == ["123456", "123456"]


def test_a_reference_is_32_hexadecimal_digits_and_never_the_same(vault: Vault) -> None:
    references = {vault.put("123456") for _ in range(50)}

    assert len(references) == 50
    assert all(len(r) == 32 and int(r, 16) >= 0 for r in references)


def test_redis_never_holds_the_value_in_the_clear(vault: Vault, redis: Redis) -> None:
    vault.put("07700900123")

    assert all(b"07700900123" not in redis.get(key) for key in redis.scan_iter())


def test_a_value_is_gone_when_its_time_is_over(vault: Vault, redis: Redis) -> None:
    reference = vault.put("123456", timedelta(seconds=1))

    time.sleep(1.1)

    with pytest.raises(VaultExpired):
        vault.get(reference)


def test_nothing_is_kept_longer_than_fifteen_minutes(vault: Vault, redis: Redis) -> None:
    reference = vault.put("123456")

    assert 0 < redis.pttl(f"vault:{reference}") <= MAX_LIFETIME.total_seconds() * 1000


@pytest.mark.parametrize("seconds", [-1, 0, 0.999, 15 * 60 + 0.001, 15 * 60 + 1])
def test_a_lifetime_outside_one_second_to_fifteen_minutes_is_refused(
    vault: Vault, seconds: float
) -> None:
    with pytest.raises(ValueError, match="lifetime"):
        vault.put("123456", timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [1, 15 * 60 - 1, 15 * 60])
def test_a_lifetime_up_to_fifteen_minutes_is_taken(vault: Vault, seconds: int) -> None:
    assert vault.get(vault.put("123456", timedelta(seconds=seconds))) == "123456"


@pytest.mark.parametrize(
    "reference", ["", "0" * 31, "0" * 33, "G" * 32, "0" * 32, "../x", "é" * 32]
)
def test_a_reference_that_names_nothing_is_expired(vault: Vault, reference: str) -> None:
    with pytest.raises(VaultExpired):
        vault.get(reference)


def test_another_key_opens_nothing(vault: Vault, redis: Redis) -> None:
    reference = vault.put("123456")

    with pytest.raises(Nonsense):
        Vault(redis, secrets.token_bytes(32)).get(reference)


def test_a_value_moved_under_another_reference_does_not_open(vault: Vault, redis: Redis) -> None:
    first, second = vault.put("123456"), vault.put("654321")
    redis.rename(f"vault:{first}", f"vault:{second}")

    with pytest.raises(Nonsense):
        vault.get(second)


def test_an_altered_value_does_not_open(vault: Vault, redis: Redis) -> None:
    reference = vault.put("123456")
    redis.setrange(f"vault:{reference}", 12, b"\x00")
    redis.setrange(f"vault:{reference}", 13, b"\x00")

    with pytest.raises(Nonsense):
        vault.get(reference)


def test_without_redis_the_vault_is_unreachable() -> None:
    server = RedisServer()
    vault = Vault.at(server.url, KEY)

    with pytest.raises(Unreachable):
        vault.put("123456")
    with pytest.raises(Unreachable):
        vault.get("0" * 32)


def test_the_vault_works_again_once_redis_is_back() -> None:
    server = RedisServer()
    server.start()
    vault = Vault.at(server.url, KEY)
    vault.put("123456")
    server.stop()
    with pytest.raises(Unreachable):
        vault.put("123456")

    server.start()

    assert vault.get(vault.put("654321")) == "654321"
    server.stop()


def test_a_redis_that_hangs_is_unreachable_within_seconds() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        vault = Vault(connect(f"redis://127.0.0.1:{deaf.getsockname()[1]}", timeout_s=0.2), KEY)
        began = time.monotonic()

        with pytest.raises(Unreachable):
            vault.get("0" * 32)

    assert time.monotonic() - began < 3


def test_an_error_names_neither_value_nor_reference() -> None:
    vault = Vault.at(RedisServer().url, KEY)

    with pytest.raises(Unreachable) as raised:
        vault.put("123456")

    assert "123456" not in str(raised.value)
