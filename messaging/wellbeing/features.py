"""What the small model sees of a text; training and use share this module."""

import math
import re
import unicodedata
from functools import cache
from importlib import resources
from itertools import combinations, pairwise
from typing import Final

_SPEECH: Final = {
    "wanna": "want to", "wana": "want to", "wnt": "want", "gonna": "going to", "2": "to",
    "b": "be", "u": "you", "r": "are", "cnt": "cant", "carnt": "cant", "cor": "cant",
    "cannot": "cant", "dunna": "dont", "dnt": "dont", "anymore": "any more", "nomore": "no more",
    "hisself": "himself", "meself": "myself", "myslef": "myself", "im": "i am", "ive": "i have",
    "hes": "he is", "shes": "she is", "av": "have", "bin": "been", "sez": "says",
    "suiside": "suicide",
    "suicidle": "suicidal", "abit": "a bit", "ment": "meant", "plz": "please", "pls": "please",
    "id": "i would", "youre": "you are", "theyre": "they are", "isnt": "is not", "aint": "is not",
}  # fmt: skip
PIECES: Final = range(2, 6)
WINDOW: Final = 9
"""Words."""
_SMALL_TEXT: Final = (
    "a an and are as at be been but by did do for from had has have he her here hers him his i if "
    "in is it its just me my of off on or our out over please she so that the their them then "
    "there they this to up us was we were what when where which who will with would you your "
)
_SMALL: Final = frozenset(_SMALL_TEXT.split())
"""Words that stand in every long text: alone they tell how long it is, not what it says."""
_WORD: Final = re.compile(r"[^\W_]+")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")


def plain(text: str) -> str:
    """Return the words of a text in lower case, apostrophes out, text speech spelled out."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    lowered = re.sub(r"['’`´]", "", lowered).replace("can not", "cant")
    words = (_STRETCHED.sub(r"\1", word) for word in _WORD.findall(lowered))
    return " ".join(_SPEECH.get(word, word) for word in words)


@cache
def meanings() -> dict[str, frozenset[str]]:
    """Return the groups that each word of `meanings.txt` belongs to."""
    lines = resources.files("messaging.wellbeing").joinpath("meanings.txt")
    groups: dict[str, set[str]] = {}
    for line in lines.read_text(encoding="utf-8").splitlines():
        name, is_group, words = line.partition(" = ")
        if is_group and not line.startswith("#"):
            for word in words.split():
                groups.setdefault(word, set()).add(f"={name}")
    return {word: frozenset(names) for word, names in groups.items()}


def phrases(text: str) -> set[str]:
    """Return words, neighbours, pairs with a gap, and groups of meaning.

    Groups stand alone and in pairs, wherever in the text the two are.
    """
    words = ["<", *plain(text).split(), ">"]
    found = set(words[1:-1]) - _SMALL
    found.update(
        " ".join(pair) for pair in pairwise(words) if not _SMALL.union("<>").issuperset(pair)
    )
    found.update(" ".join(three) for three in zip(words, words[1:], words[2:], strict=False))
    found.update(f"{first} * {last}" for first, last in zip(words, words[2:], strict=False))
    known = meanings()
    meant = sorted({group for word in words[1:-1] for group in known.get(word, ())})
    found.update(meant)
    found.update("".join(pair) for pair in combinations(meant, 2))
    return found


def pieces(text: str) -> set[str]:
    """Return the pieces of words, two to five characters long: what is left when spelling goes."""
    padded = [f"_{word}_" for word in plain(text).split()]
    return {
        f"~{word[start : start + size]}"
        for word in padded
        for size in PIECES
        for start in range(len(word) - size + 1)
    }


def features(text: str) -> dict[str, float]:
    """Return what stands in a text with its weight: phrases and pieces count alike as a whole."""
    found: dict[str, float] = {}
    for part in (phrases(text), pieces(text)):
        found |= dict.fromkeys(part, 1.0 / math.sqrt(len(part) or 1))
    return found


def windows(text: str) -> list[str]:
    """Return every run of some words of a longer text: distress drowns among other business."""
    words = plain(text).split()
    starts = range(len(words) - WINDOW + 1) if len(words) > WINDOW else ()
    return [" ".join(words[start : start + WINDOW]) for start in starts]
