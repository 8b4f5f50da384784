"""The long proof of the web chat: every state in every size, every fault, a whole registration.

    python scripts/check_webchat.py            all of it
    python scripts/check_webchat.py --rounds 5 the fault tests five times, in other orders

`make test` runs the same tests in their short slice.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests/browser/webchat"


def run(name: str, *arguments: str) -> bool:
    """Run a part and tell whether it passed."""
    print(f"== {name}", flush=True)
    environment = os.environ | {"WEBCHAT_EVERY_SIZE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments], cwd=ROOT, env=environment, check=False
    )
    return done.returncode == 0


def main() -> None:
    """Run every part, and fail at the end if one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    parts = [
        run("doors", "tests/webhooks/chat"),
        run("build", f"{TESTS}/test_build.py"),
        run("chat", f"{TESTS}/test_chat.py", f"{TESTS}/test_page.py"),
        run("accessibility", f"{TESTS}/test_accessibility.py", f"{TESTS}/test_screen_reader.py"),
        *(run(f"faults, round {n + 1}", f"{TESTS}/test_faults.py") for n in range(rounds)),
        run("registration", f"{TESTS}/test_registration.py", "-m", "e2e"),
    ]
    if not all(parts):
        sys.exit("the web chat's check failed")
    print("the web chat's check passed")


if __name__ == "__main__":
    main()
