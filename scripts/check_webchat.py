"""The long proof of the web chat: every state in every size, every fault, whole registrations.

    python scripts/check_webchat.py              all of it
    python scripts/check_webchat.py --rounds 3   the fault tests three times, in other orders
    python scripts/check_webchat.py --write      and bring docs/ up to date: pictures, transcript

Each part is a pytest of its own in a real Chromium. `make test` runs a short slice of the same
tests. Prints a table; the last line is one JSON object. Exits 1 where a part failed.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/browser/webchat"
BUILD = [ROOT / "webhooks/chat/static" / name for name in ("ehc-chat.js", "ehc-chat.css")]
MOST_BUNDLE_BYTES = 25_000
PICTURES = ROOT / "docs/images/webchat"
TRANSCRIPT = ROOT / "docs/webchat-screen-reader.md"
AXE = "test_axe_finds_nothing_and_nothing_is_cut_off"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What became of one pytest."""

    name: str
    passed: bool
    tests: int
    failed: int
    skipped: int
    seconds: float
    axe: int
    """States looked at by axe."""


def run(name: str, *arguments: str, **environment: str) -> Part:
    """Run a part."""
    print(f"== {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments],
            cwd=ROOT,
            env=os.environ | {"WEBCHAT_EVERY_SIZE": "1", "PYTHONPATH": str(ROOT)} | environment,
            check=False,
        )
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    return Part(
        name=name,
        passed=done.returncode == 0,
        tests=int(suite.get("tests", "0")),
        failed=int(suite.get("failures", "0")) + int(suite.get("errors", "0")),
        skipped=int(suite.get("skipped", "0")),
        seconds=float(suite.get("time", "0")),
        axe=sum(case.get("name", "").startswith(AXE) for case in suite.iter("testcase")),
    )


def main() -> None:
    """Run every part, and fail at the end if one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    writes = {"WEBCHAT_TRANSCRIPT": str(TRANSCRIPT)} if chosen.write else {}
    parts = [
        run("doors", "tests/webhooks/chat"),
        run("build", f"{TESTS}/test_build.py"),
        run(
            "what people do",
            *(f"{TESTS}/test_{name}.py" for name in ("chat", "page", "closing", "coming_back")),
        ),
        run(
            "accessibility",
            *(
                f"{TESTS}/test_{name}.py"
                for name in ("every_state", "accessibility", "announced", "screen_reader")
            ),
        ),
        *(run(f"faults {n + 1}", f"{TESTS}/test_faults.py") for n in range(chosen.rounds)),
        run("registration", f"{TESTS}/test_registration.py", "-m", "e2e", **writes),
    ]
    if chosen.write:
        PICTURES.mkdir(parents=True, exist_ok=True)
        parts.append(run("pictures", f"{TESTS}/test_pictures.py", WEBCHAT_PICTURES=str(PICTURES)))
    bundle = sum(len(gzip.compress(path.read_bytes(), 9)) for path in BUILD)
    print(f"{'':<16}{'tests':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for part in parts:
        print(
            f"{part.name:<16}{part.tests:>8}{part.failed:>8}{part.skipped:>9}{part.seconds:>9.0f}"
        )
    axe = sum(part.axe for part in parts)
    print(f"the element     {bundle} bytes gzip, at most {MOST_BUNDLE_BYTES}")
    print(f"axe             {axe} states and sizes")
    failed = [part.name for part in parts if not part.passed]
    if bundle > MOST_BUNDLE_BYTES:
        failed.append("bundle size")
    print(
        json.dumps(
            {
                "bundle_gzip_bytes": bundle,
                "axe_states": axe,
                "tests": sum(part.tests for part in parts),
                "failed": failed,
                "skipped": sum(part.skipped for part in parts),
                "seconds": {part.name: round(part.seconds) for part in parts},
            }
        )
    )
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
