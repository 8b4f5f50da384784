"""The edge's settings, read from the environment here and nowhere else."""

from typing import Literal

from pydantic import Field, SecretStr

from webhooks.chat.settings import ChatSettings


class EdgeSettings(ChatSettings):
    """What the edge needs besides what it shares with the workers."""

    edge_host: str = "127.0.0.1"
    edge_port: int = 8080
    edge_internal_host: str = "127.0.0.1"
    edge_internal_port: int = 8083
    edge_threads: int = Field(default=16, ge=1)
    edge_worker_class: Literal["gthread", "gevent"] = "gthread"
    """How gunicorn serves many at once; docs/decisions/0075 says why threads."""
    edge_request_s: float = Field(default=20.0, gt=0)
    """A request that has not arrived whole after so long is cut off: it would hold a thread."""
    trusted_proxies: int = Field(default=0, ge=0)
    """How many proxies before the public port append to X-Forwarded-For; 0: none is believed."""

    messaging_api_keys: SecretStr
    """Accepted bearer tokens of the internal door, comma separated."""
    handoffs_page_keys: SecretStr | None = None
    """What opens the manager's page and nothing else, comma separated; unset: nobody sees it."""
    twilio_auth_token_secondary: SecretStr | None = None
    """A second token whose signatures count, while one is being replaced."""

    @property
    def api_keys(self) -> tuple[str, ...]:
        """The accepted bearer tokens."""
        return _listed(self.messaging_api_keys)

    @property
    def page_keys(self) -> tuple[str, ...]:
        """What opens the manager's page."""
        return _listed(self.handoffs_page_keys)

    @property
    def signing_tokens(self) -> tuple[str, ...]:
        """The tokens whose signatures count."""
        tokens = (self.twilio_auth_token, self.twilio_auth_token_secondary)
        return tuple(token.get_secret_value() for token in tokens if token is not None)


def _listed(keys: SecretStr | None) -> tuple[str, ...]:
    found = () if keys is None else keys.get_secret_value().split(",")
    return tuple(key.strip() for key in found if key.strip())
