import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import MAX_SEGMENTS, Encoding, joined, measure, plain, split

EMOJI = "😀"


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 1),
        ("a" * 159, 159, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 305, 305, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("a" * 459, 459, 3),
        ("a" * 460, 460, 4),
        ("a" * 1600, 1600, 11),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        # The escape pair may not be cut: 152 + pair does not fit into 153.
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("a" * 151 + "€" + "a" * 153, 306, 2),
    ],
)
def test_plain_texts_take_as_many_segments_as_the_networks_count(
    text: str, units: int, segments: int
) -> None:
    size = measure(text)

    assert (size.encoding, size.units, size.segments) == (Encoding.GSM_7, units, segments)


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("ł" * 69, 69, 1),
        ("ł" * 70, 70, 1),
        ("ł" * 71, 71, 2),
        ("ł" * 134, 134, 2),
        ("ł" * 135, 135, 3),
        (EMOJI * 35, 70, 1),
        # A surrogate pair may not be cut: 33 pairs a segment, not 33.5.
        (EMOJI * 36, 72, 2),
        (EMOJI * 66, 132, 2),
        (EMOJI * 67, 134, 3),
        (EMOJI * 68, 136, 3),
        ("a" * 70 + "’", 71, 2),
    ],
)
def test_texts_with_other_characters_are_counted_in_utf_16_units(
    text: str, units: int, segments: int
) -> None:
    size = measure(text)

    assert (size.encoding, size.units, size.segments) == (Encoding.UCS_2, units, segments)


def test_typographic_characters_become_plain_ones() -> None:
    assert plain("It’s “here” – now… \u200bok\u00a0•") == 'It\'s "here" - now... ok -'


def test_letters_of_other_languages_stay_as_they_are() -> None:
    assert plain("Dziękuję, diolch yn fawr, ŵ") == "Dziękuję, diolch yn fawr, ŵ"


def test_a_curly_quote_no_longer_costs_a_segment() -> None:
    text = "a" * 70 + "’"

    assert (measure(text).segments, measure(plain(text)).segments) == (2, 1)


@pytest.mark.parametrize("length", [458, 459, 460])
def test_a_text_is_split_only_when_it_would_take_more_than_three_segments(length: int) -> None:
    parts = split("a" * length)

    assert len(parts) == (1 if length <= 459 else 2)


def test_a_long_text_is_cut_between_sentences() -> None:
    sentence = "This is one sentence of the text that is much too long. "

    parts = split(sentence * 12)

    assert len(parts) == 2
    assert all(part.endswith("long.") and part.startswith("This") for part in parts)


def test_a_long_text_is_cut_at_a_line_before_a_sentence() -> None:
    lines = "One line. With two sentences.\n" * 20

    assert all(part.endswith("sentences.") for part in split(lines))


@given(st.text(st.sampled_from("ab .\n€ł😀"), max_size=700))
def test_no_part_is_too_long_and_nothing_but_space_is_lost(text: str) -> None:
    parts = split(text)

    assert all(measure(part).segments <= 3 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(st.sampled_from("a€ł😀"), max_size=400), st.integers(0, 400))
def test_a_longer_text_never_takes_fewer_segments(text: str, length: int) -> None:
    assert measure(text[:length]).segments <= measure(text).segments


@given(st.text(max_size=300))
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("lengths", "texts"),
    [
        ([], []),
        ([20], [20]),
        ([100, 59], [160]),  # with the line end exactly one segment
        ([100, 60], [161]),
        ([160, 145], [306]),
        ([160, 146], [160, 146]),  # joined they would take a third segment
        ([50, 50, 50], [152]),
        ([153, 153, 152], [153, 306]),
        ([160, 160, 160], [160, 160, 160]),
    ],
)
def test_replies_leave_together_where_that_costs_nothing(
    lengths: list[int], texts: list[int]
) -> None:
    assert [len(text) for text in joined("a" * length for length in lengths)] == texts


REPLIES = st.lists(st.text(alphabet="ab €ę😀", min_size=1, max_size=200), max_size=6)


@given(replies=REPLIES)
def test_joining_loses_no_word_and_costs_no_segment(replies: list[str]) -> None:
    texts = joined(replies)

    assert "\n".join(texts) == "\n".join(replies)
    assert len(texts) <= len(replies)
    assert sum(measure(t).segments for t in texts) <= sum(measure(r).segments for r in replies)
    long = [reply for reply in replies if measure(reply).segments > MAX_SEGMENTS]
    assert all(measure(text).segments <= MAX_SEGMENTS for text in texts if text not in long)
