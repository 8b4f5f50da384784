"""Words that say little beside a value: a text of nothing else is the giving of it."""

import re
from typing import Final

_WORDS = (
    "a an the my me it its it's is this that thats here heres are these be was hi hiya hello "
    "hey ok okay yes yeah yep no num number nr numba code pin digits and x xx thanks thank "
    "you ta cheers pls please plz try got mate duck love for u im says said so sorry then now "
    "i think hope have to text message one just new first part half bit "
    "go they sent right kod jest moj numer "
)
LITTLE: Final = frozenset(_WORDS.split())

MOST: Final = 10
"""Words beside the value, at most."""

_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")


def is_little(rest: str) -> bool:
    """Tell whether what stands around a value (a view of it) says little else."""
    words = _WORD.findall(rest)
    return len(words) <= MOST and all(word in LITTLE for word in words)
