"""The embedded Redis: its configuration, with a user for Rasa that sees only Rasa's keys."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def write_configuration(env: Mapping[str, str]) -> Path:
    """Write redis.conf (passwords as SHA-256, owner-readable) and return its path."""
    folder = Path(env["VAR_DIR"]) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.conf"
    everyone = hashlib.sha256(env["REDIS_PASSWORD"].encode()).hexdigest()
    rasa = hashlib.sha256(env["REDIS_RASA_PASSWORD"].encode()).hexdigest()
    lines = [
        "bind 127.0.0.1",
        f"port {env['REDIS_PORT']}",
        f"dir {_quoted(folder)}",
        # Conversations in the tracker store outlive a restart; the rest is minutes old at most.
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        f"user default on #{everyone} ~* &* +@all",
        f"user rasa on #{rasa} ~rasa:* +@all -@admin -@dangerous",
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return path


def _quoted(folder: Path) -> str:
    escaped = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
