"""Facts of the council's page that are asked for in words, whatever the intent."""

import re
from collections.abc import Mapping
from typing import Final

from actions.core.lines import Line

_GUIDE: Final = r"(?:guide|guidance|sheet|leaflet|instructions)"
_INVITED: Final = r"(?:an? )?invit(?:e|ed|ation)"
_DONE: Final = r"(?:click\w*|press\w*|typed?|put in|enter\w*|verif\w+|the code)"
_ONCE: Final = r"(?:after|once|when)(?: i| you| we)?(?: have|'?ve)?"
_HUB: Final = r"(?:staffordshire(?:'?s)? )?(?:ehc )?hub"
_TROUBLE: Final = r"(?:\bwrong\b|\bnot\b|n'?t\b|\berror\b|\bagain\b)"

_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "utter_guidance_video": (r"\bvideos?\b", r"\byou ?tube\b"),
    "utter_guidance_pdf": (
        r"\bpdfs?\b",
        r"\bscreen ?shots?\b",
        r"\bdownload section\b",
        rf"\bdownload (?:a |the )?{_GUIDE}\b",
    ),
    "utter_guidance_sheet": (
        r"\bguidance sheets?\b",
        rf"\b{_GUIDE}\b.*\b(?:assess\w*|echna|ehcna)\b",
    ),
    "utter_guidance_after_code": (
        rf"^(?!.*{_TROUBLE}).*\b(?:what|happens|then|next)\b.*\b{_ONCE} {_DONE}\b",
        r"\bwhen (?:does|will) (?:the )?(?:ehc )?hub open",
    ),
    "utter_guidance_invited_first": (
        r"\bwithout (?:being |an? )?invit\w+",
        r"\b(?:need|have) to be invited\b",
        rf"\b(?:do|must) (?:i|we|you) (?:need|have) (?:to have )?{_INVITED}\b",
        rf"\bhow (?:do|can) (?:i|we|you) (?:get|be) {_INVITED}\b",
        r"\bwho (?:invites|can invite|can register|can join)\b",
        r"\bcan (?:anyone|anybody) (?:register|join|sign up)\b",
    ),
    "utter_guidance_hub": (
        rf"\bwhat(?:'?s| is| does)? (?:the |this |an |a )?{_HUB}(?: for| do| about)?\W*$",
        r"\bwhat does ehc (?:hub )?(?:mean|stand for)\b",
        r"\bwhat can i do (?:on|in|with) the (?:ehc )?hub\b",
    ),
}
_WORDS: Final = {
    response: re.compile("|".join(words), re.I | re.S) for response, words in _FACTS.items()
}


def fact_in(text: str) -> Line | None:
    """Return the line with the fact that a masked text asks for; None: none of these."""
    plain = text.replace("\u2019", "'")
    found = (response for response, words in _WORDS.items() if words.search(plain))
    response = next(found, None)
    return None if response is None else Line(response=response)
