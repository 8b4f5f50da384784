"""Who writes in another language is answered in it, and reaches a person and help in danger."""

import re
from collections.abc import Iterator

import pytest
import yaml

from messaging import segments
from messaging.errors import UnknownText
from messaging.languages import foreign_language
from messaging.store import handoffs
from messaging.translations import FOLDER, NAMES, Translations
from tests.messaging.mortal import Bench

PARENT = "+447700900101"
ALL = ("pl", "ur", "pa", "ro", "bn", "cy")
FILES = sorted(FOLDER.glob("*.yml"))
IN_DANGER = {
    "pl": "chcę się zabić",
    "ro": "vreau să mor",
    "ur": "میں مرنا چاہتا ہوں",
    "ur-Latn": "mujhe marna chahta hai aur koi nahi",
    "pa": "ਉਹ ਮੈਨੂੰ ਕੁੱਟਦਾ ਹੈ",
    "bn": "আমি মরতে চাই",
    "cy": "dw i eisiau marw rydw i'n drist",
}


@pytest.fixture
def translations() -> Translations:
    return Translations(ALL)


def texts() -> Iterator[object]:
    for path in FILES:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, text in document["says"].items():
            yield pytest.param(name, text.strip(), id=f"{document['language']}-{name}")


@pytest.mark.parametrize(("name", "text"), list(texts()))
def test_every_text_fits_and_names_what_it_must(name: str, text: str) -> None:
    filled = text.format(phone="01632 960100", phones="01632 960101, 01632 960102")
    size = segments.measure(segments.plain(filled))

    assert name in NAMES
    assert size.segments <= segments.MAX_SEGMENTS, size
    if name.startswith("wellbeing"):
        assert all(number in text for number in ("999", "116 123", "0800 1111"))
        assert not re.search(r"PERSON|REGISTER|CODE|Hub", text)
    elif name.startswith("help"):
        assert "PERSON" in text


def test_every_file_says_everything_and_is_marked_until_it_is_signed_off() -> None:
    for path in FILES:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(document["says"]) == set(NAMES), path.name
        assert path.stem == document["language"]
        assert "reviewed" in document
        if document["reviewed"] is None:
            assert "ot reviewed yet" in path.read_text(encoding="utf-8")


def test_unreviewed_languages_are_named(translations: Translations) -> None:
    assert "Polish" in translations.unreviewed
    assert "Urdu in Latin letters" in translations.unreviewed


def test_a_language_without_a_file_stops_the_start() -> None:
    with pytest.raises(UnknownText, match="xx"):
        Translations(("pl", "xx"))


def test_urdu_brings_its_latin_form_and_others_do_not(translations: Translations) -> None:
    assert "ur-Latn" in translations
    assert "ur-Latn" not in Translations(("pl",))


@pytest.mark.parametrize(
    "text",
    [
        "mujhe angrezi nahi aati",
        "mera code nahi aaya",
        "kya aap urdu bolte hain",
        "link kaam nahi kar raha",
        "mujhe __code__ mila hai",
    ],
)
def test_urdu_in_latin_letters_is_recognised(text: str) -> None:
    assert foreign_language(text) == "ur-Latn"


@pytest.mark.parametrize(
    "text",
    [
        "my main number is the same",
        "hai can you help me register",
        "the code has not come and i am at my wits end",
        "ko",
        "se the link",
        "ka ching",
    ],
)
def test_english_is_not_taken_for_urdu(text: str) -> None:
    assert foreign_language(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do you speak polish", "pl"),
        ("urdu please", "ur"),
        ("my mum only speaks punjabi", "pa"),
        ("can i have this in Romanian?", "ro"),
        ("cymraeg", "cy"),
        ("my son is polish and goes to the school down the road and needs a lot of help", None),
        ("do you speak arabic", None),
        ("i am from poland", None),
    ],
)
def test_a_language_can_be_asked_for_in_english(
    translations: Translations, text: str, language: str | None
) -> None:
    assert translations.asked_for(text) == language


def wanted(bench: Bench) -> list[str]:
    with bench.database.reading() as connection:
        return [handoff.reason for handoff in handoffs.waiting(connection)]


def send(bench: Bench, *bodies: str) -> list[str]:
    for count, body in enumerate(bodies):
        bench.arrives(PARENT, body, f"SM{count}{len(bench.carrier.sent)}")
        bench.sweep()
    return bench.carrier.bodies(PARENT)


def test_who_writes_polish_is_told_in_polish_what_to_do_and_a_person_is_called(
    bench: Bench, translations: Translations
) -> None:
    said = send(bench, "nie dostałam kodu, proszę o pomoc")

    assert said == [translations.say("pl", "help")]
    assert bench.assistant.turns == []
    assert wanted(bench) == ["language"]


def test_the_helpdesks_number_is_told_where_it_is_set(
    bench: Bench, translations: Translations
) -> None:
    bench.contact["phone"] = "01632 960100"
    bench.arrives(PARENT, "nie rozumiem po angielsku", "SM0")
    bench.sweep()

    assert "01632 960100" in " ".join(bench.carrier.bodies(PARENT))


def test_the_same_words_are_not_said_twice_running(
    bench: Bench, translations: Translations
) -> None:
    said = send(bench, "nie rozumiem po angielsku", "dalej nie rozumiem", "nie rozumiem")

    assert said == [translations.say("pl", name) for name in ("help", "help_again", "help")]


def test_a_code_in_a_polish_sentence_is_worked_on(bench: Bench) -> None:
    send(bench, "mój kod to 482913 dziękuję")

    assert [turn.text for turn in bench.assistant.turns] == ["mój kod to __code__ dziękuję"]


@pytest.mark.parametrize(("language", "text"), list(IN_DANGER.items()))
@pytest.mark.parametrize("is_rasa_down", [False, True])
def test_danger_is_answered_in_both_languages_also_while_rasa_is_down(
    bench: Bench, translations: Translations, language: str, text: str, *, is_rasa_down: bool
) -> None:
    bench.assistant.is_away = is_rasa_down

    said = " ".join(send(bench, text))

    assert translations.say(language, "wellbeing") in said
    assert "call 999" in said
    assert wanted(bench) == ["wellbeing"]


@pytest.mark.parametrize(
    ("set_", "council"),
    [
        ({"phone": "01632 960101"}, "call the council on 01632 960101."),
        ({"out_of_hours": "01632 960102"}, "call the council on 01632 960102."),
        (
            {"phone": "01632 960101", "out_of_hours": "01632 960102"},
            "call the council on 01632 960101. When the office is shut, call 01632 960102.",
        ),
    ],
)
def test_the_councils_numbers_stand_beside_the_helplines(
    bench: Bench, translations: Translations, set_: dict[str, str], council: str
) -> None:
    bench.safeguarding.update(set_)
    bench.assistant.is_away = True

    in_english = " ".join(send(bench, "i want to kill myself"))
    in_polish = " ".join(send(bench, IN_DANGER["pl"]))

    assert council in in_english
    assert translations.say("pl", "council", phones=", ".join(set_.values())) in in_polish
    assert council in in_polish


def test_a_number_of_the_council_that_is_not_set_is_not_said(bench: Bench) -> None:
    bench.assistant.is_away = True

    assert "council" not in " ".join(send(bench, "i want to kill myself"))


def test_other_languages_go_to_the_assistant(bench: Bench) -> None:
    send(bench, "no hablo inglés, necesito ayuda")

    assert bench.assistant.turns[0].signals["language"] == "es"
