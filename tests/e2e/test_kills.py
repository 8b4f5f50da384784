"""Any one process may die at any moment: every accepted text is answered once, in order."""

import pytest

from tests.e2e.journey import Parent

pytestmark = pytest.mark.e2e

LONG_S = 90.0
APOLOGY = "Wait a few minutes, then send that again"
DELAY = "There is a delay at the moment"
"""What is said while a process takes longer to come back; the answer follows by itself."""

KEPT = ["rasa", "actions", "hub", "workers", "edge", "redis"]


@pytest.mark.parametrize("name", KEPT)
def test_a_parent_goes_on_after_a_process_died(parent: Parent, name: str):
    """Kill one process in mid-journey: the parent registers all the same, each reply once."""
    invitation = parent.is_invited()
    parent.says("hi i have an invitation", "invitation code")
    before = len(parent.phone.bodies())

    parent.product.kill(name)
    if name == "edge":
        # Nothing has been accepted yet; whether a text is tried again is the carrier's affair.
        parent.product.wait_until_ready()
    parent.phone.text(f"the code is {invitation}")
    answer = parent.phone.wait_for_reply(LONG_S)
    if DELAY in answer:
        answer = parent.phone.wait_for_reply(LONG_S)
    parent.product.wait_until_ready()
    if APOLOGY in answer:
        assert name in {"actions", "hub"}, "only who cannot be waited for may be apologised for"
        answer = parent.says(f"again: {invitation}", "ending")
    assert f"ending {parent.last_three}" in answer

    parent.phone.text("ok")
    code = parent.gets_code()
    parent.hears("type the 6 digits")
    parent.says(code, "verified")

    assert parent.phone.stays_silent(1.0)
    replies = parent.phone.bodies()[before:]
    assert len(replies) == len(set(replies)), "a text was sent twice"
