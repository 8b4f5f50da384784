"""People who are no parents of Staffordshire, through the real servers."""

import pytest

from tests.conversations.driver import House


@pytest.mark.parametrize("channel", ["text", "chat"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("i live in stoke", "ask your own council"),
        ("im in stoke on trent can you help", "ask your own council"),
        ("im a senco can you help with a pupil", "for parents and carers"),
        ("i am a headteacher", "for parents and carers"),
        ("im only 12", "Childline"),
        ("how long does an ehcp take", "I will not guess"),
        ("when will i get my ehcp", "I will not guess"),
        ("this is rubbish", "person"),
        ("i want to make a complaint", "person"),
    ],
)
def test_each_is_told_what_is_of_use_to_them(
    house: House, channel: str, words: str, said: str
) -> None:
    writer = getattr(house, channel)()

    assert said in writer.all(words)
    assert "Local Offer" in writer.all("what is the local offer")


@pytest.mark.parametrize("words", ["wrong number mate", "you have the wrong person"])
def test_a_wrong_person_is_told_how_to_get_no_more_texts(house: House, words: str) -> None:
    assert "STOP" in house.text().all(words)


def test_in_mid_form_the_place_is_kept(house: House) -> None:
    parent = house.text().at_code()

    said = parent.says("i live in stoke")

    assert "ask your own council" in said[0]
    assert "6-digit" in said[-1]
    assert "verified" in parent.all(parent.code)
