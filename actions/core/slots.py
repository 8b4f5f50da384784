"""Slots that belong to no journey, and Rasa's own."""

from typing import Final

REQUESTED_SLOT: Final = "requested_slot"
"""Rasa's: the slot that the active form is asking for."""

INTRODUCED: Final = "core_introduced"
"""True once this session has said who speaks, and that it is automated."""

MISSES: Final = "core_misses"
"""Failed tries at the present step; a person is offered from the second on."""

OFFER: Final = "core_offer"
"""What a bare "yes" means outside a form: an `actions.core.choices.Offer`, or None."""

GIVEN_EMAIL: Final = "core_given_email"
"""Vault reference of an email address that was given before it was asked for."""

MAIL_FORM: Final = "core_mail_form"
"""The form that has last handed an email address to the hub; a correction goes there."""

PREFERS_APP: Final = "core_prefers_app"
"""True where the person wants an authenticator app, and no registration has come that far."""

NEXT_FORM: Final = "core_next_form"
"""The form that was asked for beside the one that is active, and begins once that one ends."""

CORE: Final = (INTRODUCED, MISSES, OFFER, GIVEN_EMAIL, MAIL_FORM, PREFERS_APP, NEXT_FORM)
