"""The separate things that one message says."""

import re

_BEGINS = (
    r"i|ive|im|can|could|how|what|where|when|why|who|do|does|is|are|please|pls|my|u|the|no|nothing|"
    r"its|it|still|need|want|get|send|tell|havent|didnt|cant|wont|dont"
)
"""Words that a request of its own begins with, after "and" or "but"."""
_BEGINS_AFTER_COMMA = (
    r"can|could|how|what|where|when|why|who|do|does|is|are|i|ive|i've|im|i'm|please|pls|also"
)
_BOUNDARY = re.compile(
    r"[.!?;\n]+(?!\w)\s*|,?\s+(?:and also|also|but also|and then|plus|oh and|btw|by the way)\s+"
    rf"|,?\s+(?:and|but)\s+(?=(?:{_BEGINS})\b)|,\s+(?=(?:{_BEGINS_AFTER_COMMA})\b)",
    re.I,
)
SHORTEST = 3
"""Words. Shorter pieces ("hi", "thanks") are manners, not a second request."""
MOST = 4


def clauses(text: str) -> list[str]:
    """Return the parts that could be requests of their own; empty when there is only one."""
    parts = [part.strip() for part in _BOUNDARY.split(text) if part and part.strip()]
    parts = [part for part in parts if len(part.split()) >= SHORTEST]
    return parts[:MOST] if len(parts) > 1 else []
