"""A copy of a text, character for character, in which look-alikes are ordinary characters."""

import re
import unicodedata

_SIGNS = {"＠": "@", "．": ".", "。": ".", "＋": "+", "：": ":", "’": "'", "‘": "'"}

_LOOKALIKES = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_DIGIT_WORD = re.compile(r"(?<![a-z0-9])[0-9oli|]*[0-9][0-9oli|]*(?![a-z0-9])")
_BESIDE_DIGITS = re.compile(r"[0-9][ \-.]")
_LONE_O = re.compile(r"(?<![a-z0-9])o{1,3}(?=[ \-]{1,2}[0-9])|(?<=[0-9][ \-])o{1,3}(?![a-z0-9])")


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    if character != "\n" and category in ("Zs", "Cf", "Mn", "Me", "Cc"):
        return " "  # non-breaking, zero-width and keycap characters separate, nothing more
    if category == "Pd":
        return "-"
    lower = character.lower()
    return lower if len(lower) == 1 else character


def view(text: str) -> str:
    """Return the text in lower case with ordinary digits, dashes and spaces; same length."""
    return "".join(_plain(character) for character in text)


def _zeros(match: re.Match[str]) -> str:
    return "0" * len(match.group())


def digit_view(plain: str) -> str:
    """Return a view in which the letters O, l and I count as digits where they stand for them.

    They do inside a word that is otherwise digits ("48291O", "o77oo") and alone between digits.
    """

    def fold(match: re.Match[str]) -> str:
        word = match.group()
        before = match.string[max(0, match.start() - 2) : match.start()]
        beside = _BESIDE_DIGITS.match(before) is not None
        is_number = sum(c.isdigit() for c in word) >= 2 or len(word) in (2, 6) or beside
        return word.translate(_LOOKALIKES) if is_number else word

    folded, previous = plain, ""
    while previous != folded:  # "o77oo 9oo", "7 o o 9": each pass turns one more
        previous = folded
        folded = _LONE_O.sub(_zeros, _DIGIT_WORD.sub(fold, folded))
    return folded
