import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from messaging.contacts import Contacts
from tests.messaging.fakes import FakeClock
from tests.messaging.migrated import empty
from tests.standins.ports import free_port
from webhooks.app import Edge
from webhooks.settings import EdgeSettings

SID = "AC" + "1" * 32
TOKEN = "t" * 32
SECOND = "s" * 32
API_KEY = "k" * 32
PAGE_KEY = "p" * 32
PUBLIC = "https://texts.example.gov.uk"


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def settings(folder: Path, **more: str) -> EdgeSettings:
    """Settings of an edge without Redis: wake-ups are lost, nothing else."""
    values = {
        "public_base_url": PUBLIC,
        "redis_url": f"redis://127.0.0.1:{free_port()}/0",
        "messaging_database_url": f"sqlite:///{folder / 'messaging.db'}",
        "var_dir": str(folder),
        "conversation_key": key(),
        "messaging_seal_key": key(),
        "vault_key": key(),
        "webchat_token_key": key(),
        "messaging_api_keys": f"{API_KEY}, second-{API_KEY}",
        "twilio_account_sid": SID,
        "twilio_auth_token": TOKEN,
        "twilio_auth_token_secondary": SECOND,
        "twilio_from": "+447700900999",
        "allow_drama_numbers": "true",
    } | more
    return EdgeSettings(**values)


@pytest.fixture
def migrated() -> bytes:
    return empty()


@pytest.fixture
def edge(tmp_path: Path, migrated: bytes) -> Iterator[Edge]:
    chosen = settings(tmp_path)
    (tmp_path / "messaging.db").write_bytes(migrated)
    edge = Edge(chosen, FakeClock())
    yield edge
    edge.stop()


@dataclass(frozen=True)
class StaffedEdge:
    """An edge beside a helpdesk, and its ids of numbers."""

    edge: Edge
    contacts: Contacts

    def __getattr__(self, name: str) -> Any:
        return getattr(self.edge, name)


@pytest.fixture
def staffed_edge(tmp_path: Path, migrated: bytes) -> Iterator[StaffedEdge]:
    chosen = settings(
        tmp_path,
        helpdesk="django-helpdesk",
        helpdesk_url="http://127.0.0.1:9",
        helpdesk_token="t",
        helpdesk_team="the SEND team",
        helpdesk_webhook_key="w" * 32,
        handoffs_page_keys=PAGE_KEY,
    )
    (tmp_path / "messaging.db").write_bytes(migrated)
    edge = Edge(chosen, FakeClock())
    keys = (chosen.conversation_key, chosen.messaging_seal_key)
    yield StaffedEdge(edge, Contacts(*(key.get_secret_value() for key in keys)))
    edge.stop()


@pytest.fixture
def public(edge: Edge) -> FlaskClient:
    return edge.public.test_client()


@pytest.fixture
def internal(edge: Edge) -> FlaskClient:
    return edge.internal.test_client()
