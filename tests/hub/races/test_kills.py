"""A process that is killed, or loses its database, at every point in turn."""

import pytest

from tests.hub.proofs import kills


@pytest.mark.parametrize("scenario", kills.SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_killed_process_loses_nothing_and_sends_nothing_under_two_names(
    scenario, migrated, tmp_path
) -> None:
    outcome = kills.run(scenario, kills.sqlite_copies(migrated), tmp_path, mode="kill", every=6)

    assert outcome.faults == []
    assert outcome.points >= 1


DROPPED = ("a code is sent", "a number is changed", "a recovery code is used")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in kills.SCENARIOS if scenario.name in DROPPED],
    ids=lambda scenario: scenario.name,
)
def test_a_dropped_connection_loses_nothing_and_sends_nothing_under_two_names(
    scenario, postgres_url, tmp_path
) -> None:
    fresh = kills.postgres_emptied(postgres_url)

    outcome = kills.run(scenario, fresh, tmp_path, mode="drop", every=11)

    assert outcome.faults == []
    assert outcome.points >= 1


def test_a_mail_that_was_on_its_way_is_handed_over_again_under_its_own_name(
    migrated, tmp_path
) -> None:
    scenario = next(one for one in kills.SCENARIOS if one.name == "a person is invited")

    outcome = kills.run(scenario, kills.sqlite_copies(migrated), tmp_path, mode="kill")

    assert outcome.faults == []
    assert outcome.repeats["mail"] >= 1
    assert outcome.repeats["text"] == 0
