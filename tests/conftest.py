"""What every test shares: in CI nothing may be skipped."""

import importlib.util
import os

import pytest

collect_ignore = [] if importlib.util.find_spec("rasa") else ["bot"]
"""The tests of `bot` run in the Rasa environment; `make test` runs both."""

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped, to name it at the end."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in CI that skipped something: a missing tool must not look like a pass."""
    if os.environ.get("CI") and _skipped and exitstatus == pytest.ExitCode.OK:
        print(f"\nSkipped in CI, where every tool must be there: {_skipped}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone."""
    return "asyncio"
