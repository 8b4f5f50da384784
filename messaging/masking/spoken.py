"""Digits spelled in words: "four eight two nine one three", "oh double seven"."""

import re
from collections.abc import Iterator

from messaging.masking.little import is_little
from messaging.masking.spans import Span
from wire import placeholders

UNITS = {
    "zero": "0", "nought": "0", "oh": "0", "o": "0", "nil": "0", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "niner": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6",
    "seventy": "7", "eighty": "8", "ninety": "9",
}  # fmt: skip
_ZEROS = {"hundred": "00", "thousand": "000"}
_PLAIN = UNITS | _TEENS | _ZEROS
TIMES = {"double": 2, "treble": 3, "triple": 3}
_ANY = "|".join(sorted([*UNITS, *_TEENS, *_TENS, *TIMES, *_ZEROS], key=len, reverse=True))
_JOINING_TEXT = (
    "and then next second 2nd other last half part bit lot are is followed by the dash hyphen "
    "space gap plus"
)
_JOINING = "|".join(sorted(_JOINING_TEXT.split(), key=len, reverse=True))
"""Words between the parts of a code: "482 and then 913", "first 482 second 913"."""
_BESIDE = r"[\s,.…:&+\-]"
_FIRST = re.compile(rf"\b(?:first|1st)\s+(?:(?:{_JOINING})\s+)*$")
_BETWEEN = re.compile(r"[a-z&+…]|\.{3}")
_SEQUENCE = re.compile(
    rf"(?<![a-z0-9'])(?:{_ANY}|\d{{1,6}})(?![a-z0-9'])"
    rf"(?:{_BESIDE}{{1,4}}(?:(?:{_JOINING}){_BESIDE}{{1,4}}){{0,5}}"
    rf"(?:{_ANY}|\d{{1,6}})(?![a-z0-9']))+"
)
"""Also mixed, as dictation writes it: "four eight two 913"."""
_TOKEN = re.compile(r"[a-z]+|\d+")
_WORD = re.compile(rf"\b(?:{_ANY})\b")
_SAYS_CODE = re.compile(r"\b(?:code|pin|digits|text)\b")
SHORTEST = 5
"""Digits. Fewer are ordinary counting ("one two three")."""
CODE_DIGITS = 6
LONGEST_PART = 3
"""Figures in one piece of a code that is read out; more are a code too short, and another word."""
PHONE_DIGITS = (10, 11)
"""Digits of a British number with its zero."""


def _digits_of(words: list[str]) -> str:
    digits, index = "", 0
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        one = UNITS.get(following, following)
        if word in TIMES and one.isdigit():
            digits += one[0] * TIMES[word] + one[1:]
            index += 1
        elif word in _TENS:
            has_unit = following in UNITS and following not in ("zero", "oh", "o", "nought")
            digits += _TENS[word] + (UNITS[following] if has_unit else "0")
            index += has_unit
        else:
            digits += _PLAIN.get(word, word if word.isdigit() else "")
        index += 1
    return digits


def _figures(word: str) -> int:
    return len(word) if word.isdigit() else 0


def _is_read_out(spoken: str) -> bool:
    """Tell "four eight two 913" from "15, 16 and one more" and from plain figures."""
    has_group = re.search(r"\d{2}", spoken) is not None
    return bool(_WORD.search(spoken)) and not (has_group and "and" in spoken)


def _is_in_parts(plain: str, match: re.Match[str]) -> bool:
    """Tell "482 and then 913" from "pages 200 and 300" and from the ages of three children."""
    words = _TOKEN.findall(match.group())
    sizes = {len(word) for word in words if word.isdigit()}
    joined_by = {word for word in words if not word.isdigit()}
    if len(sizes) != 1 or (sizes == {2} and joined_by <= {"and"}):
        return False
    rest = f"{plain[: match.start()]} {plain[match.end() :]}"
    return is_little(rest) or _SAYS_CODE.search(plain) is not None


def whole_codes(plain: str) -> Iterator[Span]:
    """Yield security codes with words in or between their figures, surer than the figures alone."""
    for match in _SEQUENCE.finditer(plain):
        words = _TOKEN.findall(match.group())
        digits = _digits_of(words)
        if len(digits) != CODE_DIGITS or not _BETWEEN.search(match.group()):
            continue  # figures side by side are weighed in `digits`
        if _WORD.search(match.group()):
            is_whole = _is_read_out(match.group()) and max(map(_figures, words)) <= LONGEST_PART
        else:
            is_whole = _is_in_parts(plain, match)
        if is_whole:
            first = _FIRST.search(plain, 0, match.start())
            start = first.start() if first else match.start()
            yield Span(start=start, end=match.end(), kind=placeholders.CODE, value=digits)


def mixed_numbers(plain: str) -> Iterator[Span]:
    """Yield phone numbers partly in words ("07700 nine hundred 123"), surer than their pieces."""
    for match in _SEQUENCE.finditer(plain):
        digits = _digits_of(_TOKEN.findall(match.group()))
        figures = sum(character.isdigit() for character in match.group())
        is_whole = digits.startswith("0") and len(digits) in PHONE_DIGITS
        if is_whole and figures < min(PHONE_DIGITS) and _is_read_out(match.group()):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.PHONE, value=digits)


def find(plain: str) -> Iterator[Span]:
    """Yield codes and phone numbers spelled in words, with their digits as the value."""
    for match in _SEQUENCE.finditer(plain):
        digits = _digits_of(_TOKEN.findall(match.group()))
        if len(digits) < SHORTEST or not _is_read_out(match.group()):
            continue
        kind = placeholders.CODE
        if len(digits) >= 9:
            is_mobile = digits.startswith("7") and len(digits) == min(PHONE_DIGITS)
            is_phone = digits.startswith("0") or is_mobile
            kind = placeholders.PHONE if is_phone else placeholders.NUMBER
        yield Span(start=match.start(), end=match.end(), kind=kind, value=digits)
