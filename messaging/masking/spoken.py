"""Digits spelled in words: "four eight two nine one three", "oh double seven"."""

import re
from collections.abc import Iterator

from messaging.masking.spans import Span
from wire import placeholders

_UNITS = {
    "zero": "0", "nought": "0", "oh": "0", "o": "0", "nil": "0", "one": "1", "two": "2",
    "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
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
_PLAIN = _UNITS | _TEENS | _ZEROS
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_ANY = "|".join(sorted([*_UNITS, *_TEENS, *_TENS, *_TIMES, *_ZEROS], key=len, reverse=True))
_SEQUENCE = re.compile(
    rf"(?<![a-z0-9'])(?:{_ANY}|\d{{1,6}})(?![a-z0-9'])"
    rf"(?:(?:[\s,.\-]|and){{1,3}}(?:{_ANY}|\d{{1,6}})(?![a-z0-9']))+"
)
"""Also mixed, as dictation writes it: "four eight two 913"."""
_WORD = re.compile(rf"\b(?:{_ANY})\b")
_HALVES = re.compile(r"(?<![0-9a-z])(\d{3}),? (?:and|then|and then) (\d{3})(?![0-9a-z])")
_SAYS_CODE = re.compile(r"\b(?:code|pin|digits|text)\b")
SHORTEST = 5
"""Digits. Fewer are ordinary counting ("one two three")."""
PHONE_DIGITS = (10, 11)
"""Digits of a British number with its zero."""


def _digits_of(words: list[str]) -> str:
    digits, index = "", 0
    while index < len(words):
        word = words[index]
        following = words[index + 1] if index + 1 < len(words) else ""
        if word in _TIMES and following in _UNITS:
            digits += _UNITS[following] * _TIMES[word]
            index += 1
        elif word in _TENS:
            has_unit = following in _UNITS and following not in ("zero", "oh", "o", "nought")
            digits += _TENS[word] + (_UNITS[following] if has_unit else "0")
            index += has_unit
        else:
            digits += _PLAIN.get(word, word if word.isdigit() else "")
        index += 1
    return digits


def _is_read_out(spoken: str) -> bool:
    """Tell "four eight two 913" from "15, 16 and one more" and from plain figures."""
    has_group = re.search(r"\d{2}", spoken) is not None
    return bool(_WORD.search(spoken)) and not (has_group and "and" in spoken)


def mixed_numbers(plain: str) -> Iterator[Span]:
    """Yield phone numbers partly in words ("07700 nine hundred 123"), surer than their pieces."""
    for match in _SEQUENCE.finditer(plain):
        digits = _digits_of(re.findall(r"[a-z]+|\d+", match.group()))
        figures = sum(character.isdigit() for character in match.group())
        is_whole = digits.startswith("0") and len(digits) in PHONE_DIGITS
        if is_whole and figures < min(PHONE_DIGITS) and _is_read_out(match.group()):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.PHONE, value=digits)


def find(plain: str) -> Iterator[Span]:
    """Yield codes and phone numbers spelled in words, with their digits as the value."""
    for match in _SEQUENCE.finditer(plain):
        digits = _digits_of(re.findall(r"[a-z]+|\d+", match.group()))
        if len(digits) < SHORTEST or not _is_read_out(match.group()):
            continue
        kind = placeholders.CODE
        if len(digits) >= 9:
            is_mobile = digits.startswith("7") and len(digits) == min(PHONE_DIGITS)
            is_phone = digits.startswith("0") or is_mobile
            kind = placeholders.PHONE if is_phone else placeholders.NUMBER
        yield Span(start=match.start(), end=match.end(), kind=kind, value=digits)
    for match in _HALVES.finditer(plain):
        if match.group() == plain.strip(" .!") or _SAYS_CODE.search(plain):
            value = match[1] + match[2]
            yield Span(start=match.start(), end=match.end(), kind=placeholders.CODE, value=value)
