"""The separate things that one message says."""

import re

_SUBJECT = (
    r"i|ive|i've|im|i'm|my|me|we|u|you|the|its|it's|it|nothing|nobody|no|this|that|there|theres|"
    r"he|hes|she|shes|they|what|whats|what's|where|wheres|where's|when|why|who|whos|how|hows|"
    r"do|does|did|is|are|can|could|cn|shall|will|would"
)
_VERB = (
    r"ring|call|phone|text|txt|send|resend|get|give|tell|show|help|change|reset|stop|start|cancel|"
    r"forgot|forgotten|lost|need|want|please|pls|plz|still|havent|haven't|hasnt|didnt|cant|can't|"
    r"wont|dont|never|use|put|also|just|someone|somebody"
)
_BEGINS = rf"(?:{_SUBJECT}|{_VERB})"
"""Words that a request of its own begins with, after "and" or "but"."""
_AFTER_COMMA = (
    r"(?:can|could|how|what|whats|where|when|why|who|do|does|is|are|i|ive|i've|im|i'm|please|pls|"
    r"also|ring|call|phone|send|resend|get|tell)"
)
_BOUNDARY = re.compile(
    r"[.!?;\n]+(?!\w)\s*"
    r"|,?\s+(?:and also|but also|and then|plus|oh and|btw|by the way)\s+"
    r"|,?\s+also\s+(?=\w+ \w+)"
    rf"|,?\s+(?:and|an|n|nd|but|so|then)\s+(?={_BEGINS}\b)"
    rf"|\s*[&+]\s*(?={_BEGINS}\b)"
    rf"|,\s*(?={_AFTER_COMMA}\b)"
    r"|(?<!\bhow)(?<!\bwhen)(?<!\bwhere)(?<!\bwhat)(?<!\bwho)(?<!\bwhich)\s+"
    r"(?=(?:can|could|cn) (?:someone|somebody|sum1|some1|you|u|i|we)\b"
    r"|(?:how|where) (?:do|can) (?:i|we|you)\b|whats the\b"
    r"|please (?:ring|call|phone|send|resend)\b)",
    re.I,
)
_ASKS = re.compile(rf"(?:{_VERB}|can|could)\b|.*\b(?:please|pls|plz)$", re.I)
SHORTEST = 3
"""Words. Shorter pieces ("hi", "thanks") are manners, not a second request."""
SHORTEST_ASKING = 2
"""The same for a piece that asks for something ("ring me", "new code please")."""
MOST = 3
"""Pieces read of one message, the longest ones: each costs a quarter of the message's time."""


def clauses(text: str) -> list[str]:
    """Return the parts that could be requests of their own; empty when there is only one."""
    parts = [part.strip(" ,") for part in _BOUNDARY.split(text) if part and part.strip(" ,")]
    parts = [part for part in parts if _is_request(part)]
    longest = sorted(parts, key=lambda part: -len(part.split()))[:MOST]
    return [part for part in parts if part in longest] if len(parts) > 1 else []


def _is_request(part: str) -> bool:
    words = len(part.split())
    return words >= SHORTEST or (words >= SHORTEST_ASKING and bool(_ASKS.match(part)))
