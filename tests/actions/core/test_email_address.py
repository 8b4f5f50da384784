"""Email addresses as people type them."""

import pytest

from actions.core.email_address import PROVIDERS, read, with_ending


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("jo@gmail.com", "jo@gmail.com"),
        (" Jo.Smith@Gmail.com. ", "Jo.Smith@Gmail.com"),
        ("<jo@gmail.com>", "jo@gmail.com"),
        ("mailto:jo@gmail.com", "jo@gmail.com"),
        ("jo @ gmail . com", "jo@gmail.com"),
        ("jo at gmail dot com", "jo@gmail.com"),
        ("jo dot smith at hotmail dot co dot uk", "jo.smith@hotmail.co.uk"),
        ("jo (at) gmail (dot) com", "jo@gmail.com"),
        ("jo@gmail dot com", "jo@gmail.com"),
        ("jo\u00a0@gmail.com", "jo@gmail.com"),
        ("pat@gmail.com", "pat@gmail.com"),
    ],
)
def test_another_way_of_writing_is_read(typed: str, value: str) -> None:
    address = read(typed)

    assert (address.value, address.suggestion) == (value, None)


@pytest.mark.parametrize(
    ("domain", "suggestion"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail,com", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("gmail.co.uk", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.co.uk", "hotmail.co.uk"),
        ("hotmial.con", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("yaho.co.uk", "yahoo.co.uk"),
        ("iclod.com", "icloud.com"),
        ("btintenet.com", "btinternet.com"),
        ("sky.con", "sky.com"),
        ("me.con", ".com"),
        ("school.sch.co.ul", ".co.uk"),
        ("ourbakery.con", ".com"),
    ],
)
def test_a_likely_mistake_is_doubted_and_left_as_it_is(domain: str, suggestion: str) -> None:
    address = read(f"jo@{domain}")

    assert address.suggestion == suggestion
    assert address.value == f"jo@{domain}"


@pytest.mark.parametrize(
    "domain",
    [
        *sorted(PROVIDERS),
        "staffordshire.gov.uk",
        "stoke.gov.uk",
        "school.staffs.sch.uk",
        "keele.ac.uk",
        "nhs.net",
        "bt.com",
        "ee.co.uk",
        "hey.com",
        "we.com",
        "example.com",
        "tuta.io",
        "yahoo.ie",
        "yahoo.fr",
        "fastmail.com",
    ],
)
def test_an_address_that_may_well_exist_is_not_doubted(domain: str) -> None:
    assert read(f"jo@{domain}").suggestion is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jo@gmial.com", "jo@gmail.com"),
        ("jo@ourbakery.con", "jo@ourbakery.com"),
        ("jo@school.sch.co.ul", "jo@school.sch.co.uk"),
    ],
)
def test_what_is_suggested_can_be_taken(typed: str, meant: str) -> None:
    assert read(typed).as_suggested() == meant


def test_an_address_is_not_shown_by_accident() -> None:
    assert "jo" not in repr(read("jo@gmail.com"))


def test_only_the_end_is_replaced() -> None:
    assert with_ending("gmail.com@gmial.com", "gmail.com") == "gmail.com@gmail.com"
