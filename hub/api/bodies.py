"""What the API takes in: the bodies of its requests, read strictly."""

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

Typed = Annotated[str, Field(min_length=1, max_length=2000)]
"""Whatever a person typed."""


ConversationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
"""Opaque, and ours."""


class Body(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Nothing(Body):
    """An empty object."""


class BeginRegistration(Body):
    """POST /v1/registrations."""

    invitation_code: Typed
    conversation_id: ConversationId


class GiveNumber(Body):
    """PUT /v1/registrations/{id}/number."""

    number: Typed


class CheckCode(Body):
    """POST /v1/registrations/{id}/security-codes/check."""

    code: Typed


class GiveEmail(Body):
    """POST /v1/invitations, /v1/invitation-requests, /v1/password-reset-requests."""

    email: Typed


class Malformed(Exception):
    """A body not of the agreed form; `fields` names where, never what."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__("malformed")
        self.fields = fields


class OfConversation(Body):
    """The query of GET /v1/registrations."""

    conversation_id: ConversationId


def conversation_of_query() -> str:
    """Return the conversation that the query names.

    Raises:
        Malformed: it cannot be one, or the query says more.
    """
    return _query(OfConversation).conversation_id


def read_csv() -> bytes:
    """Return a body that says it is CSV.

    Raises:
        UnsupportedMediaType: it says something else.
    """
    if request.mimetype != "text/csv":
        raise UnsupportedMediaType
    return request.get_data()


Kind = TypeVar("Kind", bound=Body)


def read(kind: type[Kind]) -> Kind:
    """Return the body of the request.

    Raises:
        Malformed: not JSON, not an object, or with wrong members.
    """
    try:
        return kind.model_validate_json(request.get_data() or b"")
    except ValidationError as exc:
        raise _malformed(exc, "body") from None


def _query(kind: type[Kind]) -> Kind:
    given = request.args.to_dict(flat=False)
    try:
        return kind.model_validate(
            {name: values[0] if len(values) == 1 else values for name, values in given.items()}
        )
    except ValidationError as exc:
        raise _malformed(exc, "query") from None


def _malformed(error: ValidationError, whole: str) -> Malformed:
    """Name the members that were wrong; those that are not ours to name, not at all."""
    fields = {
        ".".join(str(part) for part in one["loc"]) if one["type"] != "extra_forbidden" else whole
        for one in error.errors(include_input=False, include_url=False)
    }
    return Malformed(sorted(field or whole for field in fields))
