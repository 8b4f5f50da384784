import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.cleaning import clean

LONG = "My invitation has not come and I have looked in the junk folder too, what now? Thank you."


@pytest.mark.parametrize(
    ("received", "kept"),
    [
        ("hello", "hello"),
        ("  hello \r\n there ", "hello \n there"),
        ("a\x00b", "ab"),
        ("a\ud800b", "ab"),
        ("\x1b[31mred", "[31mred"),
        ("tab\tstays\nline", "tab\tstays\nline"),
        ("\ufffe\uffff", ""),
    ],
)
def test_what_no_database_can_take_is_left_out(received: str, kept: str) -> None:
    assert clean(received) == kept


def test_a_text_that_a_network_handed_over_in_base64_is_read() -> None:
    assert clean(base64.b64encode(LONG.encode()).decode()) == LONG


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        base64.b64encode(b"short").decode(),
        "A" * 61,
        "a" * 80,
        base64.b64encode(bytes(range(200, 256)) * 2).decode(),
        base64.b64encode("żółć".encode() * 20).decode(),
    ],
)
def test_what_only_looks_like_base64_stays(text: str) -> None:
    assert clean(text) == text


@given(st.text(max_size=200))
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    cleaned = clean(text)

    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode() == cleaned
