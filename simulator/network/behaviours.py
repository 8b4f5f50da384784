"""How a handset and its network behave towards a text: by magic number, or as switched.

The idea of numbers that always behave in one way is that of GOV.UK Notify's smoke tests.
"""

from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """What happens to every text sent to a phone."""

    DELIVERED = "delivered"
    HANDSET_OFF = "handset_off"
    BLOCKED = "blocked"
    UNKNOWN_NUMBER = "unknown_number"
    LANDLINE = "landline"
    FILTERED = "filtered"
    UNKNOWN_REASON = "unknown_reason"
    QUEUE_EXPIRED = "queue_expired"
    OPTED_OUT = "opted_out"
    NOT_MOBILE = "not_mobile"
    NO_ROUTE = "no_route"
    REGION_OFF = "region_off"
    BUSY_ONCE = "busy_once"
    BROKEN_ONCE = "broken_once"
    NO_ANSWER = "no_answer"
    NO_CALLBACKS = "no_callbacks"
    SHUFFLED_CALLBACKS = "shuffled_callbacks"
    LATE = "late"


class Callbacks(StrEnum):
    """How Twilio's status callbacks of a text arrive."""

    USUAL = "usual"
    NONE = "none"
    SHUFFLED = "shuffled"


@dataclass(frozen=True, kw_only=True)
class Conduct:
    """The course of a text under one behaviour."""

    title: str
    """For the switch on the phones page."""
    refusal: int | None = None
    """Twilio's code with which the request is refused; nothing is sent."""
    stumble: int | None = None
    """HTTP status that the first request of a text gets; the next one is taken."""
    answers: bool = True
    """False: the text is taken and delivered, and the request never gets its answer."""
    final_status: str = "delivered"
    error_code: int | None = None
    callbacks: Callbacks = Callbacks.USUAL
    is_late: bool = False
    """True: the network keeps the text for `SIMULATOR_LATE_S` before it arrives."""

    @property
    def is_ordinary(self) -> bool:
        """Whether there is nothing to say about it."""
        return self == CONDUCT[Behaviour.DELIVERED]

    @property
    def arrives(self) -> bool:
        """Whether the phone shows the text in the end."""
        return self.refusal is None and self.final_status == "delivered"


def _undelivered(title: str, error_code: int) -> Conduct:
    return Conduct(title=title, final_status="undelivered", error_code=error_code)


CONDUCT: dict[Behaviour, Conduct] = {
    Behaviour.DELIVERED: Conduct(title="Delivers every text"),
    Behaviour.HANDSET_OFF: _undelivered("Handset off or out of coverage (30003)", 30003),
    Behaviour.BLOCKED: _undelivered("Blocks the sender (30004)", 30004),
    Behaviour.UNKNOWN_NUMBER: _undelivered("Number not in use (30005)", 30005),
    Behaviour.LANDLINE: _undelivered("Landline or unreachable network (30006)", 30006),
    Behaviour.FILTERED: _undelivered("Filtered by the network (30007)", 30007),
    Behaviour.UNKNOWN_REASON: _undelivered("Undelivered, no reason given (30008)", 30008),
    Behaviour.QUEUE_EXPIRED: Conduct(
        title="Expires in Twilio's queue (30036)", final_status="failed", error_code=30036
    ),
    Behaviour.OPTED_OUT: Conduct(title="Opted out, refused at once (21610)", refusal=21610),
    Behaviour.NOT_MOBILE: Conduct(title="Not a mobile, refused at once (21614)", refusal=21614),
    Behaviour.NO_ROUTE: Conduct(title="No route, refused at once (21612)", refusal=21612),
    Behaviour.REGION_OFF: Conduct(title="Country not enabled, refused (21408)", refusal=21408),
    Behaviour.BUSY_ONCE: Conduct(title="Twilio busy once (429), then fine", stumble=429),
    Behaviour.BROKEN_ONCE: Conduct(title="Twilio broken once (500), then fine", stumble=500),
    Behaviour.NO_ANSWER: Conduct(title="Delivers, but Twilio never answers", answers=False),
    Behaviour.NO_CALLBACKS: Conduct(
        title="Delivers, but no status callbacks", callbacks=Callbacks.NONE
    ),
    Behaviour.SHUFFLED_CALLBACKS: Conduct(
        title="Status callbacks twice and out of order", callbacks=Callbacks.SHUFFLED
    ),
    Behaviour.LATE: Conduct(title="Delivers late", is_late=True),
}

DRAMA_BASE = 447700900000
"""Ofcom keeps 07700 900000 to 900999 for drama: they reach nobody."""

MAGIC_NUMBERS: dict[str, Behaviour] = {
    f"+{DRAMA_BASE + 901 + place}": behaviour
    for place, behaviour in enumerate(
        behaviour for behaviour in Behaviour if behaviour is not Behaviour.DELIVERED
    )
}
"""07700 900901 and following, in the order of `Behaviour`; every other number delivers."""

GENERIC_SENDERS = frozenset({"ALERT", "CODE", "INFO", "VERIFY"})
"""Names that British networks filter, whoever uses them. Source: Twilio's UK sender rules, 2023."""


def conduct_of(
    number: str, switched: Behaviour | None = None, sender: str | None = None
) -> Conduct:
    """Return how a phone behaves: as switched on its page, else as its number says."""
    if sender is not None and sender.upper() in GENERIC_SENDERS:
        return CONDUCT[Behaviour.FILTERED]
    return CONDUCT[switched or MAGIC_NUMBERS.get(number, Behaviour.DELIVERED)]
