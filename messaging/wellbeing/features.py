"""What the small model sees of a text; training and use share this module."""

import re
import unicodedata
from itertools import pairwise
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
_WORD: Final = re.compile(r"[^\W_]+")
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")


def plain(text: str) -> str:
    """Return the words of a text in lower case, apostrophes out, text speech spelled out."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    lowered = re.sub(r"['’`´]", "", lowered).replace("can not", "cant")
    words = (_STRETCHED.sub(r"\1", word) for word in _WORD.findall(lowered))
    return " ".join(_SPEECH.get(word, word) for word in words)


def features(text: str) -> set[str]:
    """Return words, neighbours, pairs with a gap, and pieces of longer words."""
    words = ["<", *plain(text).split(), ">"]
    found = set(words[1:-1])
    found.update(" ".join(pair) for pair in pairwise(words))
    found.update(" ".join(three) for three in zip(words, words[1:], words[2:], strict=False))
    found.update(f"{first} * {last}" for first, last in zip(words, words[2:], strict=False))
    for word in words[1:-1]:
        if len(word) >= 5:
            padded = f"_{word}_"
            found.update("~" + padded[i : i + 5] for i in range(len(padded) - 4))
    return found
