"""Invitation codes in other dress than XXXX-XXXX: read out, spread out, in odd groups.

A text is read in pieces, each of which stands for some characters: "kilo" for K, "double seven" for
77, "k7q" for itself. Pieces that follow each other and make eight characters are a code.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from messaging.masking import invitation_code
from messaging.masking.little import LITTLE
from messaging.masking.spans import Span
from messaging.masking.spoken import TIMES, UNITS
from messaging.masking.words import SAYS_SO, TIME_OR_SPEECH
from wire import placeholders

_ALPHABET = (
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
)
SPOKEN: Final = {word: word[0] for word in _ALPHABET.split()} | UNITS
"""Words that stand for one character."""

_SILENT_TEXT = (
    "dash hyphen minus stroke slash dot point space gap then and next capital letter number"
)
SILENT: Final = frozenset(_SILENT_TEXT.split())
"""Words between the characters."""

_BESIDE_TEXT = "invitation invite invited from email mail as in typed"
_BESIDE = LITTLE | frozenset(_BESIDE_TEXT.split())
"""Words that may stand before and after a code in a text that says nothing else."""

_AROUND = LITTLE | SILENT

_ONE = "|".join(sorted(SPOKEN, key=len, reverse=True))
_PIECE = re.compile(
    r"(?<![^\W_])(?:"
    r"(?P<letter>[a-z]) (?:for|as|as in|like) (?:the )?(?P=letter)[a-z]+"
    rf"|(?P<times>{'|'.join(TIMES)})[ \-](?P<one>{_ONE}|[0-9a-z])"
    r"|(?P<xray>x[ \-]ray)"
    r"|(?P<typed>[^\W_]+(?:'[a-z]+)?)"
    r")(?![^\W_])"
)
_WORD = re.compile(
    r"(?=.*[oil'])[^\d]{2,}"  # no code has an O, I or L: they are forgiven beside figures only
    r"|(?=.*[aey])[a-z]{3,}|am|an|as|at|be|by|he|me|my|we|ye"
)
"""A word of the sentence around, though each of its letters may stand in a code."""
_GROUPS = re.compile(r"(?<![0-9a-z@.\-])[0-9a-z]{1,7}(?:-+[0-9a-z]{1,7})+(?![0-9a-z@])")
_KISSED_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2} ?x+")

MOST_PIECES: Final = 40
"""Of a text or a part of it that is looked through; longer ones are no giving of a code."""
SPELLED: Final = 2
"""Words of an alphabet from which neighbouring characters are a code."""
SURELY_SPELLED: Final = 4
"""From so many on they are one also with a slip, so that it is told as mistyped."""
SLIP: Final = 1
"""Characters too few or too many."""


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    typed: str
    found: str | None
    """The characters that it stands for; None: a word that stands for none."""
    is_spoken: bool

    @property
    def is_ordinary(self) -> bool:
        """Whether it may be a word, a number, a time or a kiss in a sentence."""
        if self.is_spoken:
            return False
        return (
            not self.found
            or self.typed.isdigit()
            or self.typed in "aeyx"
            or (self.typed.isalpha() and len(self.typed) > 1)
            or TIME_OR_SPEECH.fullmatch(self.typed) is not None
        )


def _piece(match: re.Match[str]) -> _Piece:
    typed = match.group()
    found: str | None
    if match["letter"] or match["xray"]:
        found, is_spoken = typed[0], True
    elif match["times"]:
        one = match["one"]
        found, is_spoken = SPOKEN.get(one, one) * TIMES[match["times"]], False
    elif typed in SPOKEN:
        found, is_spoken = SPOKEN[typed], typed not in UNITS
    elif typed in SILENT:
        found, is_spoken = "", False
    else:
        found, is_spoken = None if _WORD.fullmatch(typed) else typed, False
    read = None if found is None else invitation_code.characters(found)
    return _Piece(match.start(), match.end(), typed, read, is_spoken)


def _joined(pieces: Sequence[_Piece]) -> str:
    """Return the characters of neighbouring pieces; none where a word stands among them."""
    if not pieces[0].found or not pieces[-1].found:
        return ""
    found = [piece.found for piece in pieces if piece.found is not None]
    return "".join(found) if len(found) == len(pieces) else ""


def _is_code(plain: str, pieces: Sequence[_Piece], found: str) -> bool:
    """Tell "k7qp 2m 4x" from "dec 13 4pm" and from a postcode with a kiss."""
    if not invitation_code.is_one(found):
        return False
    if not _is_one_by_one(pieces) and all(piece.is_ordinary for piece in pieces):
        return False
    return not _KISSED_POSTCODE.fullmatch(plain[pieces[0].start : pieces[-1].end])


def _is_one_by_one(pieces: Sequence[_Piece]) -> bool:
    return all(len(piece.found or "") <= 1 for piece in pieces)


def _is_spelled(plain: str, pieces: Sequence[_Piece], found: str) -> bool:
    """Tell a code that is read out, character by character."""
    spoken = sum(piece.is_spoken for piece in pieces)
    if spoken >= SPELLED or _is_one_by_one(pieces):
        if _is_code(plain, pieces, found):
            return True
        is_near = abs(len(found) - invitation_code.LENGTH) <= SLIP
        return is_near and spoken >= SURELY_SPELLED and sum(c.isdigit() for c in found) > 1
    return False


def _without(
    little: frozenset[str], pieces: Sequence[_Piece]
) -> Iterator[tuple[Sequence[_Piece], str]]:
    """Yield pieces without little words before them (none first) and after them (all first)."""
    for begin in range(len(pieces)):
        last = len(pieces)
        while last > begin + 1 and pieces[last - 1].typed in little:
            last -= 1
        for end in range(last, len(pieces) + 1):
            yield pieces[begin:end], _joined(pieces[begin:end])
        if pieces[begin].typed not in little:
            return


def _runs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield neighbouring pieces up to the next word of the sentence around them."""
    for is_word, group in groupby(pieces, key=lambda piece: piece.found is None):
        run = list(group)
        if not is_word and len(run) <= MOST_PIECES:
            yield run


def _in_groups(plain: str, pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield codes in whatever groups, with hyphens between."""
    for match in _GROUPS.finditer(plain):
        group = [piece for piece in pieces if match.start() <= piece.start < match.end()]
        if _is_code(plain, group, _joined(group)):
            yield group


def _alone(plain: str, pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield the code of a text that says little else, in whatever pieces."""
    if len(pieces) <= MOST_PIECES:
        for inner, found in _without(_BESIDE, pieces):
            if _is_code(plain, inner, found):
                yield inner


def _told(plain: str, run: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield the code that follows "the code is"."""
    for begin, first in enumerate(run):
        if SAYS_SO.search(plain, 0, first.start):
            for end in range(begin + 1, len(run) + 1):
                if _is_code(plain, run[begin:end], _joined(run[begin:end])):
                    yield run[begin:end]


def _codes(plain: str, pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield the pieces of each code, the surest first."""
    yield from _in_groups(plain, pieces)
    yield from _alone(plain, pieces)
    for run in _runs(pieces):
        for inner, found in _without(_AROUND, run):
            if _is_spelled(plain, inner, found):
                yield inner
        yield from _told(plain, run)


def find(plain: str) -> Iterator[Span]:
    """Yield invitation codes that are read out or in odd groups; `plain` is a text's view."""
    pieces = [_piece(match) for match in _PIECE.finditer(plain)]
    for code in _codes(plain, pieces):
        start, end = code[0].start, code[-1].end
        yield Span(start=start, end=end, kind=placeholders.INVITATION, value=_joined(code))
