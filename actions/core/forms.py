"""The names of the forms, for a journey that leads into another without knowing it."""

from typing import Final

REGISTRATION: Final = "registration_form"
AUTHENTICATOR: Final = "authenticator_form"
INVITATION: Final = "invitation_form"
PASSWORD_RESET: Final = "password_reset_form"  # noqa: S105 - the name of a form
LOST_PHONE: Final = "lost_phone_form"

BY_EMAIL: Final = (INVITATION, PASSWORD_RESET, LOST_PHONE)
"""Those that ask for an email address and nothing else."""

_SUFFIX: Final = "form"


def prefix_of(form: str) -> str:
    """Return what the names of a form's slots begin with: those of its journey."""
    return form.removesuffix(_SUFFIX)
