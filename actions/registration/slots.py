"""The slots of the registration journey: what the hub has said, never what a person typed."""

from collections.abc import Mapping
from typing import Any, Final

from actions.core import forms
from actions.core.begun import UNKNOWN_NUMBER
from clients.hub import Registration, RegistrationState

FORM: Final = forms.REGISTRATION

INVITATION: Final = "registration_invitation"
"""The hub's id of the registration, once the hub has accepted the invitation code."""

NUMBER: Final = "registration_number"
"""The last three digits of the number, once the hub has accepted it and a code is due."""

CODE: Final = "registration_code"
"""`VERIFIED`, once the hub has said so; never a proof, the last action asks the hub again."""

LOOKED_UP: Final = "registration_looked_up"
"""True once the hub was asked where this conversation left off."""

DECLINED: Final = "registration_declined"
"""Last three digits of a number that is not to be offered again."""

GIVEN_NUMBER: Final = "registration_given_number"
"""Vault reference of a number given before it was asked for, or of one that is in doubt."""

VERIFIED: Final = "verified"

IN_ORDER: Final = (INVITATION, NUMBER, CODE)

NOTHING: Final[Mapping[str, Any]] = dict.fromkeys(
    (INVITATION, NUMBER, CODE, LOOKED_UP, DECLINED, GIVEN_NUMBER)
)
"""Every slot of the journey, empty."""

_HAS_NUMBER = (
    RegistrationState.CODE_NEEDED,
    RegistrationState.VERIFIED,
    RegistrationState.COMPLETE,
)
_IS_VERIFIED = (RegistrationState.VERIFIED, RegistrationState.COMPLETE)


def told_by(registration: Registration) -> dict[str, Any]:
    """Return the slots as the hub's registration fills them."""
    number = registration.number_ends_with or UNKNOWN_NUMBER
    return {
        INVITATION: registration.registration_id,
        NUMBER: number if registration.state in _HAS_NUMBER else None,
        CODE: VERIFIED if registration.state in _IS_VERIFIED else None,
        LOOKED_UP: True,
    }


def next_slot(slots: Mapping[str, Any]) -> str | None:
    """Return the first slot that is still to be filled."""
    return next((name for name in IN_ORDER if slots.get(name) is None), None)
