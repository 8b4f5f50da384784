"""What is told beside the team's name."""

from collections.abc import Sequence
from dataclasses import dataclass

from messaging.handoff.lines import Line


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How else to reach people, and the hub; what is not configured is not said."""

    contact: Sequence[Line] = ()
    hub_url: str | None = None
