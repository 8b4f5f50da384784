"""What a turn came to, before anything of it is stored."""

from dataclasses import dataclass, field

from messaging.handoff.plans import Plan
from messaging.replies import Said
from messaging.store import messages
from messaging.store.conversations import Conversation
from messaging.store.handoffs import Handoff


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a turn came to."""

    said: list[Said] = field(default_factory=list)
    awaiting: str | None = None
    journey: str | None = None
    state: str = messages.DONE
    wants: list[Handoff] = field(default_factory=list)
    """Requests for a person."""
    plan: Plan | None = None
    """What the turn does to the switchboard; None where there is no helpdesk."""
    numbers: tuple[str, ...] = ()
    """Opaque ids of the numbers that were given in a web chat."""

    @classmethod
    def unmoved(
        cls,
        held: Conversation,
        *,
        said: list[Said] | None = None,
        state: str = messages.DONE,
        wants: list[Handoff] | None = None,
        plan: Plan | None = None,
    ) -> "Outcome":
        """Return one that leaves the assistant's dialogue where it stood."""
        return cls(
            said=said or [],
            awaiting=held.awaiting,
            journey=held.journey,
            state=state,
            wants=wants or [],
            plan=plan,
        )
