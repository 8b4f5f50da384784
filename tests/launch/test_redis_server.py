"""The embedded Redis starts from the configuration that is written for it."""

import subprocess
from pathlib import Path

import redis

from launch import redis_server
from tests.messaging.redis_server import binary
from tests.standins.ports import free_port


def test_it_starts_in_a_folder_whose_name_holds_spaces_and_quotes(tmp_path: Path):
    folder = tmp_path / 'my "own" check\\out'
    env = {
        "VAR_DIR": str(folder),
        "REDIS_PORT": str(free_port()),
        "REDIS_PASSWORD": "p",
        "REDIS_RASA_PASSWORD": "r",
    }

    path = redis_server.write_configuration(env)
    server = subprocess.Popen([binary(), path], stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(
            port=int(env["REDIS_PORT"]),
            password="p",
            retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 200),
            retry_on_error=[redis.exceptions.ConnectionError],
        )
        assert client.config_get("dir") == {"dir": str(folder / "redis")}
        client.close()
    finally:
        server.terminate()
        server.wait()
