"""What is said when a neighbour failed: honest, and nothing has changed."""

from collections.abc import Mapping
from typing import Final

from actions.core.lines import Line
from clients.errors import ClientError, Nonsense, Refused, Unreachable
from clients.vault import VaultExpired

SORRY: Final = Line(
    response="utter_core_sorry", again="utter_core_sorry_again", closes=True, is_miss=True
)
"""Something broke on our side; also for errors that nobody expected."""

AWAY: Final = Line(
    response="utter_core_hub_away", again="utter_core_hub_away_again", closes=True, is_miss=True
)
EXPIRED: Final = Line(
    response="utter_core_value_expired",
    again="utter_core_value_expired_again",
    closes=True,
    is_miss=True,
)

APOLOGIES: Final[Mapping[type[ClientError], Line]] = {
    VaultExpired: EXPIRED,
    Unreachable: AWAY,
    Nonsense: AWAY,
    Refused: SORRY,
    ClientError: SORRY,
}


def apology(error: ClientError) -> Line:
    """Return the line for this error: that of the nearest class in the tree."""
    if error.neighbour != "hub" and not isinstance(error, VaultExpired):
        return SORRY
    return next(APOLOGIES[kind] for kind in type(error).__mro__ if kind in APOLOGIES)
