"""Segments, counted by hand and by a second way of counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.network.segments import BASIC, EXTENSION, Encoding, weigh

VECTORS = [
    pytest.param("", "GSM-7", 1, id="empty"),
    pytest.param("a" * 160, "GSM-7", 1, id="160 letters"),
    pytest.param("a" * 161, "GSM-7", 2, id="161 letters"),
    pytest.param("a" * 306, "GSM-7", 2, id="306 letters"),
    pytest.param("a" * 307, "GSM-7", 3, id="307 letters"),
    pytest.param("a" * 1600, "GSM-7", 11, id="1,600 letters"),
    pytest.param("€" * 80, "GSM-7", 1, id="80 euro signs"),
    pytest.param("€" * 81, "GSM-7", 2, id="81 euro signs"),
    pytest.param("€" * 77, "GSM-7", 1, id="77 euro signs"),
    pytest.param("a" * 152 + "€" + "a" * 152, "GSM-7", 3, id="an escape pair at the border"),
    pytest.param("a" * 151 + "€" + "a" * 153, "GSM-7", 2, id="an escape pair before the border"),
    pytest.param("’" * 70, "UCS-2", 1, id="70 curly quotes"),
    pytest.param("’" * 71, "UCS-2", 2, id="71 curly quotes"),
    pytest.param("a" * 70 + "’", "UCS-2", 2, id="one curly quote makes it UCS-2"),
    pytest.param("’" * 134, "UCS-2", 2, id="134 curly quotes"),
    pytest.param("’" * 135, "UCS-2", 3, id="135 curly quotes"),
    pytest.param("😀" * 35, "UCS-2", 1, id="35 emoji"),
    pytest.param("😀" * 36, "UCS-2", 2, id="36 emoji"),
    pytest.param("😀" * 66, "UCS-2", 2, id="66 emoji"),
    pytest.param("😀" * 67, "UCS-2", 3, id="67 emoji"),
    pytest.param("ŵ", "UCS-2", 1, id="Welsh"),
    pytest.param("é", "GSM-7", 1, id="French"),
    pytest.param("ç", "UCS-2", 1, id="small c with cedilla, of which only the capital is GSM-7"),
]


@pytest.mark.parametrize(("text", "encoding", "segments"), VECTORS)
def test_a_text_takes_as_many_segments_as_counted_by_hand(
    text: str, encoding: str, segments: int
) -> None:
    weight = weigh(text)

    assert (weight.encoding, weight.segments) == (encoding, segments)


def split(text: str, encoding: Encoding) -> list[str]:
    """Split a text greedily: another way to the same number."""
    size, unit = (153, "gsm") if encoding is Encoding.GSM7 else (67, "ucs")
    parts = [""]
    for character in text:
        part = parts[-1] + character
        units = (
            sum(2 if each in EXTENSION else 1 for each in part)
            if unit == "gsm"
            else len(part.encode("utf-16-be")) // 2
        )
        if units > size:
            parts.append(character)
        else:
            parts[-1] = part
    return parts


@given(st.text(alphabet=sorted(BASIC | EXTENSION), max_size=700))
def test_every_gsm_text_splits_into_so_many_parts(text: str) -> None:
    weight = weigh(text)

    assert weight.encoding is Encoding.GSM7
    assert weight.segments == (1 if weight.units <= 160 else len(split(text, Encoding.GSM7)))


@given(st.text(max_size=300).filter(lambda text: not set(text) <= BASIC | EXTENSION))
def test_every_other_text_splits_into_so_many_parts(text: str) -> None:
    weight = weigh(text)

    assert weight.encoding is Encoding.UCS2
    # Lone surrogates cannot come over HTTP; Hypothesis does not draw them for utf-16 either.
    assert weight.units == len(text.encode("utf-16-be", "surrogatepass")) // 2
    assert weight.segments == (1 if weight.units <= 70 else len(split(text, Encoding.UCS2)))
