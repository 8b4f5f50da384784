"""Phrases that raise a hand whatever else a text says.

Written from what crisis lines publish as signs, and from how parents speak of harm. The English
ones stand in `risk.txt`, one a line, so that someone who is no programmer can read and mend them.
"""

import re
from functools import cache
from importlib import resources
from typing import Final

_NAMED = re.compile(r"^(?P<name>[a-z]+) = (?P<pattern>.+)$")


@cache
def risk() -> tuple[re.Pattern[str], ...]:
    """Return the English patterns."""
    text = resources.files("messaging.wellbeing").joinpath("risk.txt").read_text(encoding="utf-8")
    named: dict[str, str] = {}
    patterns = []
    for line in text.splitlines():
        name = _NAMED.match(line)
        if name:
            named[name["name"]] = name["pattern"]
        elif line and not line.startswith("#"):
            filled = re.sub(r"\{([a-z]+)\}", lambda found: named[found[1]], line)
            patterns.append(re.compile(rf"\b(?:{filled})\b"))
    return tuple(patterns)


FOREIGN: Final = re.compile(
    r"umrze[cć]|zabi[cć] si[eę]|si[eę] zabi[cć]|samob[oó]j|mnie bije|bije mnie|mnie bij"
    r"|vreau s[aă] mor|m[aă] bate|sinucid|s[aă] m[aă] omor"
    r"|marna chaht|khud ?kushi|mujhe mar(?:ta|ti)\b|مرنا چاہ|خودکشی|مارتا ہے|مارتے ہیں"
    r"|مرنا چاہتا|انتحار|اريد ان اموت|أريد أن أموت|يضربني"
    r"|morte chai|মরতে চাই|আত্মহত্যা|আমাকে মারে|ਮਰਨਾ ਚਾਹੁੰਦ|ਖੁਦਕੁਸ਼ੀ|ਕੁੱਟਦਾ"
    r"|eisiau marw|lladd fy hun|fy nharo|хочу умереть|убить себя|бь[её]т меня|меня бь[её]т|самоубий"
    r"|хочу померти|вбити себе|б'є мене|самогуб|quiero morir|suicidar|me pega"
    r"|quero morrer|me matar|me bate|veux mourir|me tuer|me frappe|voglio morire|will sterben"
    r"|ölmek istiyorum|beni dövüyor|meg akarok halni|noriu mirti|chcem zomrieť|chci umřít"
    r"|искам да умра|мене б'є|मरना चाहत|आत्महत्या|મરવું છે|我想死|自杀|dua te vdes"
)
"""The same in other languages, searched in the lower-case text."""

JOKING: Final = re.compile(
    r"\b(?:lol|lmao|rofl|haha\w*|hehe|jk|just joking|only joking|joking aside)\b|[😂🤣😅😆🙃💀]"
)
"""Laughter. It lets the model's doubt pass, never the lexicon's certainty."""

SERIOUS: Final = re.compile(r"\b(?:not (?:joking|kidding)|no joke|serious(?:ly)?|mean it)\b")
