"""The separate things that one message says."""

import re

_BOUNDARY = re.compile(
    r"[.!?;\n]+\s*|,?\s+(?:and also|also|but also|and then|plus|oh and|btw|by the way)\s+"
    r"|,?\s+(?:and|but)\s+(?=(?:i|can|could|how|what|where|why|who|do|does|is|are|please|pls|my|u)\b)"
    r"|,\s+(?=(?:can|could|how|what|where|why|who|do|does|is|are)\b)",
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
