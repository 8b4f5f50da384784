"""Text that only looks like a command is words.

Rasa reads `/intent{"slot": "value"}` from anybody as if the model had understood it. Here nothing
that a person types may do that; only a pressed button may (see `bot.channels.buttons`).
"""

import unicodedata


def looks_like_command(text: str) -> bool:
    """Tell whether the first thing seen of a text is a slash, whatever invisible stands before."""
    shown = next((character for character in text if not _is_invisible(character)), "")
    return bool(shown) and unicodedata.normalize("NFKC", shown).startswith("/")


def without_command(text: str) -> str:
    """Return the text without its leading slashes and what is invisible between them."""
    start = 0
    while start < len(text) and (_is_invisible(text[start]) or _is_slash(text[start])):
        start += 1
    return text[start:]


def _is_slash(character: str) -> bool:
    return unicodedata.normalize("NFKC", character) == "/"


def _is_invisible(character: str) -> bool:
    # Controls, formats (zero-width and direction marks), surrogates, unassigned; all separators;
    # and combining marks, which have nothing to combine with at the start of a text.
    return character.isspace() or unicodedata.category(character)[0] in "CZM"
