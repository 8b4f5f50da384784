"""Numbers, keywords and behaviours of the network."""

import re
from pathlib import Path

import pytest

from simulator.network.behaviours import CONDUCT, MAGIC_NUMBERS, Behaviour, conduct_of
from simulator.network.keywords import OptOut, keyword_in
from simulator.network.numbers import NotANumber, country_of, for_reading, from_typed, is_e164


@pytest.mark.parametrize(
    ("number", "is_good"),
    [
        ("+447700900123", True),
        ("+4477009001", False),
        ("+4477009001234", False),
        ("447700900123", False),
        ("+44 7700 900123", False),
        ("+0447700900123", False),
        ("+353851234567", True),
        ("+999123456789", False),
        ("07700900123", False),
        ("+", False),
        ("", False),
    ],
)
def test_twilio_wants_e164(number: str, is_good: bool) -> None:
    assert is_e164(number) is is_good


@pytest.mark.parametrize(
    "typed", ["07700 900123", "07700900123", "+44 7700 900123", "0044 7700 900123", "+447700900123"]
)
def test_a_person_may_type_a_number_in_any_usual_way(typed: str) -> None:
    assert from_typed(typed) == "+447700900123"


@pytest.mark.parametrize("typed", ["", "hello", "0770", "077009001234567", "GOV.UK"])
def test_what_is_no_number_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(NotANumber, match=r"\w+ \w+"):
        from_typed(typed)


@pytest.mark.parametrize(
    ("number", "shown", "country"),
    [
        ("+447700900123", "07700 900123", "GB"),
        ("+441785222222", "01785 222222", "GB"),
        ("+353851234567", "+353 85 123 4567", "IE"),
        ("StaffsEHC", "StaffsEHC", ""),
    ],
)
def test_numbers_are_shown_as_people_write_them(number: str, shown: str, country: str) -> None:
    assert (for_reading(number), country_of(number)) == (shown, country)


@pytest.mark.parametrize(
    ("body", "by_default", "advanced"),
    [
        ("STOP", "STOP", "STOP"),
        (" stop\n", "STOP", "STOP"),
        ("Cancel", "STOP", None),
        ("END", "STOP", None),
        ("quit", "STOP", None),
        ("optout", "STOP", None),
        ("START", "START", "START"),
        ("yes", "START", None),
        ("UNSTOP", "START", None),
        ("help", "HELP", "HELP"),
        ("INFO", "HELP", None),
        ("STOP.", None, None),
        ("stop please", None, None),
        ("", None, None),
    ],
)
def test_only_a_whole_keyword_is_twilios(
    body: str, by_default: str | None, advanced: str | None
) -> None:
    assert keyword_in(body, OptOut.DEFAULT) == by_default
    assert keyword_in(body, OptOut.ADVANCED) == advanced
    assert keyword_in(body, OptOut.OFF) is None


def test_every_behaviour_has_a_conduct_and_a_number_of_its_own() -> None:
    assert set(CONDUCT) == set(Behaviour)
    assert set(MAGIC_NUMBERS.values()) == set(Behaviour) - {Behaviour.DELIVERED}
    assert all("+447700900901" <= number <= "+447700900999" for number in MAGIC_NUMBERS)


def test_a_switch_overrules_the_number() -> None:
    assert conduct_of("+447700900901").error_code == 30003
    assert conduct_of("+447700900901", Behaviour.DELIVERED).arrives
    assert conduct_of("+447700900123", Behaviour.FILTERED).error_code == 30007


def test_a_generic_name_is_filtered() -> None:
    assert conduct_of("+447700900123", sender="Verify").error_code == 30007
    assert conduct_of("+447700900123", sender="StaffsEHC").arrives


def test_the_documented_table_of_magic_numbers_is_the_one_that_is_played() -> None:
    document = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()
    rows = re.findall(r"\| (07700 \d{6}) \| `(\w+)` \| ([^|]+) \|", document)

    assert {from_typed(number): name for number, name, _ in rows} == dict(MAGIC_NUMBERS)
    for _, name, happens in rows:
        conduct = CONDUCT[Behaviour(name)]
        for code in re.findall(r"\d{5}", happens):
            assert int(code) in (conduct.error_code, conduct.refusal)
