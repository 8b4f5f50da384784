import pytest

from wire import correlation
from wire.names import CORRELATION_ID

TURN = "0" * 32


def test_calls_of_a_turn_name_it_and_others_name_none() -> None:
    with correlation.bound(TURN) as safe:
        inside = correlation.headers()

    assert (safe, inside, correlation.headers()) == (TURN, {CORRELATION_ID: TURN}, {})


@pytest.mark.parametrize("given", ["", "a\r\nX-Evil: 1", "a b", "é", "../x"])
def test_what_is_no_id_is_neither_logged_nor_passed_on(given: str) -> None:
    with correlation.bound(given) as safe:
        assert (safe, correlation.headers()) == ("", {})


def test_an_id_is_cut_to_what_a_log_line_may_hold() -> None:
    with correlation.bound("a" * 100) as safe:
        assert safe == "a" * 64
