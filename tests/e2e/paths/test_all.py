"""Every path has a test that names it."""

import re
from pathlib import Path

import pytest

ALL = range(1, 57)


def named() -> set[int]:
    text = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    single = {int(number) for number in re.findall(r"(?:_|\b)path_(\d\d)_", text)}
    ranges = re.findall(r"(?:_|\b)paths_(\d\d)_to_(\d\d)_", text)
    return single | {n for first, last in ranges for n in range(int(first), int(last) + 1)}


@pytest.mark.parametrize("path", ALL)
def test_every_path_is_walked(path: int) -> None:
    assert path in named()
