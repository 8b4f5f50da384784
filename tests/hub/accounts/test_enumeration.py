"""Nobody outside learns who is known; times are measured by `scripts/check_hub.py`."""

import pytest

from tests.hub.proofs import enumeration


@pytest.mark.parametrize("name", enumeration.OPERATIONS)
def test_known_and_unknown_addresses_are_answered_alike(hub, name) -> None:
    known, unknown = enumeration.people(hub, 20)

    outcome = enumeration.probe(hub, name, known, unknown, samples=20)

    assert outcome.is_alike


def test_the_area_under_the_curve_tells_a_difference() -> None:
    assert enumeration.area_under_curve([2.0, 3.0], [0.0, 1.0]) == 1.0
    assert enumeration.area_under_curve([0.0, 3.0], [1.0, 2.0]) == 0.5
