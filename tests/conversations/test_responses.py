"""Every sentence that the assistant can say, read as a tired parent on an old phone would."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = sorted(ROOT.glob("data/*/responses.yml"))

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENDED = frozenset("^{}\\[~]|€")
"""Each counts as two characters."""

LONGEST = {
    "ends_with": "123",
    "nth": "2",
    "days": "365",
    "until": "12:45pm on Wednesday",
    "seconds": "90",
    "tries_left": "4",
    "phone": "01234 567890",
    "email": "ehc.helpdesk@council.example",
    "hours": "9am to 5pm, Monday to Friday",
    "privacy_url": "https://www.council.example/privacy",
    "number": "07700 900123",
    "team": "the SEND helpdesk",
    "wait": "about 2 working days",
    "back": "on 29 December at 9:30am",
    "reference": "EHC-7F3KMX",
    "who": "Alexandra",
    "ending": "blueyonder.co.uk",
    "setup_key": "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567",
    "out_of_hours": "01234 567890",
    "sign_in_url": "https://ehchub.council.example/sign-in",
    "local_offer_url": "https://www.council.example/kb5/directory/localoffer",
    "link": "https://hub.council.example/continue/" + "x" * 43,
}
"""Parameter to the longest value that is usual; a parameter that is not here is unknown."""

TWO_SEGMENTS = {
    "utter_registration_done",
    "utter_core_introduction_privacy",
    "utter_support_person_phone_email_hours",
    "utter_support_passed_on_closed",
    "utter_support_file",
}
"""May need a second segment by text: a link or several contact details stand in them."""

LABELS = {
    "Complete your registration",
    "Use SMS instead of an app",
    "Send Code",
    "Verify Code",
    "Resend Code",
    "Reset password",
    "Request a needs assessment",
    "Hub Guidance - Account Registration",
    "Hub Guidance - Parent Carer Requesting an Education Health and Care Needs Assessment",
}
"""As they are spelt on the council's page."""

PAGE_TERM = "Two Factor Authentication"

NETWORK_WORDS = {
    "utter_support_opt_out_sms",
    "utter_registration_delivery_opted_out",
    "utter_registration_unasked_opted_out",
    "utter_edge_help_again",
    "utter_edge_help",
    "utter_edge_stopped",
}
"""Must name STOP or START, since the network takes them; they are not answers to a question."""

BANNED = re.compile(
    r"\b(please|kindly|whilst|utilise|via|e-mail|login|log in|click here|etc|invalid|failed|error"
    r"|e\.g|i\.e|unfortunately|simply|just click|in order to|prior to|regarding)\b",
    re.IGNORECASE,
)
CONTRACTED_NOT = re.compile(r"\b\w+n['’]t\b", re.IGNORECASE)
NETWORK_ANSWER = re.compile(
    r"\b(reply|text|type|send|say)\s+(yes|start|unstop|end|cancel|quit|stop|stopall|unsubscribe)\b",
    re.IGNORECASE,
)
SPELT_NUMBER = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven)\b", re.I)


def _versions() -> Iterator[Any]:
    for file in JOURNEYS:
        for name, versions in yaml.safe_load(file.read_text())["responses"].items():
            for version in versions:
                channel = version.get("channel", "all")
                yield pytest.param(name, version, id=f"{name}-{channel}")


def _by_text() -> Iterator[Any]:
    """Yield what goes out by text: the version for it, or else the one for all."""
    for file in JOURNEYS:
        for name, versions in yaml.safe_load(file.read_text())["responses"].items():
            chosen = next((v for v in versions if v.get("channel") == "sms"), versions[0])
            yield pytest.param(name, chosen["text"], id=name)


def _filled(text: str) -> str:
    return text.format(**LONGEST)


def _units(text: str) -> int:
    return sum(2 if character in GSM_7_EXTENDED else 1 for character in text)


def _segments(text: str) -> int:
    units = _units(text)
    return 1 if units <= 160 else math.ceil(units / 153)


def _sentences(text: str) -> list[str]:
    without_label_marks = re.sub(r"https?://\S+", "link", _filled(text))
    return [s for s in re.split(r"(?<=[.?!])\s+|:\s+", without_label_marks) if s]


@pytest.mark.parametrize(("name", "version"), list(_versions()))
def test_every_version_is_plain(name: str, version: dict[str, Any]) -> None:
    text = version["text"]

    assert set(_filled(text)) <= GSM_7 | GSM_7_EXTENDED, "characters outside GSM-7"
    for sentence in _sentences(text):
        assert len(sentence.split()) <= 25, sentence
    assert not BANNED.search(text)
    assert not CONTRACTED_NOT.search(text)
    assert not SPELT_NUMBER.search(text.replace(PAGE_TERM, "")), "numbers are numerals"
    assert set(re.findall(r'"([^"]+)"', text)) <= LABELS
    assert text == text.strip()
    assert "  " not in text
    assert "\n" not in text, "Rasa or a carrier may part a text at a line end"
    assert "!" not in text
    if name not in NETWORK_WORDS:
        assert not NETWORK_ANSWER.search(text), "a network takes this word"


@pytest.mark.parametrize(("name", "version"), list(_versions()))
def test_every_version_names_known_parameters_and_channels(
    name: str, version: dict[str, Any]
) -> None:
    assert set(re.findall(r"\{(\w+)\}", version["text"])) <= set(LONGEST)
    assert version.get("channel") in (None, "sms")
    assert set(version) <= {"text", "channel", "buttons"}
    for button in version.get("buttons", []):
        assert set(button) == {"title", "payload"}, name
        assert button["payload"].startswith("/")


@pytest.mark.parametrize(("name", "text"), list(_by_text()))
def test_by_text_a_reply_is_one_segment_and_asks_one_thing(name: str, text: str) -> None:
    filled = _filled(text)

    assert _segments(filled) <= (2 if name in TWO_SEGMENTS else 1), _units(filled)
    assert filled.count("?") <= 1


def test_segments_are_counted_at_their_bounds() -> None:
    assert [_segments("a" * length) for length in (160, 161, 306, 307)] == [1, 2, 2, 3]
    assert _segments("[" + "a" * 159) == 2


def test_wellbeing_names_the_help_lines_and_nothing_of_registration() -> None:
    responses = yaml.safe_load((ROOT / "data/wellbeing/responses.yml").read_text())["responses"]

    for name, versions in responses.items():
        for version in versions:
            if "council" not in name:
                for line in ("999", "116 123", "0800 1111"):
                    assert line in version["text"]
            assert not re.search(r"regist|code|hub|password", version["text"], re.IGNORECASE)


@pytest.mark.parametrize("label", sorted(LABELS))
def test_every_label_of_the_page_is_known_to_the_assistant(label: str) -> None:
    texts = " ".join(" ".join(file.read_text() for file in JOURNEYS).split())

    assert f'"{label}"' in texts.replace("\\", "")
