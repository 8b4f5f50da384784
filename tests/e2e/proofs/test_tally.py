"""A run of random parents is taken up where it stopped."""

import json

from tests.e2e.proofs.random_parent import Planted, Tally, plant


def test_a_kept_tally_is_the_same_but_for_what_was_planted() -> None:
    tally = Tally(turns=100, registered=2, planted=[Planted(text="x", spellings=("x",))])
    tally.broken["G7: twice"] += 1
    tally.channels["sms"] += 100

    again = Tally.from_document(json.loads(json.dumps(tally.as_document())))

    assert again == Tally(
        turns=100, registered=2, broken=tally.broken, channels=tally.channels, planted=[]
    )
    again.broken["G1: new"] += 1


def test_a_number_is_looked_for_in_every_way_it_may_be_written() -> None:
    planted = plant("my number is 07{nine}", "x")
    national = planted.text.rpartition(" ")[2]

    for written in (national, "+44" + national[1:], f"{national[:5]} {national[5:]}"):
        assert any(spelling in written for spelling in planted.spellings)
