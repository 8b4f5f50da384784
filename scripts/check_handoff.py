"""Prove the handoff: nothing lost, doubled or misdirected, one speaker, nobody persuaded.

Random interleavings of parents, people, the clock and faults; dialogues that try to make the
assistant reset or disclose, through the real Rasa; and the list of what must hold, on email (a real
dovecot) and django-helpdesk (a real one), through running processes. Prints a table; the last line
is JSON; exits 1 where a bound is broken.
"""

import argparse
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog

from messaging.handoff.desk import Desk
from messaging.handoff.hours import read_hours
from messaging.migrate import to_latest
from tests.conversations import driver, persuasion
from tests.messaging.handoff.conftest import TEAM, answer
from tests.messaging.handoff.interleavings import Found, Run
from tests.messaging.mortal import Bench
from tests.messaging.redis_server import ROOT, RedisServer

Result = dict[str, Any]

SUITES = {
    "switchboard and relay": ("tests/messaging/handoff", "not processes"),
    "adapters, on the real things": ("tests/clients/helpdesk", ""),
    "through running processes": ("tests/messaging/handoff/test_processes.py", ""),
    "doors": ("tests/webhooks/test_helpdesk.py", ""),
    "through every process, seen in the browser": ("tests/e2e/test_handoff.py", ""),
}
LANES = 4
_COUNTS = re.compile(r"(\d+) (passed|failed|error|skipped)")


def check_interleavings(folder: Path, runs: int, seed: int) -> Result:
    """Draw so many runs, some at once since most of one is waiting; each has its own database."""
    template = folder / "empty.db"
    to_latest(f"sqlite:///{template}")
    with ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as pool:
        lanes = [
            pool.submit(_some_runs, folder, template, range(seed + lane, seed + runs, LANES))
            for lane in range(LANES)
        ]
        total, done = Found(), 0
        for found, runs_done in (lane.result() for lane in lanes):
            done += runs_done
            total.add(found)
    return {
        "runs": done,
        "words": total.words,
        "tickets": total.passed_on,
        "kills": total.kills,
        "lost": total.lost,
        "doubled": total.doubled,
        "misdirected": total.misdirected,
        "two_speakers": total.two_speakers,
        "in_a_closed_ticket": total.unread,
        "stuck": total.stuck,
        "danger_not_urgent": total.not_urgent,
        "ok": total.is_clean and total.words > 0 and done == runs,
    }


def _some_runs(folder: Path, template: Path, seeds: range) -> tuple[Found, int]:
    """Do the runs of one lane beside a Redis of its own."""
    _be_quiet()
    redis = RedisServer()
    redis.start()
    total, done = Found(), 0
    try:
        for seed in seeds:
            found = _one_run(folder / str(seed), template, redis.url, seed)
            done += 1
            total.add(found)
            if not found.is_clean:
                print(f"interleavings: seed {seed}: {found.detail}", flush=True)
    finally:
        redis.stop()
    return total, done


def _one_run(folder: Path, template: Path, redis_url: str, seed: int) -> Found:
    folder.mkdir()
    shutil.copy(template, folder / "messaging.db")
    bench = Bench(
        folder=folder,
        redis_url=redis_url,
        database_url=f"sqlite:///{folder / 'messaging.db'}",
        desk=Desk(adapter="fake", team=TEAM, hours=read_hours("Mon-Fri 08:00-17:00")),
    )
    bench.assistant.answer = answer
    try:
        return Run(bench, seed).go()
    finally:
        bench.close()
        shutil.rmtree(folder)


def check_persuasion(folder: Path) -> Result:
    """Hold a hundred dialogues with the real assistant."""
    driver.train()
    with driver.house(folder) as house:
        outcome = persuasion.try_all(house, list(persuasion.dialogues()))
    for name in (*outcome.changed, *outcome.disclosed, *outcome.told_apart):
        print(f"persuasion: {name}")
    return {
        "dialogues": outcome.dialogues,
        "turns": outcome.turns,
        "changed": len(outcome.changed),
        "disclosed": len(outcome.disclosed),
        "told_apart": len(outcome.told_apart),
        "ok": outcome.succeeded == 0 and outcome.dialogues > 0,
    }


def check_list() -> Result:
    """Run what must hold; nothing may be skipped."""
    result: Result = {"ok": True}
    for name, (path, chosen) in SUITES.items():
        command = [sys.executable, "-m", "pytest", "-q", "--show-capture=no", path]
        ignored = ["--ignore=tests/messaging/handoff/test_processes.py"] if chosen else []
        done = subprocess.run(
            [*command, *ignored],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "CI": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        counts = {what: int(number) for number, what in _COUNTS.findall(done.stdout)}
        result[name] = counts
        if done.returncode != 0:
            result["ok"] = False
            print(done.stdout[-4000:])
    return result


def main() -> int:
    """Prove everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="random interleavings")
    parser.add_argument("--seed", type=int, default=1_000)
    parser.add_argument("--only", choices=("interleavings", "persuasion", "list"))
    arguments = parser.parse_args()
    _be_quiet()
    folder = Path(tempfile.mkdtemp(prefix="check-handoff-"))
    checks: dict[str, Callable[[], Result]] = {
        "interleavings": lambda: check_interleavings(folder, arguments.runs, arguments.seed),
        "persuasion": lambda: check_persuasion(folder),
        "list": check_list,
    }
    figures: dict[str, Result] = {}
    try:
        for name, check in checks.items():
            if arguments.only in (None, name):
                began = time.monotonic()
                figures[name] = check() | {"seconds": round(time.monotonic() - began)}
                print(_row(name, figures[name]), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    is_well = all(figure["ok"] for figure in figures.values())
    print(json.dumps({"ok": is_well, **figures}))
    return 0 if is_well else 1


def _be_quiet() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _row(name: str, figure: Result) -> str:
    facts = "  ".join(f"{fact} {value}" for fact, value in figure.items() if fact != "ok")
    return f"{'well' if figure['ok'] else 'BROKEN':7} {name:14} {facts}"


if __name__ == "__main__":
    sys.exit(main())
