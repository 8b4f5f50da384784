"""The service and its contract say the same."""

import re
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import validate

from hub.accounts import errors
from hub.api import problems
from tests.hub.proofs import contract

DOCUMENT: dict[str, Any] = yaml.safe_load(Path("hub/openapi.yaml").read_text())

OF_PAGES = {
    errors.PasswordRefused,
    errors.PasswordNeeded,
    errors.SignInRejected,
    errors.SignInOver,
    errors.SignInNeeded,
    errors.FactorNotSet,
    errors.LastFactor,
    errors.CodeUsed,
    errors.LinkRejected,
}
"""What only a browser is told."""


def all_errors(kind: type[errors.HubError] = errors.HubError) -> set[type[errors.HubError]]:
    below = kind.__subclasses__()
    return set(below) | {error for child in below for error in all_errors(child)}


def test_the_contract_is_an_openapi_document() -> None:
    validate(DOCUMENT)


def test_every_operation_stands_in_the_contract_and_the_reverse(client) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    written = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}

    assert served == written


def test_every_error_of_a_use_case_is_a_problem() -> None:
    leaves = {error for error in all_errors() if not error.__subclasses__()}
    named = set(problems.PROBLEMS)

    assert leaves <= named
    assert len({problem.name for problem in problems.PROBLEMS.values()}) == len(named)


def test_every_problem_of_the_api_stands_in_the_contract_and_the_reverse() -> None:
    told = [problem for error, problem in problems.PROBLEMS.items() if error not in OF_PAGES]
    told += [
        problems.UNAUTHORISED,
        problems.MALFORMED,
        problems.KEY_NEEDED,
        problems.KEY_REUSED,
        problems.UNAVAILABLE,
        problems.INTERNAL,
        *problems.HTTP_ERRORS.values(),
    ]
    schemas = DOCUMENT["components"]["schemas"]
    written = {
        (schema["properties"]["type"]["const"], schema["properties"]["status"]["const"])
        for name, schema in schemas.items()
        if name.startswith("Problem") and name != "Problem"
    }

    assert {(problems.TYPE_PREFIX + problem.name, problem.status) for problem in told} == written


def test_every_operation_keeps_to_the_contract(client, hub, clock) -> None:
    outcome = contract.run(client.application, contract.World(hub, clock), examples=6)

    assert outcome.failures == []
    assert set(outcome.statuses) >= {200, 201, 202, 204, 400, 401, 404, 409, 422}


def test_every_operation_has_a_request_that_it_is_there_for() -> None:
    operations = {
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
    }

    assert set(contract.GOOD) == operations


def test_the_contract_is_told_to_who_asks(client) -> None:
    assert yaml.safe_load(client.get("/openapi.yaml").text) == DOCUMENT
