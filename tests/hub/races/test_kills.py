"""A process that is killed, or loses its database, at every point in turn."""

import pytest

from tests.hub.proofs import kills


@pytest.mark.parametrize("scenario", kills.SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_killed_process_loses_nothing_and_sends_nothing_twice(
    scenario, migrated, tmp_path
) -> None:
    outcome = kills.run(scenario, kills.sqlite_copies(migrated), tmp_path, mode="kill", every=5)

    assert outcome.faults == []
    assert outcome.points >= 1


@pytest.mark.postgres
def test_a_dropped_connection_loses_nothing_and_sends_nothing_twice(postgres_url, tmp_path) -> None:
    fresh = kills.postgres_emptied(postgres_url)

    outcome = kills.run(kills.SCENARIOS[0], fresh, tmp_path, mode="drop", every=4)

    assert outcome.faults == []
    assert outcome.points >= 1
