"""What a bare yes or no answers, where no form is asking."""

from enum import StrEnum


class Offer(StrEnum):
    """A question that was put outside a form."""

    HAS_INVITATION = "has_invitation"
    """Have you had an email that invites you?"""
    CARRY_ON = "carry_on"
    """Shall we carry on with the registration that was begun?"""
