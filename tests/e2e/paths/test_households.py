"""Two parents on one phone, and one number for two accounts, through the real hub."""

from datetime import timedelta

import pytest

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
