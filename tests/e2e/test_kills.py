"""Any one process may die at any moment: every accepted text is answered once, in order."""

import time

import pytest

from tests.e2e.journey import Parent

pytestmark = pytest.mark.e2e

KEPT = ["rasa", "actions", "hub", "workers", "edge", "redis"]


@pytest.mark.parametrize("name", KEPT)
def test_a_parent_goes_on_after_a_process_died(parent: Parent, name: str):
    """Kill one process in mid-journey; the parent registers all the same, each reply once."""
    invitation = parent.is_invited()
    parent.says("hi i have an invitation")
    before = len(parent.phone.bodies())

    parent.product.kill(name)
    if name == "edge":
        # Nothing was accepted yet: Twilio's own retry is the simulator's business, not the test's.
        parent.product.wait_until_ready()
    parent.phone.text(f"the code is {invitation}")
    parent.product.wait_until_ready()
    answer = parent.phone.wait_for("ending", 60)
    assert f"ending {parent.last_three}" in answer

    parent.phone.text("ok")
    code = parent.phone.wait_for("security code. It", 60)[:6]
    parent.phone.wait_for("type the 6 digits", 60)
    assert "verified" in parent.phone.wait_for("verified", 60) if parent.phone.text(code) else ""
    assert parent.phone.stays_silent(1.0)
    replies = parent.phone.bodies()[before:]
    assert len(replies) == len(set(replies)), "a text was sent twice"


def test_texts_sent_while_rasa_is_away_are_answered_in_order(parent: Parent):
    invitation = parent.is_invited()
    parent.says("hi i have an invitation")

    parent.product.stop("rasa")
    parent.phone.text(invitation)
    time.sleep(0.3)
    parent.phone.text("what is the ehc hub")
    time.sleep(1)
    parent.product.start("rasa")
    parent.product.wait_until_ready()

    parent.phone.wait_for(f"ending {parent.last_three}", 90)
    parent.phone.wait_for(f"ending {parent.last_three}", 60)
