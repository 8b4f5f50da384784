"""Codes that many processes check at the same moment."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from hub.accounts import number_proof, sign_in
from hub.accounts.hub import Hub
from tests.hub.parts import MovableClock, make_parts
from tests.hub.proofs.spy import Spy

PROCESSES = 5
COMPARED = "compared"
DONE = "done"

Check = Callable[[Hub, str, str], object]


def check_text(hub: Hub, registration: str, code: str) -> object:
    """The code of a text, in a registration."""
    return number_proof.check_code(hub, registration, typed=code)


def check_app(hub: Hub, token: str, code: str) -> object:
    """The code of an app, in a sign-in."""
    return sign_in.finish(hub, token, method="app", typed=code)


def check_recovery_code(hub: Hub, token: str, code: str) -> object:
    """A recovery code, in a sign-in."""
    return sign_in.finish(hub, token, method="recovery_code", typed=code)


def check_password(hub: Hub, email: str, password: str) -> object:
    """The password of an address, each time from another place."""
    return sign_in.begin(hub, email=email, password=password, tried_by=f"ip:{password}")


def _check_all(
    url: str, check: Check, of: str, codes: list[str], start: Barrier, answers: SimpleQueue[str]
) -> None:
    """What one process does: wait for the others, then check every code given.

    It also tells of every comparison that was really made and came out wrong.
    """
    hub, counted = make_parts(url, MovableClock()), Counter[str]()
    hub.store.require_ready()
    start.wait(60)
    with Spy(counted, MovableClock()).watching():
        for code in codes:
            try:
                check(hub, of, code)
                answers.put("right")
            except Exception as exc:  # noqa: BLE001 - whatever it was, it is counted
                answers.put(type(exc).__name__)
    for _ in range(counted["compared"]):
        answers.put(COMPARED)
    answers.put(DONE)


@dataclass(frozen=True)
class Outcome:
    """What every check was answered, and how many wrong codes were really compared for it."""

    answers: Counter[str]
    compared: int


def race(url: str, check: Check, of: str, codes: list[str]) -> Outcome:
    """Have several processes check their share of the codes at once."""
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(PROCESSES), context.SimpleQueue()
    runners = [
        context.Process(
            target=_check_all,
            args=(url, check, of, codes[number::PROCESSES], start, answers),
        )
        for number in range(PROCESSES)
    ]
    for runner in runners:
        runner.start()
    told: Counter[str] = Counter()
    while told[DONE] < PROCESSES:
        told[answers.get()] += 1
    for runner in runners:
        runner.join(60)
    del told[DONE]
    return Outcome(compared=told.pop(COMPARED, 0), answers=told)
