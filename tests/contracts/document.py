"""`hub/openapi.yaml` as a judge: what an exchange may look like, and a client made of nothing else.

Nothing here knows an operation by more than its id; paths, headers, bodies and answers are read
from the document.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import yaml
from flask import Flask, Response, request
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT: Final[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "hub" / "openapi.yaml").read_text()
)
HERE: Final = "urn:document"
_REGISTRY: Registry = Registry().with_resource(
    HERE, Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)
_REFUSED_FORM: Final = frozenset({400, 401, 404, 405, 415})
"""How a request may be answered that is not as the document says."""


def require(value: Any, schema: Mapping[str, Any]) -> None:
    """Let pass what a schema of the document describes.

    Raises:
        ValidationError: it is something else.
    """
    Draft202012Validator(
        _absolute(schema), registry=_REGISTRY, format_checker=FormatChecker()
    ).validate(value)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {
            name: HERE + part if name == "$ref" else _absolute(part)
            for name, part in schema.items()
        }
    return [_absolute(part) for part in schema] if isinstance(schema, list) else schema


def resolve(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference inside the document."""
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


OPERATIONS: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    operation["operationId"]: (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
"""Operation id to method, path and what the document says of it."""


def _operation_at(method: str, path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Return the operation that a request is for, and the values in its path."""
    for its_method, template, operation in OPERATIONS.values():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, path)
        if match and its_method == method.lower():
            return operation, match.groupdict()
    return None


def _require_answer(
    operation: Mapping[str, Any], status: int, content_type: str, body: bytes
) -> None:
    told = operation["responses"].get(str(status))
    assert told is not None, f"{status} is not an answer of {operation['operationId']}"
    content = resolve(told).get("content")
    if content is None:
        assert body == b"", "an answer without a body has one"
        return
    kind, described = next(iter(content.items()))
    assert content_type.partition(";")[0] == kind, f"{content_type} instead of {kind}"
    require(json.loads(body), described["schema"])


def _require_request(
    operation: Mapping[str, Any],
    path_values: Mapping[str, str],
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    places = {"path": path_values, "query": query, "header": headers}
    known = set()
    for parameter in map(resolve, operation["parameters"]):
        name, given = parameter["name"], places[parameter["in"]]
        known.add(name)
        if given.get(name) is not None:
            require(given[name], parameter["schema"])
        elif parameter.get("required"):
            raise ValidationError(f"{name} is missing")
    if set(query) - known:
        raise ValidationError("the query says more")
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        try:
            document = json.loads(body)
        except ValueError:
            raise ValidationError("the body is not JSON") from None
        require(document, content["schema"])


def watch(app: Flask) -> list[str]:
    """Hold every exchange with an API to the document; return the list that faults go to."""
    faults: list[str] = []

    @app.after_request
    def judge(response: Response) -> Response:
        if not request.path.startswith("/v1/"):
            return response
        fault = _fault_in(response)
        if fault:
            faults.append(f"{request.method} {request.path}: {fault}")
        return response

    return faults


def _fault_in(response: Response) -> str:
    status = response.status_code
    found = _operation_at(request.method, request.path)
    if found is None:
        return "" if status in {401, 404, 405} else f"{status} where nothing is"
    operation, path_values = found
    try:
        if status not in {404, 405}:  # a path with what is no id is not this operation's
            _require_answer(operation, status, response.content_type or "", response.get_data())
    except (AssertionError, ValidationError, ValueError) as exc:
        return f"the answer: {str(exc).splitlines()[0]}"
    if status == 413:
        return ""  # what is too large cannot be read here either
    try:
        _require_request(
            operation, path_values, request.args.to_dict(), request.headers, request.get_data()
        )
    except ValidationError as exc:
        return "" if status in _REFUSED_FORM else f"{status} to a request with: {exc.message}"
    return f"{status} to a request of the agreed form" if status in {400, 415} else ""


class DocumentClient:
    """Calls an operation by its id; what it sends and gets is as the document says."""

    def __init__(self, url: str, key: str) -> None:
        """Open nothing yet."""
        self.url = url
        self._http = httpx.AsyncClient(base_url=url, trust_env=False)
        self._key = key

    async def aclose(self) -> None:
        """Close the kept-alive connections."""
        await self._http.aclose()

    async def __call__(
        self,
        operation_id: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
        **path_values: str,
    ) -> tuple[int, Any]:
        """Return the status and the body of an answer; neither is other than agreed.

        Raises:
            AssertionError, ValidationError: the request or the answer is not as agreed.
        """
        method, path, operation = OPERATIONS[operation_id]
        headers = {"Authorization": f"Bearer {self._key}"}
        if any(resolve(one)["name"] == "Idempotency-Key" for one in operation["parameters"]):
            headers["Idempotency-Key"] = key or str(uuid4())
        content = b"" if body is None else json.dumps(body).encode()
        if content:
            headers["Content-Type"] = "application/json"
        if isinstance(body, str):
            content, headers["Content-Type"] = body.encode(), "text/csv"
        _require_request(operation, path_values, query or {}, headers, content)
        answer = await self._http.request(
            method, path.format(**path_values), content=content, params=query, headers=headers
        )
        _require_answer(
            operation, answer.status_code, answer.headers.get("Content-Type", ""), answer.content
        )
        return answer.status_code, answer.json() if answer.content else None
