"""A caller of the API with a key."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub import settings as hub_settings
from hub.accounts.hub import Hub
from hub.api.app import create_app
from tests.contracts.document import watch

_keys = itertools.count()


class Caller:
    """Speaks to the API as the assistant does: a key, and a new idempotency key every time."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> TestResponse:
        headers = {
            "Authorization": "Bearer current-key",
            "Idempotency-Key": key or f"key-{next(_keys)}",
        }
        return self.client.open(path, method=method, json=body, headers=headers)

    def begin(self, code: str, conversation: str = "sms-1") -> str:
        answer = self(
            "POST",
            "/v1/registrations",
            {"invitation_code": code, "conversation_id": conversation},
        )
        assert answer.status_code == 201, answer.json
        return str(answer.json["registration_id"])


@pytest.fixture
def client(settings: hub_settings.Settings, hub: Hub) -> Iterator[FlaskClient]:
    """A client of an API whose every exchange is held to the contract."""
    app = create_app(settings, hub)
    faults = watch(app)
    yield app.test_client()
    assert faults == []


@pytest.fixture
def call(client: FlaskClient) -> Caller:
    return Caller(client)
