"""The proof that stock Rasa needs the taming can itself fail."""

import pytest

from scripts.check_taming import judge, outcomes


def report(*cases: tuple[str, str]) -> str:
    inside = "".join(f"<testcase name='{name}'>{told}</testcase>" for name, told in cases)
    return f"<testsuites><testsuite>{inside}</testsuite></testsuites>"


PASSES = ("test_a[1]", "")
FAILS = ("test_a[1]", "<failure/>")
BREAKS = ("test_a[1]", "<error/>")
SKIPPED = ("test_a[1]", "<skipped/>")


def test_all_is_well_where_ours_passes_and_stock_fails():
    result = judge(outcomes(report(PASSES, PASSES)), outcomes(report(FAILS, FAILS)))

    assert result == {"tests": 2, "passed_on_ours": 2, "failed_on_stock": 2, "wrong": []}


@pytest.mark.parametrize(
    ("ours", "stock"),
    [
        ([PASSES], [PASSES]),
        ([PASSES, PASSES], [FAILS, PASSES]),
        ([PASSES], [BREAKS]),
        ([PASSES], [SKIPPED]),
        ([PASSES], []),
        ([PASSES, PASSES], [FAILS]),
        ([FAILS], [FAILS]),
        ([], []),
    ],
)
def test_anything_else_is_named(ours: list[tuple[str, str]], stock: list[tuple[str, str]]):
    assert judge(outcomes(report(*ours)), outcomes(report(*stock)))["wrong"]
