"""A client that knows nothing but `hub/openapi.yaml` walks a parent's road at the real hub."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.contracts import real_hub
from tests.fakes.clock import FakeClock

DOCUMENT: dict[str, Any] = yaml.safe_load(Path("hub/openapi.yaml").read_text())
HERE = "urn:document"
REGISTRY: Registry = Registry().with_resource(
    HERE, Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)


def require(value: Any, schema: dict[str, Any]) -> None:
    """Let pass what a schema of the document describes."""
    whole = {"$id": HERE + "#", **schema}
    Draft202012Validator(
        _absolute(whole), registry=REGISTRY, format_checker=FormatChecker()
    ).validate(value)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: HERE + part if name == "$ref" else _absolute(part)
            for name, part in schema.items()
            if name != "$id"
        }
    return [_absolute(part) for part in schema] if isinstance(schema, list) else schema


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


class DocumentClient:
    """Calls an operation by its id; what it sends and gets is as the document says."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False)
        self._key = key
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, item in DOCUMENT["paths"].items()
            for method, operation in item.items()
        }

    def __call__(
        self, operation_id: str, body: Any = None, *, query: Any = None, **path_values: str
    ) -> tuple[int, Any]:
        method, path, operation = self._operations[operation_id]
        headers = {"Authorization": f"Bearer {self._key}"}
        for parameter in map(resolve, operation["parameters"]):
            if parameter["name"] == "Idempotency-Key":
                headers["Idempotency-Key"] = str(uuid4())
            if parameter["in"] == "path":
                require(path_values[parameter["name"]], parameter["schema"])
        if body is not None:
            content = operation["requestBody"]["content"]["application/json"]
            require(body, content["schema"])
        answer = self._http.request(
            method, path.format(**path_values), json=body, params=query, headers=headers
        )
        told = resolve(operation["responses"][str(answer.status_code)])
        if "content" not in told:
            assert answer.content == b""
            return answer.status_code, None
        kind, content = next(iter(told["content"].items()))
        assert answer.headers["Content-Type"] == kind
        require(answer.json(), content["schema"])
        return answer.status_code, answer.json()


@pytest.fixture
def stage() -> Iterator[tuple[DocumentClient, real_hub.Backstage, FakeClock]]:
    clock = FakeClock()
    with real_hub.running(clock) as (url, backstage):
        yield DocumentClient(url, real_hub.KEY), backstage, clock


def test_the_road_by_text(stage) -> None:
    call, backstage, _ = stage
    backstage.invite("AB2C-3D4E")

    _, begun = call(
        "beginRegistration", {"invitation_code": "AB2C-3D4E", "conversation_id": "sms-1"}
    )
    registration = {"registration_id": begun["registration_id"]}
    early, _ = call("sendSecurityCode", {}, **registration)
    call("giveNumber", {"number": "07700 900123"}, **registration)
    sent, _ = call("sendSecurityCode", {}, **registration)
    soon, told = call("sendSecurityCode", {}, **registration)
    wrong, _ = call("checkSecurityCode", {"code": backstage.wrong_code_of("sms-1")}, **registration)
    _, text = call("latestSecurityCode", **registration)
    checked, _ = call("checkSecurityCode", {"code": backstage.code_of("sms-1")}, **registration)
    _, status = call("registrationStatus", **registration)
    linked, _ = call("makeContinueLink", {}, **registration)
    _, newest = call("newestRegistration", query={"conversation_id": "sms-1"})
    gone, _ = call("letGoOfRegistration", **registration)
    missing, _ = call("showRegistration", **registration)

    assert (early, sent, soon, wrong, checked, linked, gone, missing) == (
        *(409, 202, 429, 422, 200, 201, 204, 404),
    )
    assert told["retry_after_s"] == 30
    assert text["state"] == "delivered"
    assert status["has_number"]
    assert newest["registration"]["state"] == "verified"


def test_the_road_by_app(stage) -> None:
    from hub.accounts import totp

    call, backstage, clock = stage
    backstage.invite("AB2C-3D4E")
    _, begun = call(
        "beginRegistration", {"invitation_code": "ab2c 3d4e", "conversation_id": "web-1"}
    )
    registration = {"registration_id": begun["registration_id"]}

    early, _ = call("confirmAuthenticator", {"code": "123456"}, **registration)
    _, enrolled = call("enrolAuthenticator", {}, **registration)
    secret = enrolled["setup_key"].replace(" ", "")
    checked, shown = call(
        "confirmAuthenticator",
        {"code": totp.code_at(secret, totp.step_at(clock.now()))},
        **registration,
    )

    assert (early, checked, shown["state"]) == (409, 200, "verified")


def test_what_is_asked_for_by_address_is_answered_alike(stage) -> None:
    call, backstage, _ = stage
    backstage.invite("AB2C-3D4E")

    for operation in ("askForInvitation", "askForPasswordReset", "askForFactorHelp"):
        known = call(operation, {"email": "parent1@example.com"})
        unknown = call(operation, {"email": "nobody@example.com"})
        assert known == unknown == (202, {})
        assert call(operation, {"email": "nonsense"})[0] == 422


def test_an_assistant_is_told_that_staff_operations_are_not_its_own(stage) -> None:
    call, _, _ = stage

    assert call("factorResets")[0] == 401
    assert call("eraseAccount", {"email": "parent1@example.com"})[0] == 401
