"""What the API takes in: the bodies of its requests, read strictly."""

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Typed = Annotated[str, Field(min_length=1, max_length=2000)]
"""Whatever a person typed."""


class Body(BaseModel):
    """A JSON object with these members and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Nothing(Body):
    """An empty object."""


class BeginRegistration(Body):
    """POST /v1/registrations."""

    invitation_code: Typed
    conversation_id: Annotated[str, Field(min_length=1, max_length=128)]


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


Kind = TypeVar("Kind", bound=Body)


def read(kind: type[Kind]) -> Kind:
    """Return the body of the request.

    Raises:
        Malformed: not JSON, not an object, or with wrong members.
    """
    try:
        return kind.model_validate_json(request.get_data() or b"")
    except ValidationError as exc:
        fields = {
            ".".join(str(part) for part in error["loc"]) or "body"
            for error in exc.errors(include_input=False, include_url=False)
        }
        raise Malformed(sorted(fields)) from None
