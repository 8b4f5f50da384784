"""A short walk of the machine that `scripts/check_hub.py` lets run for 10,000 steps."""

from tests.hub.proofs import machine


def test_a_guesser_never_gets_a_sixth_compare_nor_a_code_a_second_success(databases) -> None:
    counted = machine.run(databases, examples=10, steps=30)

    assert counted["steps"] > 100
