"""Prove the conversation: the rules on every turn, the 56 paths, and that no secret is left lying.

Starts the real processes on free ports, registers parents by text and counts what that costs, lets
random parents talk (`--turns 5000` takes about an hour on two cores), plants secrets and looks for
them everywhere, and walks every path. Prints a table; the last line is JSON; exits 1 where a proof
fails. `--only` takes the names of proofs. `--only random --turns 5000 --seed N --kept FILE` plays
the random parents alone, and goes on where an interrupted run has stopped.
"""

import argparse
import itertools
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from messaging.segments import measure
from tests.e2e import conftest
from tests.e2e.paths.walker import Visitor
from tests.e2e.proofs import alike, journeys
from tests.e2e.proofs.planted import CONTROLS, controls_found, search, vault_runs_out
from tests.e2e.proofs.random_parent import SECRETS, Planted, Stage, Tally, plant, play
from tests.e2e.proofs.rules import RULES
from tests.e2e.running import running_product
from tests.standins.simulated import SimulatorCarrier
from wire.names import CHANNELS, SMS

ROOT = Path(__file__).resolve().parents[1]
HAPPY_TEXTS = 8
"""Texts from us for a whole registration by text message, the code's own among them."""
PLANTED = 200
LEAST_AREA = 0.3
"""Of 30 pairs chance gives 0.5, give or take 0.15 (two standard errors)."""
PLACES = {
    "outside": ("hello",),
    "invitation": ("i want to register",),
    "number": ("i want to register", "its {invitation}"),
    "code": ("i want to register", "its {invitation}", "{number}"),
    "email": ("i forgot my password",),
}
"""Where secrets are typed: wherever something is asked, and outside."""
NAMES = ("Bluebell", "Rainbow", "Kestrel", "Harbour", "Marigold")

PROOFS = ("happy", "alike", "journeys", "random", "planted", "paths")

Result = dict[str, Any]


@contextmanager
def _stage(turns: int, *, first_number: int) -> Iterator[Stage]:
    with running_product(**conftest.CONTACT, LIMIT_TURNS_PER_HOUR="100000") as product:
        carrier = SimulatorCarrier(product.url("SIMULATOR_PORT"))
        known = conftest.known(product)
        yield Stage(
            product=product,
            carrier=carrier,
            known=known,
            most_turns=turns,
            first_number=first_number,
        )
        carrier.close()


def check_happy(stage: Stage, parents: int) -> Result:
    """Register parents by text as it goes when all goes well; count texts and segments."""
    texts, segments = [], []
    for _ in range(parents):
        parent = stage.parent()
        parent.gives_code(parent.goes_to_code())
        texts.append(len(parent.heard))
        segments.append(sum(measure(text).segments for text in parent.heard))
    return {
        "parents": parents,
        "texts_median": statistics.median(texts),
        "texts_maximum": max(texts),
        "segments_median": statistics.median(segments),
        "segments_maximum": max(segments),
        "ok": max(texts) <= HAPPY_TEXTS,
    }


def check_alike(stage: Stage, parents: int) -> Result:
    """Ask about addresses with and without an account: the words alike, and the time too.

    An address takes few requests, so each is asked about once by each of the first three ways.
    """
    different, times = [], {"known": list[float](), "unknown": list[float]()}
    for nth in range(parents):
        known = alike.completes(stage.parent()).email
        for asked in alike.OF_THE_HUB:
            pair = {"known": known, "unknown": f"nobody{nth}.{known}"}
            # Each kind first as often as the other: the second comes to warmer caches.
            order = sorted(pair, reverse=bool(nth % 2))
            told = {kind: alike.asks(stage.parent(), asked, pair[kind]) for kind in order}
            for kind, one in told.items():
                times[kind].append(one.seconds)
            if told["known"].words != told["unknown"].words:
                different.append(asked[0])
    area = alike.area_under_curve(times["known"], times["unknown"])
    for asked_first in different:
        print("   not alike:", asked_first)
    return {
        "pairs": len(times["known"]),
        "different": len(different),
        "median_known_s": round(statistics.median(times["known"]), 3),
        "median_unknown_s": round(statistics.median(times["unknown"]), 3),
        "area_under_curve": round(area, 3),
        "ok": not different and LEAST_AREA <= area <= 1 - LEAST_AREA,
    }


def check_journeys(stage: Stage) -> Result:
    """Walk every journey on both channels, coached and done here, and look at the hub."""
    failed = []
    for journey in journeys.JOURNEYS:
        for channel in CHANNELS:
            phone = stage.parent()
            person = phone if channel == SMS else Visitor(stage.product)
            try:
                journeys.walk(journey, person, phone)
            except AssertionError as exc:
                failed.append(f"{journey.name}, {channel}")
                print("  ", failed[-1], "|", str(exc).partition("\n")[0])
            finally:
                if isinstance(person, Visitor):
                    person.channel.close()
    walked = len(journeys.JOURNEYS) * len(CHANNELS)
    return {"walked": walked, "failed": failed, "ok": not failed}


