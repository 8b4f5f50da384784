"""Killed at any point, in any weather: each text is answered exactly once, and in order."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.messaging.mortal import Bench, OnPhone

PARENT, OTHER = "+447700900101", "+447700900102"
MakeBench = Callable[[], Bench]


def test_a_worker_killed_at_each_point_of_a_turn_answers_once(make_bench: MakeBench) -> None:
    counting = make_bench()
    counting.arrives(PARENT, "hello", "SM1")
    before = counting.fate.passed
    counting.sweep()
    points = counting.fate.passed - before

    answered = []
    for point in range(points + 1):
        bench = make_bench()
        bench.arrives(PARENT, "hello", "SM1")
        bench.arrives(PARENT, "again", "SM2")
        with bench.mortal(kill_at=point):
            bench.sweep()
        bench.settle()
        answered.append(bench.carrier.bodies(PARENT))

    assert points >= 8
    assert answered == [["You said: hello", "You said: again"]] * (points + 1)


def test_an_edge_killed_at_each_point_takes_the_repeated_webhook_once(
    make_bench: MakeBench,
) -> None:
    outcomes = []
    for point in range(3):
        bench = make_bench()
        bench.fate.left = point
        first = bench.arrives(PARENT, "hello", "SM1")
        bench.fate.left = None
        bench.arrives(PARENT, "hello", "SM1")
        bench.settle()
        outcomes.append((first, bench.carrier.bodies(PARENT)))

    once = ["You said: hello"]
    assert outcomes == [(False, once), (False, once), (True, once)]


@pytest.mark.parametrize("mood", ["busy", "away", "broken", "hangs"])
def test_whatever_the_carrier_does_a_text_goes_out_once(make_bench: MakeBench, mood: str) -> None:
    bench = make_bench()
    bench.arrives(PARENT, "hello", "SM1")
    bench.carrier.moods = [mood]

    bench.settle()

    assert bench.carrier.bodies(PARENT) == ["You said: hello"]


Step = tuple[str, int, int]
WEATHER = ["busy", "away", "broken", "hangs", "well"]
WORDS = [
    *["text"] * 6,
    *["work"] * 6,
    "duplicate",
    "carrier",
    "carrier",
    "callback",
    "time",
    "database",
    "assistant",
    "clock back",
    "clock jump",
    "redis",
]
MOST_SKEW_MIN = 9
"""How far apart the carrier's clock and ours may be; a look-up goes back a little further."""

PUT_OFF_BY_A_FAST_CLOCK: list[Step] = [
    ("clock jump", 0, 0),
    ("text", 0, 40),
    ("carrier", WEATHER.index("away"), 0),
    ("work", 30, 0),
]
"""Our clock is as far ahead as it may be when the carrier is away: an answer is put off."""


def run(bench: Bench, steps: list[Step]) -> dict[str, list[str]]:
    """Do the drawn steps, let everything settle, and return what should stand on each phone."""
    expected: dict[str, list[str]] = {PARENT: [], OTHER: []}
    history: list[tuple[str, str, str]] = []
    latest = bench.clock.now()
    for number, (word, one, two) in enumerate(steps):
        if word == "text":
            text = ((PARENT, OTHER)[one % 2], f"part {number}", f"SM-in-{number}")
            bench.fate.left = two if two < 3 else None
            while not bench.arrives(*text):
                pass
            bench.fate.left = None
            history.append(text)
            expected[text[0]].append(f"You said: part {number}")
        elif word == "work":
            with bench.mortal(kill_at=one if one < 30 else None):
                bench.sweep()
            bench.clock.pass_by(timedelta(seconds=two / 4))
        elif word == "duplicate" and history:
            bench.arrives(*history[one % len(history)])
        elif word == "carrier":
            bench.carrier.moods.append(WEATHER[one % len(WEATHER)])
        elif word == "callback" and bench.carrier.sent:
            sent: OnPhone = bench.carrier.sent[one % len(bench.carrier.sent)]
            bench.reports(sent, ("sent", "delivered", "undelivered", "queued")[two % 4])
        elif word == "time":
            bench.clock.pass_by(timedelta(seconds=one * two / 2))
        elif word == "clock back":
            bench.clock.pass_by(timedelta(seconds=-min(one, 30)))
        elif word == "clock jump":
            skew = timedelta(minutes=one % (2 * MOST_SKEW_MIN + 1) - MOST_SKEW_MIN)
            bench.clock.pass_by(bench.carrier.skew - skew)  # the carrier's own clock is steady
            bench.carrier.skew = skew
        elif word == "redis":
            bench.redis.is_away(one % 2 == 0)
        elif word == "database":
            bench.database.is_away = one % 2 == 0
        elif word == "assistant":
            bench.assistant.is_away = one % 2 == 0
        latest = max(latest, bench.clock.now())
    # A clock that was set back holds up what was put off before: no longer than it was set back.
    bench.clock.pass_by(latest - bench.clock.now())
    bench.settle()
    return expected


def sequences(*, least: int) -> st.SearchStrategy[list[Step]]:
    """Return what draws up to thirty steps."""
    step = st.tuples(st.sampled_from(WORDS), st.integers(0, 40), st.integers(0, 40))
    return st.lists(step, min_size=least, max_size=30)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=sequences(least=0))
@example(steps=[*PUT_OFF_BY_A_FAST_CLOCK, ("clock jump", MOST_SKEW_MIN, 0)])
@example(steps=[*PUT_OFF_BY_A_FAST_CLOCK, *[("clock back", 30, 0)] * 20])
def test_in_any_weather_each_text_is_answered_exactly_once_and_in_order(
    make_bench: MakeBench, steps: list[Step]
) -> None:
    bench = make_bench()

    expected = run(bench, steps)

    assert {number: without_delay(bench.carrier.bodies(number)) for number in expected} == expected


def without_delay(bodies: list[str]) -> list[str]:
    """Leave out the honest word about a delay, which answers nothing."""
    return [body for body in bodies if "There is a delay" not in body]
