"""A short walk of the random parent; `make check-conversation` takes the long one."""

import pytest

from tests.e2e import conftest
from tests.e2e.proofs.planted import CONTROLS, controls_found, search, vault_runs_out
from tests.e2e.proofs.random_parent import Stage, play
from tests.e2e.running import RunningProduct
from tests.standins.simulated import SimulatorCarrier

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SEED = 20_261_123
TURNS = 80


def test_a_random_parent_breaks_no_rule(product: RunningProduct, carrier: SimulatorCarrier):
    known = conftest.known(product)
    stage = Stage(product=product, carrier=carrier, known=known, most_turns=TURNS, has_faults=False)

    tally = play(stage, seed_=SEED)

    assert tally.turns >= TURNS
    assert not tally.broken, "\n".join(tally.examples)
    assert not tally.unanswered, "\n".join(tally.examples)
    assert not tally.dead_ends, "\n".join(tally.examples)
    assert vault_runs_out(product) == 0
    assert not search(product, tally.planted)
    assert controls_found(product) == CONTROLS
