"""A short walk of the machines that `scripts/check_hub.py` lets run for 10,000 steps."""

from unittest import mock

import pytest

from hub.accounts import authenticators, tries
from tests.hub.proofs import machine

WALKS = [machine.registrations_walk, machine.sign_ins_walk]


@pytest.mark.parametrize("walk", WALKS)
def test_a_guesser_never_gets_a_sixth_compare_nor_a_code_a_second_success(databases, walk) -> None:
    counted, violation = machine.run(databases, walk, examples=6, steps=30)

    assert violation == ""
    assert counted["steps"] > 100


def test_a_hub_that_never_locks_would_be_found_out(databases) -> None:
    with (
        mock.patch.object(tries, "_lock", return_value=None),
        mock.patch.object(tries, "require_unlocked", return_value=None),
    ):
        _, violation = machine.run(databases, machine.registrations_walk, examples=40, steps=50)

    assert "never_more_than_five" in violation


def test_an_app_whose_codes_can_be_replayed_would_be_found_out(databases) -> None:
    with mock.patch.object(authenticators, "_is_accepted", return_value=True):
        _, violation = machine.run(databases, machine.sign_ins_walk, examples=60, steps=50)

    assert "never_two_successes" in violation
