"""Codes that many processes check at the same moment."""

import multiprocessing
from collections import Counter
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import func, select

from hub.accounts import number_proof, registrations
from hub.accounts.hub import Hub
from hub.store.tables import Tally
from tests.hub.parts import MovableClock, code_in, hand_over, make_parts

PROCESSES = 5


@pytest.fixture
def registration(hub: Hub, invite) -> str:
    begun = registrations.begin(hub, code=invite().code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed="07700 900123")
    sent = number_proof.send_code(hub, begun.registration_id)
    hand_over(hub, sent.outgoing_id)
    return begun.registration_id


def check_all(
    url: str, registration: str, codes: list[str], start: Barrier, answers: SimpleQueue[str]
) -> None:
    """What one process does: wait for the others, then check every code given."""
    hub = make_parts(url, MovableClock())
    hub.store.require_ready()
    start.wait(60)
    for code in codes:
        try:
            number_proof.check_code(hub, registration, typed=code)
            answers.put("right")
        except Exception as exc:  # noqa: BLE001 - whatever it was, it is counted
            answers.put(type(exc).__name__)


def race(hub: Hub, url: str, registration: str, codes: list[str]) -> Counter[str]:
    """Have several processes check their share of the codes at once; count the answers."""
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(PROCESSES), context.SimpleQueue()
    runners = [
        context.Process(
            target=check_all, args=(url, registration, codes[number::PROCESSES], start, answers)
        )
        for number in range(PROCESSES)
    ]
    for runner in runners:
        runner.start()
    told = Counter(answers.get() for _ in codes)
    for runner in runners:
        runner.join(60)
    return told


def test_fifty_checks_of_one_right_code_succeed_once(
    hub, texts, registration, database_url
) -> None:
    outcome = race(hub, database_url, registration, [code_in(texts.all[0])] * 50)

    assert outcome == {"right": 1, "NumberAlreadyVerified": 49}


def test_of_a_hundred_wrong_codes_five_are_compared(hub, texts, registration, database_url) -> None:
    right = int(code_in(texts.all[0]))
    wrong = [f"{(right + 1 + number) % 10**6:06d}" for number in range(100)]

    outcome = race(hub, database_url, registration, wrong)

    with hub.store.transaction() as session:
        compared = session.scalars(
            select(func.count()).select_from(Tally).where(Tally.key.startswith("code:"))
        ).one()
    assert outcome == {"CodeIncorrect": 4, "Locked": 96}
    assert compared == 5
