"""Codes that many processes check at the same moment."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from hub.accounts import number_proof, sign_in
from hub.accounts.hub import Hub
from hub.store.tables import Tally
from tests.hub.parts import MovableClock, make_parts

PROCESSES = 5

Check = Callable[[Hub, str, str], object]


def check_text(hub: Hub, registration: str, code: str) -> object:
    """The code of a text, in a registration."""
    return number_proof.check_code(hub, registration, typed=code)


def check_app(hub: Hub, token: str, code: str) -> object:
    """The code of an app, in a sign-in."""
    return sign_in.finish(hub, token, method="app", typed=code)


def _check_all(
    url: str, check: Check, of: str, codes: list[str], start: Barrier, answers: SimpleQueue[str]
) -> None:
    """What one process does: wait for the others, then check every code given."""
    hub = make_parts(url, MovableClock())
    hub.store.require_ready()
    start.wait(60)
    for code in codes:
        try:
            check(hub, of, code)
            answers.put("right")
        except Exception as exc:  # noqa: BLE001 - whatever it was, it is counted
            answers.put(type(exc).__name__)


def race(url: str, check: Check, of: str, codes: list[str]) -> Counter[str]:
    """Have several processes check their share of the codes at once; count the answers."""
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
    told = Counter(answers.get() for _ in codes)
    for runner in runners:
        runner.join(60)
    return told


def compared(hub: Hub) -> int:
    """How many wrong codes were compared, whoever asked."""
    with hub.store.transaction() as session:
        return session.scalars(
            select(func.count()).select_from(Tally).where(Tally.key.startswith("code:"))
        ).one()