def check_random(stage: Stage, seed: int, kept: Path | None) -> Result:
    """Let random parents talk and hold every exchange to the rules.

    Args:
        stage: where they play, and until when.
        seed: the same one draws the same parents.
        kept: a file from which an interrupted run is taken up, and in which it is kept.
    """
    if kept is not None and kept.exists():
        stage.tally = Tally.from_document(json.loads(kept.read_text(encoding="utf-8")))

    def keep(tally: Tally) -> None:
        if kept is not None:
            kept.write_text(json.dumps(tally.as_document()), encoding="utf-8")

    tally = play(stage, seed_=seed, keep=keep)
    for example in tally.examples:
        print("  ", example)
    per_rule = {
        name: sum(n for fault, n in tally.broken.items() if fault.startswith(f"{name}:"))
        for name in RULES
    }
    return {
        "turns": tally.turns,
        "broken": sum(tally.broken.values()),
        "broken_by_rule": {name: count for name, count in per_rule.items() if count},
        "unanswered": tally.unanswered,
        "dead_ends": tally.dead_ends,
        "by_channel": dict(tally.channels),
        "to_people": tally.to_people,
        "hub_faults": tally.faults,
        "registered": tally.registered,
        "seconds_a_turn": round(tally.seconds / max(1, tally.turns), 3),
        "ok": tally.turns >= stage.most_turns
        and not (tally.broken or tally.unanswered or tally.dead_ends),
    }


def check_planted(stage: Stage) -> Result:
    """Have parents type secrets of every kind, and look for them wherever anything is kept."""
    planted: list[Planted] = list(stage.tally.planted)
    places = itertools.cycle(itertools.product(PLACES, CHANNELS))
    while len(planted) < PLANTED:
        place, channel = next(places)
        phone = stage.parent()
        person = phone if channel == SMS else Visitor(stage.product)
        is_invited = any("{invitation}" in said for said in PLACES[place])
        invitation = phone.is_invited() if is_invited else ""
        for said in PLACES[place]:
            person.turn(said.format(invitation=invitation, number="0" + phone.number[3:]))
        for form in SECRETS:
            secret = plant(form, NAMES[len(planted) % len(NAMES)])
            planted.append(secret)
            person.turn(secret.text)
        if isinstance(person, Visitor):
            person.channel.close()
    time.sleep(2)  # logs and callbacks of the last turn
    left = vault_runs_out(stage.product)
    found = search(stage.product, planted)
    controls = controls_found(stage.product)
    for spot, spelling in found[:20]:
        print(f"   a secret in {spot}: {spelling!r}")  # made up for this run
    return {
        "planted": len(planted),
        "found": len(found),
        "left_in_vault": left,
        "controls_found": sorted(controls),
        "ok": not found and not left and controls == CONTROLS,
    }


def check_paths() -> Result:
    """Walk the 56 paths; some are several conversations."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "e2e", "-p", "no:randomly"]
    report = subprocess.run(
        [*command, "tests/e2e/paths", "-rf"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = report.stdout.strip().splitlines()
    for line in lines:
        if line.startswith("FAILED"):
            print("  ", line)
    summary = lines[-1] if lines else ""
    counts = {name: int(count) for count, name in re.findall(r"(\d+) (passed|failed)", summary)}
    return {**counts, "ok": report.returncode == 0}


def main() -> int:
    """Run the proofs and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5000)
    parser.add_argument("--parents", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20_261_123)
    parser.add_argument("--only", nargs="*", choices=PROOFS)
    parser.add_argument("--kept", type=Path, help="file of an interrupted random run")
    asked = parser.parse_args()
    wanted = asked.only or PROOFS
    results: dict[str, Result] = {}
    if set(wanted) - {"paths"}:
        with _stage(asked.turns, first_number=100) as stage:
            proofs: dict[str, Callable[[], Result]] = {
                "happy": lambda: check_happy(stage, asked.parents),
                "alike": lambda: check_alike(stage, asked.parents),
                "journeys": lambda: check_journeys(stage),
                "random": lambda: check_random(stage, asked.seed, asked.kept),
                "planted": lambda: check_planted(stage),
            }
            for name, proof in proofs.items():
                if name in wanted:
                    results[name] = proof()
    if "paths" in wanted:
        results["paths"] = check_paths()
    _print(results)
    return 0 if all(result["ok"] for result in results.values()) else 1


def _print(results: dict[str, Result]) -> None:
    for name, result in results.items():
        print(f"\n{name:<10} {'ok' if result['ok'] else 'FAILED'}")
        for fact, value in result.items():
            if fact != "ok":
                print(f"  {fact:<20} {value}")
    print(json.dumps(results))


if __name__ == "__main__":
    sys.exit(main())
