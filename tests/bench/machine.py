"""What a process costs, read from /proc and the kernel's accounts."""

import resource
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """What a command took: seconds on the clock, and of the processors (less moved by load)."""

    seconds: float
    cpu_seconds: float


def cost_of(command: list[Any], **options: Any) -> Cost:
    """Run a command to its end; raise CalledProcessError where it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, **options)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(round(ended - started, 1), round(cpu, 1))


def _children() -> dict[int, list[int]]:
    tree: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        tree.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    return tree


def family(pid: int) -> list[int]:
    """Return a process with all its descendants."""
    tree, found, queue = _children(), [], [pid]
    while queue:
        found.append(queue.pop())
        queue += tree.get(found[-1], [])
    return found


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its descendants in MiB.

    The proportional set size: forked workers share pages with their master.
    """
    total_kb = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total_kb += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total_kb / 1024
