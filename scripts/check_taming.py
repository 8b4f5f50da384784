"""Prove that stock Rasa needs the taming: `make check-taming`.

Runs the tests marked `tamed` in the Rasa environment, against ours and against stock Rasa with the
same small model. Each must pass on ours and fail on stock. Prints a table; the last line is one
JSON object; exits 1 where one passes on stock, fails on ours, or could not be run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from launch.product import ROOT

FAILED, PASSED, BROKE = "failed", "passed", "broke"
Outcomes = dict[str, Counter[str]]


def outcomes(report: str) -> Outcomes:
    """Return how often each test passed, failed or broke, by its name without parameters."""
    found: Outcomes = defaultdict(Counter)
    for case in ElementTree.fromstring(report).iter("testcase"):  # noqa: S314
        name = case.attrib["name"].partition("[")[0]
        found[name][_outcome(case)] += 1
    return dict(found)


def _outcome(case: ElementTree.Element) -> str:
    if case.find("error") is not None or case.find("skipped") is not None:
        return BROKE
    return PASSED if case.find("failure") is None else FAILED


def run(*options: str) -> Outcomes:
    """Run the tamed tests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [".venv-rasa/bin/python", "-m", "pytest", "-c", "tests/bot/pytest.ini", "-q"]
        command += ["--tb=no", "-m", "tamed", f"--junitxml={report}", *options, "tests/bot"]
        subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stderr)
        return outcomes(report.read_text()) if report.exists() else {}


def judge(ours: Outcomes, stock: Outcomes) -> dict[str, Any]:
    """Return the figures, and the name of every test that is not as it must be."""
    wrong = [name for name in stock if set(stock[name]) != {FAILED}]
    wrong += [name for name in ours if set(ours[name]) != {PASSED}]
    wrong += [name for name in ours if total(ours, name) != total(stock, name)]
    return {
        "tests": sum(total(ours, name) for name in ours),
        "passed_on_ours": sum(one[PASSED] for one in ours.values()),
        "failed_on_stock": sum(one[FAILED] for one in stock.values()),
        "wrong": sorted(set(wrong)) if ours else ["nothing was run"],
    }


def total(side: Outcomes, name: str) -> int:
    """Return how often a test was run."""
    return sum(side.get(name, Counter[str]()).values())


def shown(one: Mapping[str, int] | None) -> str:
    """Return outcomes as they stand in the table."""
    return ", ".join(f"{count} {what}" for what, count in sorted((one or {}).items())) or "not run"


def main() -> int:
    """Run both and print what came of it."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    ours, stock = run(), run("--stock")
    result = judge(ours, stock)
    print(f"\n{'tamed test':78}{'ours':>12}{'stock Rasa':>16}")
    for name in sorted(ours | stock):
        print(f"{name:78}{shown(ours.get(name)):>12}{shown(stock.get(name)):>16}")
    for name in result["wrong"]:
        print(f"BROKEN: {name}")
    print(json.dumps(result))
    return 1 if result["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
