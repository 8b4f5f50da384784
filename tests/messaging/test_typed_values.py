"""What a parent types reaches the hub as what they meant: masked at the door, read by the hub."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.accounts import invitation_codes, numbers, typed_codes
from hub.accounts.errors import NumberNotAccepted
from messaging.masking import mask

NATO = """
alfa bravo charlie delta echo foxtrot golf hotel juliet kilo mike november papa quebec romeo sierra
tango victor whiskey x-ray yankee zulu
"""
NAMES = """
apple ball cat dog egg fish goat house jam kite mother nan peter queen red sugar tea van water xylo
yellow zebra
"""
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_WORDS = st.sampled_from(
    ["", "its ", "my code is ", "Code: ", "here you go ", "the code they sent is "]
)
_ENDS = st.sampled_from(["", ".", " thanks", " x", "!", " is that right?"])
LETTERS = {word[0].upper(): word for word in NATO.split()}
LIKE_DATES = ["18TH", "21ST", "44KG", "12AM", "5DAY", "10PM", "16YR"]
_LIKE_DATE = re.compile(r"\d\d(?:TH|ST|ND|RD|YR|HR|KG|CM|MM|FT|AM|PM|FA)|\dDAY")
_WORD = re.compile(r"(?=.*[AEY])[A-Z]{3,}|AM|AN|AS|AT|BE|BY|HE|ME|MY|WE|YE")
"""A piece of a code that may be a word of the sentence."""
_HALVES = st.text(alphabet=invitation_codes.ALPHABET, min_size=4, max_size=4) | st.sampled_from(
    LIKE_DATES
)
_MADE = st.tuples(_HALVES, _HALVES).map("".join).filter(invitation_codes.is_recognisable)
_GAPS = st.sampled_from(["", " ", "-", " - ", "–", "\u00a0", "\u200b", "."])


def _spelled(code: str) -> str:
    return " ".join(DIGITS[int(digit)] for digit in code)


def _mixed(code: str) -> str:
    return f"{_spelled(code[:3])} {code[3:]}"


def _full_width(code: str) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in code)


def _arabic(code: str) -> str:
    return "".join(chr(0x0660 + int(digit)) for digit in code)


def _letters(code: str) -> str:
    return code.replace("0", "O").replace("1", "l", 1)


def _pasted(code: str) -> str:
    return (
        f"{code} is your EHC Hub security code. It lasts 10 minutes. Do not share it."
        f"\n\n@hub.example.gov.uk #{code}"
    )


def _pasted_in_development(code: str) -> str:
    return f"{code} is your EHC Hub security code. It lasts 10 minutes.\n\n@127.0.0.1 #{code}"


_DRESSES = st.sampled_from(
    [_spelled, _mixed, _full_width, _arabic, _letters, _pasted, _pasted_in_development, str]
)


@given(code=st.from_regex(r"[0-9]{6}", fullmatch=True), dress=_DRESSES, before=_WORDS, after=_ENDS)
def test_a_code_in_any_dress_is_read_as_its_digits(
    code: str, dress: object, before: str, after: str
) -> None:
    dressed = dress(code)  # type: ignore[operator]
    if not any(character.isdigit() for character in dressed) and dress is _letters:
        return  # nothing but look-alikes: a word

    masked = mask(f"{before}{dressed}{after}")

    assert list(masked.values) == ["__code__"], masked
    assert typed_codes.read(masked.values["__code__"]) == code
    assert code not in masked.text


@given(
    code=st.from_regex(r"[0-9]{6}", fullmatch=True), gaps=st.lists(_GAPS, min_size=5, max_size=5)
)
def test_a_code_with_gaps_anywhere_is_read(code: str, gaps: list[str]) -> None:
    typed = code[0] + "".join(gap + digit for gap, digit in zip(gaps, code[1:], strict=True))

    assert typed_codes.read(mask(typed).values["__code__"]) == code


_HEADS = st.sampled_from(
    ["07", "+447", "00447", "+44 (0)7", "+4407", "447", "0044 (0)7", "+44 7", "0 7"]
)


@given(tail=st.from_regex(r"[0-9]{3}", fullmatch=True), head=_HEADS, before=_WORDS, data=st.data())
def test_a_mobile_number_in_any_form_is_read(
    tail: str, head: str, before: str, data: st.DataObject
) -> None:
    digits = "700900" + tail
    gap = st.sampled_from(["", "", "", " ", "-", "\u00a0", "."])
    spaced = digits[0] + "".join(data.draw(gap) + digit for digit in digits[1:])

    masked = mask(f"{before}{head}{spaced} ok")

    assert list(masked.values) == ["__phone__"]
    read = numbers.read(masked.values["__phone__"], allow_drama=True)
    assert read == "+447" + digits


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("0770090012", "too_short"),
        ("07711 34567", "too_short"),
        ("07711 3456", "too_short"),
        ("077113456789", "too_long"),
        ("01785 223344", "landline"),
        ("020 7946 0958", "landline"),
        ("070 1234 5678", "personal"),
        ("07600 123456", "pager"),
        ("09012345678", "premium"),
        ("0800 123 4567", "not_mobile"),
        ("07797 712345", "foreign"),
        ("07624 312345", "foreign"),
        ("+353 87 123 4567", "foreign"),
        ("0048 512 345 678", "foreign"),
    ],
)
def test_a_number_that_cannot_be_texted_is_refused_with_its_reason(typed: str, reason: str) -> None:
    masked = mask(f"my number is {typed}")

    with pytest.raises(NumberNotAccepted) as refused:
        numbers.read(masked.values["__phone__"], allow_drama=True)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "typed",
    ["AB2C-3D4E", "ab2c3d4e", "ab2c 3d4e", "A B 2 C 3 D 4 E", "ab2c - 3d4e", "A-B-2-C-3-D-4-E"],
)
def test_an_invitation_code_is_read_however_it_is_spaced(typed: str) -> None:
    masked = mask(f"my invitation code is {typed}")

    assert invitation_codes.read(masked.values["__invitation__"]) == "AB2C3D4E"


@given(code=_MADE, before=_WORDS, after=_ENDS, has_hyphen=st.booleans(), is_small=st.booleans())
def test_whatever_code_the_hub_makes_is_masked_and_read(
    code: str, before: str, after: str, has_hyphen: bool, is_small: bool
) -> None:
    assume(not (_LIKE_DATE.fullmatch(code[:4]) and _LIKE_DATE.fullmatch(code[4:])))
    typed = invitation_codes.show(code) if has_hyphen else code

    masked = mask(before + (typed.lower() if is_small else typed) + after)

    assert masked.text == f"{before}__invitation__{after}"
    assert invitation_codes.read(masked.values["__invitation__"]) == code


def test_a_made_code_has_a_letter_and_a_digit_in_each_half() -> None:
    assert all(invitation_codes.is_recognisable(invitation_codes.make()) for _time in range(200))
    assert not invitation_codes.is_recognisable("12345678")
    assert not invitation_codes.is_recognisable("ABCD1234")
    assert not invitation_codes.is_recognisable("A2CDEFGH")


def _named(code: str) -> str:
    names = {name[0].upper(): name for name in NAMES.split()}
    return " ".join(
        f"{character} for {names[character]}" if character.isalpha() else character
        for character in code
    )


@st.composite
def _read_out(draw: st.DrawFn, code: str) -> str:
    """Each character a word, a figure in figures or in words, with or without "dash"."""
    gap = draw(st.sampled_from([" ", ", ", ". ", " - "]))
    words = [
        LETTERS[character]
        if character.isalpha()
        else draw(st.sampled_from([character, DIGITS[int(character)]]))
        for character in code
    ]
    between = draw(st.sampled_from([[], ["dash"], ["hyphen"], ["then"], ["and", "then"]]))
    spoken = gap.join([*words[:4], *between, *words[4:]])
    return draw(st.sampled_from([spoken, spoken.upper(), spoken.title()]))


@st.composite
def _spread(draw: st.DrawFn, code: str, gaps: list[str]) -> str:
    """The code cut anywhere, small or not; one piece at least is no word, number or date."""
    cuts = sorted(draw(st.sets(st.integers(1, 7), min_size=1, max_size=7)))
    pieces = [code[begin:end] for begin, end in zip([0, *cuts], [*cuts, 8], strict=True)]
    is_odd = [
        not piece.isalpha() and not piece.isdigit() and not _LIKE_DATE.search(piece)
        for piece in pieces
    ]
    assume(any(is_odd) or len(pieces) == len(code))
    assume(not any(_WORD.fullmatch(piece) for piece in pieces))
    assume(pieces[-1] != "X" or any(is_odd[1:]))  # a postcode with a kiss
    gap = draw(st.sampled_from(gaps))
    typed = gap.join(pieces)
    return draw(st.sampled_from([typed, typed.lower()]))


_ODD_DRESSES = st.sampled_from(
    [
        lambda code: st.just(_named(code)),
        _read_out,
        lambda code: _spread(code, [" ", "  ", ", ", " - "]),
        lambda code: _spread(code, ["-", "--"]),
        lambda code: st.sampled_from(["-", "--", " / ", "/", " . ", " dash ", "–", "- ", "_"]).map(
            lambda gap: f"{code[:4]}{gap}{code[4:]}"
        ),
        lambda code: st.just(f"{invitation_codes.show(code)}-"),
        lambda code: st.just("/".join(code)),
        lambda code: st.just(".".join(code)),
    ]
)


_UNLIKE_DATES = st.text(alphabet=invitation_codes.ALPHABET, min_size=8, max_size=8).filter(
    invitation_codes.is_recognisable
)


@given(code=_UNLIKE_DATES, dress=_ODD_DRESSES, before=_WORDS, after=_ENDS, data=st.data())
def test_an_invitation_code_in_odd_dress_is_masked_and_read_as_the_same(
    code: str, dress: object, before: str, after: str, data: st.DataObject
) -> None:
    assume(not (_LIKE_DATE.fullmatch(code[:4]) or _LIKE_DATE.fullmatch(code[4:])))
    typed = data.draw(dress(code))  # type: ignore[operator]

    masked = mask(before + typed + after)

    assert masked.values == {"__invitation__": invitation_codes.show(code)}, typed
    assert masked.text.replace("__invitation__-", "__invitation__") == (
        f"{before}__invitation__{after}"
    )


@st.composite
def _in_parts(draw: st.DrawFn, code: str) -> str:
    size = draw(st.sampled_from([1, 2, 3]))
    parts = [code[begin : begin + size] for begin in range(0, 6, size)]
    gaps = [" then ", " and then ", ", then ", " dash ", " followed by ", " space ", " & "]
    gap = draw(st.sampled_from(gaps[:-1] if size == 2 else gaps))
    first, second = code[:3], code[3:]
    return draw(
        st.sampled_from(
            [
                gap.join(parts),
                f"first {first} second {second}",
                f"first part is {first}, second part is {second}",
                f"{first}. {second}",
                f"{first}... {second}",
                f"{first} and {second}",
            ]
        )
    )


@st.composite
def _with_doubles(draw: st.DrawFn, code: str) -> str:
    """Digits in words or figures, neighbours that are alike as "double" and "triple"."""
    said, position = [], 0
    while position < len(code):
        digit = code[position]
        alike = len(re.match(rf"{digit}{{1,3}}", code[position:]).group())  # type: ignore[union-attr]
        times = draw(st.integers(1, alike))
        word = draw(st.sampled_from([digit, DIGITS[int(digit)]]))
        said.append([word, f"double {word}", f"triple {word}"][times - 1])
        position += times
    return " ".join(said)


_REPEATING = st.text(alphabet="0478", min_size=6, max_size=6) | st.from_regex(
    r"[0-9]{6}", fullmatch=True
)


@given(
    code=_REPEATING,
    dress=st.sampled_from([_in_parts, _with_doubles]),
    before=_WORDS,
    after=_ENDS,
    data=st.data(),
)
def test_a_security_code_in_parts_or_with_doubles_is_read_as_its_digits(
    code: str, dress: object, before: str, after: str, data: st.DataObject
) -> None:
    typed = data.draw(dress(code))  # type: ignore[operator]

    masked = mask(before + typed + after)

    assert list(masked.values) == ["__code__"], typed
    assert typed_codes.read(masked.values["__code__"]) == code
    assert not any(character.isdigit() for character in masked.text)
