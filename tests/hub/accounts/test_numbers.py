"""Which numbers can be texted, and what is said of the others."""

import pytest

from hub.accounts import numbers
from hub.accounts.errors import NumberNotAccepted

REFUSED = [
    ("07700 90012", "too_short"),
    ("07400 12345", "too_short"),
    ("+44 7400 12345", "too_short"),
    ("07400 1234567", "too_long"),
    ("0770 09", "too_short"),
    ("01785 123456", "landline"),
    ("0800 123 4567", "not_mobile"),
    ("070 1234 5678", "personal"),
    ("07640 123456", "pager"),
    ("0909 123 4567", "premium"),
    ("+353 85 123 4567", "foreign"),
    ("07400 123456 ext 7", "not_mobile"),
    ("my mobile", "unreadable"),
]


@pytest.mark.parametrize(("typed", "reason"), REFUSED)
def test_a_number_that_cannot_be_texted_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(NumberNotAccepted) as refusal:
        numbers.read(typed)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "typed",
    [
        "07400 123456",
        "+44 7400 123456",
        "0044 7400 123456",
        "07400-123-456",
        "０７４００１２３４５６",
    ],
)
def test_a_mobile_is_read_however_it_is_written(typed: str) -> None:
    assert numbers.read(typed) == "+447400123456"


def test_a_mobile_of_an_island_is_taken_where_a_setting_says_so() -> None:
    jersey = "07797 712345"

    assert numbers.read(jersey, regions=("GB", "JE")) == "+447797712345"
    with pytest.raises(NumberNotAccepted) as refusal:
        numbers.read(jersey)
    assert refusal.value.reason == "foreign"


def test_a_number_for_drama_is_taken_beside_the_simulator_only() -> None:
    assert numbers.read("07700 900123", allow_drama=True) == "+447700900123"
    with pytest.raises(NumberNotAccepted) as refusal:
        numbers.read("07700 900123")
    assert refusal.value.reason == "not_mobile"
