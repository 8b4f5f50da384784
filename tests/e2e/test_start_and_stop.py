"""`make run` at a terminal: it starts, Ctrl-C ends all of it, and the next start goes on."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from launch import environment, product
from tests.e2e.journey import Parent
from tests.e2e.running import RunningProduct, environ_of
from tests.e2e.terminal import RUNNING, Terminal
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.fixture
def folder() -> Iterator[Path]:
    # Short: the control socket's path may have 103 characters at most.
    path = Path(tempfile.mkdtemp(prefix="ehc-"))
    yield path
    shutil.rmtree(path)


@contextlib.contextmanager
def caller(environ: Mapping[str, str]) -> Iterator[Parent]:
    """Give a parent at the phone page of the start that runs now."""
    env = product.completed_environment(environ)
    without = environment.left_out(environ)
    running = RunningProduct(env, product.Product(env=env, without=without).processes(), without)
    with contextlib.closing(SimulatorCarrier(running.url("SIMULATOR_PORT"))) as carrier:
        yield Parent(
            product=running,
            carrier=carrier,
            number="+447700900777",
            email="parent777@example.com",
        )


def test_ctrl_c_leaves_nothing_running_and_the_next_start_goes_on_where_it_was(
    folder: Path, tmp_path: Path
):
    environ = environ_of(str(folder))
    first = Terminal(environ, tmp_path / "first")
    try:
        first.waits_for(RUNNING)
        with caller(environ) as parent:
            parent.begins()

        status = first.presses_ctrl_c()

        assert (status, first.left()) == (0, []), first.seen
        assert "Traceback" not in first.seen
    finally:
        first.closes()

    second = Terminal(environ, tmp_path / "second")
    try:
        second.waits_for(RUNNING)
        with caller(environ) as parent:
            parent.phone.text("ok")
            code = parent.gets_code()
            parent.hears("type the 6 digits")

            assert "verified" in parent.says(code)
        assert second.presses_ctrl_c() == 0
    finally:
        second.closes()


def test_ctrl_c_while_the_databases_are_made_is_no_failure(folder: Path, tmp_path: Path):
    terminal = Terminal(environ_of(str(folder)), tmp_path / "screen")
    try:
        terminal.waits_for("Bringing the databases up to date")

        status = terminal.presses_ctrl_c()

        assert (status, terminal.left()) == (130, []), terminal.seen
        assert terminal.seen.endswith("Stopped.\n")
        assert "Traceback" not in terminal.seen
    finally:
        terminal.closes()
