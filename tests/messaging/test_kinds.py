import pytest

from messaging.kinds import Kind, of_words


@pytest.mark.parametrize(
    "body",
    [
        "Liked “Reply YES to go on”",
        'Loved "You are registered"',
        "Laughed at “Your code”",
        "Emphasized “Text START”",
        "Emphasised “Text START”",
        "Questioned “What is your\nnumber?”",
        "Disliked “no”",
        "Removed a heart from “Your code”",
        "Reacted 👍 to “Your code”",
        "👍 to “You are registered”",
        "\u200a👍\u200b to “\u200aYou are registered\u200a”\u200a",
        "❤️ to “You are registered”",
    ],
)
def test_a_reaction_is_told_from_words(body: str) -> None:
    assert of_words(body) is Kind.REACTION


@pytest.mark.parametrize(
    "body",
    [
        "I liked “the school” he went to",
        "Liked it",
        "loved your help thanks",
        "to “whom it may concern”",
        "my son reacted badly to “noise”",
        "12 to “14”",
    ],
)
def test_words_about_liking_are_words(body: str) -> None:
    assert of_words(body) is Kind.TEXT


@pytest.mark.parametrize(
    "body",
    [
        "Auto-reply: I am away until Monday",
        "Automatic reply: thank you",
        "This is an automated response. Do not answer.",
        "AUTO RESPONSE",
        "Out of office until 4 May",
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message later",
        "I’m driving right now. I'll get back to you.",
        "I am currently out of the office and will return on Monday",
    ],
)
def test_what_a_machine_answers_is_not_answered(body: str) -> None:
    assert of_words(body) is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "body",
    [
        "I'm driving my son to school, can I do this tonight",
        "the helpdesk is out of office all week",
        "is this an automatic reply",
        "automatically logged out again",
        "I am out of the office",
    ],
)
def test_a_person_in_a_car_is_a_person(body: str) -> None:
    assert of_words(body) is Kind.TEXT


@pytest.mark.parametrize("body", ["BEGIN:VCARD\nFN:Jo\nTEL:07700900123\nEND:VCARD", " begin:vcard"])
def test_a_contact_card_is_no_text(body: str) -> None:
    assert of_words(body) is Kind.MEDIA
