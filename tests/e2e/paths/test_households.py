"""Two parents on one phone, and one number for two accounts, through the real hub."""

from datetime import timedelta

import pytest

from tests.e2e.journey import INVITATION_CODE, LINK, PATIENCE_S
from tests.e2e.page import HubPages
from tests.e2e.paths.walker import Visitor, Walker, time_passes
from tests.e2e.proofs import alike

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COOLDOWN = timedelta(minutes=2)


def other_parent(first: Walker) -> Walker:
    """Return another parent with an invitation of their own, and the same phone."""
    second = Walker(
        product=first.product,
        carrier=first.carrier,
        number=first.number,
        email=f"other.{first.email}",
    )
    second.phone._seen = first.phone._seen
    return second


def test_two_parents_register_from_one_phone(parent: Walker):
    alike.completes(parent)
    second = other_parent(parent)
    time_passes(parent.product, COOLDOWN)

    told = second.turn("hi its the other parent now, i want to register")
    asked = second.turn(f"its {second.is_invited()}")
    second.turn("ok")
    second.gives_code(second.code())

    assert "another invitation" in told
    assert f"ending {parent.last_three}" in asked
    assert second.at_hub == "verified"


def test_a_second_account_on_a_number_that_has_one_is_made_in_the_web_chat(
    parent: Walker, visitor: Visitor
):
    alike.completes(parent)
    second = other_parent(parent)
    time_passes(parent.product, COOLDOWN)

    visitor.goes_to_number(second.is_invited())
    asked = visitor.turn("0" + parent.number[3:])

    assert f"ending {parent.last_three}" in asked
    assert visitor.at_hub == "code_needed"
    assert "verified" in visitor.turn(second.code())
    assert visitor.at_hub == "verified"
    assert parent.at_hub == "complete"


def test_a_parent_with_two_children_registers_once_for_both(parent: Walker):
    first = parent.is_invited()
    newest = max(mail["id"] for mail in parent.carrier.mails(parent.email))
    time_passes(parent.product, COOLDOWN)
    parent.product.invite(parent.email)
    mail = parent.carrier.mails(parent.email, after=newest, wait_s=PATIENCE_S)[-1]
    second = INVITATION_CODE.search(mail["text"])
    assert second
    parent.turn("i have 2 invitations, one for each of my children")

    parent.is_refused(f"the first one is {first}", "too old", "reply new invitation")
    asked = parent.turn(f"the other one is {second.group()}")
    parent.gives_number()
    link = LINK.search(next(text for text in reversed(parent.heard) if "verified" in text))
    assert link
    page = HubPages()
    page.open(link.group())
    page.submit("/register", password=alike.PASSWORD)
    again = parent.turn("i want to register for my other child")
    told = parent.turn(f"the code is {second.group()}")

    assert f"ending {parent.last_three}" in asked
    assert parent.at_hub == "complete"
    assert "another invitation" in again
    assert "do not need a code" in told
