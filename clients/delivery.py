"""What becomes of a text: one spelling for the messaging service, the hub and the assistant."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """How far a text has come, as the messaging service tells it."""

    CREATED = "created"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class DeliveryReason(StrEnum):
    """Why a text did not arrive."""

    HANDSET_OFF = "handset_off"
    BLOCKED = "blocked"
    UNKNOWN_NUMBER = "unknown_number"
    LANDLINE = "landline"
    FILTERED = "filtered"
    OPTED_OUT = "opted_out"
    NOT_MOBILE = "not_mobile"
    NO_ROUTE = "no_route"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
