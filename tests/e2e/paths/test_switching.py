"""From being coached on the hub's page to having it done here, and back, in mid-way."""

import itertools
from datetime import timedelta

import pytest

from tests.e2e.journey import LINK, PATIENCE_S
from tests.e2e.page import HubPages
from tests.e2e.paths.walker import Visitor, Walker, time_passes
from tests.e2e.proofs.alike import PASSWORD
from tests.e2e.proofs.journeys import JOURNEYS, Journey, walk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COOLDOWN = timedelta(minutes=2)


def link_in_mail(parent: Walker) -> str:
    mail = parent.carrier.mails(parent.email, wait_s=PATIENCE_S)[-1]
    found = LINK.search(mail["text"])
    assert found, "no link in the invitation"
    return found.group()


def on_page(parent: Walker) -> HubPages:
    """Open the invitation's link and choose a password, up to the second factor."""
    page = HubPages()
    assert page.open(link_in_mail(parent)) == "Complete your registration"
    assert page.submit("/register", password=PASSWORD) == "Set up Two Factor Authentication"
    return page


def test_from_us_to_the_page_and_the_end_is_known_here(parent: Walker):
    invitation = parent.goes_to_number()
    parent.turn("ok")
    page = on_page(parent)

    coached = parent.turn("where do i click on the hub page to get the code by text")
    kept = parent.turn("where was i")
    time_passes(parent.product, COOLDOWN)
    page.open("/register/number")
    parent.screen()
    parent.codes.clear()
    assert page.submit("/register/number", number="0" + parent.number[3:]) == "Check your phone"
    page.submit("/register/code", code=parent.code())
    parent.turn("start over")
    after = parent.turn(f"its {invitation}")

    assert "Use SMS instead of an app" in coached
    assert "step 3 of 3" in kept
    assert "Sign out" in page.text
    assert "already complete" in after
    assert "sign in" in parent.turn("how do i sign in").lower()


def test_from_the_page_to_us_in_mid_way(parent: Walker):
    invitation = parent.is_invited()
    page = on_page(parent)
    page.open("/register/number")
    assert page.submit("/register/number", number="0" + parent.number[3:]) == "Check your phone"
    coached = parent.turn("the code doesnt work")
    time_passes(parent.product, COOLDOWN)

    parent.turn("can you register me here instead")
    asked = parent.turn(f"its {invitation}")
    parent.screen()
    parent.codes.clear()
    parent.turn("ok")
    parent.gives_code(parent.code())

    assert "Verify Code" in coached
    assert f"ending {parent.last_three}" in asked


@pytest.mark.parametrize(
    ("journey", "channel"),
    # A slice: `make check-conversation` walks every journey on both channels.
    list(zip(JOURNEYS, itertools.cycle(["text", "chat"]), strict=False)),
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_each_journey_is_coached_first_and_done_here_on_request(
    parent: Walker, visitor: Visitor, journey: Journey, channel: str
):
    walk(journey, parent if channel == "text" else visitor, parent)


def test_a_question_about_the_page_in_mid_form_keeps_the_form(parent: Walker):
    code = parent.goes_to_code()

    page = parent.turn("how do i set up two factor on the website")
    back = parent.turn("where was i")

    assert page
    assert "step 3 of 3" in back
    assert parent.at_hub == "code_needed"
    parent.gives_code(code)
