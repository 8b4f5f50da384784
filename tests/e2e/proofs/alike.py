"""G13: whoever asks, about whomever, hears the same, and the hub notes the same for them."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.e2e.conftest import CONTACT
from tests.e2e.journey import LINK
from tests.e2e.page import HubPages
from tests.e2e.paths.walker import Visitor, Walker

PASSWORD = "plum kettle harbour nineteen"

ASKED = (
    ("i forgot my password", "{email}"),
    ("i lost my phone", "{email}"),
    ("the invitation email never came", "{email}"),
    ("it says my email is not recognised", "my email is {email}"),
    ("is {email} registered with you", "does {email} have an account"),
    ("it says my account is locked", "my email is {email} am i locked out"),
)
"""What somebody says who wants to know whether an address has an account."""
OF_THE_HUB = ASKED[:3]
"""Those that the hub itself is asked by."""

Person = Walker | Visitor


@dataclass(frozen=True)
class Told:
    """What somebody heard, what the hub holds for their conversation, and how long it took."""

    answers: tuple[str, ...]
    states: tuple[str | None, ...]
    seconds: float
    """Of the turn that brought the address."""

    @property
    def words(self) -> tuple[object, ...]:
        """All that must be alike, whatever the address."""
        return self.answers, self.states


def completes(parent: Walker) -> Walker:
    """Register a parent to the end: a password is chosen and the hub has opened."""
    parent.goes_to_number()
    parent.gives_number()
    own = "\n".join(parent.heard).replace(CONTACT["PRIVACY_URL"], "")
    link = LINK.search(own)
    assert link, own
    page = HubPages()
    assert page.open(link.group()) == "Choose a password"
    page.submit("/register", password=PASSWORD)
    assert parent.at_hub == "complete"
    return parent


def asks(person: Person, asked: Sequence[str], email: str) -> Told:
    """Ask about an address in these words, and decline whatever is offered."""
    answers, states, took = [], [], 0.0
    for said in (*asked, "no"):
        began = time.monotonic()
        answers.append(person.turn(said.format(email=email)))
        if said == asked[-1]:
            took = time.monotonic() - began
        states.append(person.at_hub)
    return Told(tuple(answers), tuple(states), took)


def gives(make: Callable[[], Walker], number: str) -> tuple[str, ...]:
    """Register with a number up to a wrong code; return what is said, the number's end left out."""
    parent = make()
    parent.goes_to_number()
    told = [parent.turn(said) for said in (f"use 0{number[3:]}", "who are you", "111111")]
    return tuple(re.sub(rf"\b{number[-3:]}\b", "###", text) for text in told)


def area_under_curve(known: Sequence[float], unknown: Sequence[float]) -> float:
    """Return how often a time of the first kind is the longer one: 0.5 tells nothing."""
    wins = sum((a > b) + (a == b) / 2 for a in known for b in unknown)
    return wins / (len(known) * len(unknown))
