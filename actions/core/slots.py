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
