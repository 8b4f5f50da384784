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
    r"|eisiau marw|lladd fy hun|fy nharo|хочу умереть|убить себя"
    r"|бь[её]т меня|меня бь[её]т|самоубий"
    r"|хочу померти|вбити себе|б'є мене|самогуб|quiero morir|suicidar|me pega"
    r"|quero morrer|me matar|me bate|veux mourir|me tuer|me frappe|voglio morire|will sterben"
    r"|ölmek istiyorum|beni dövüyor|meg akarok halni|noriu mirti|chcem zomrieť|chci umřít"
    r"|nie chc[eę] (?:ju[zż] )?[zż]y[cć]|grozi mi|si[eę] tnie"
    r"|krzywdzi (?:moje|mnie|go|j[aą])|zabije (?:mnie|nas|si[eę])"
    r"|si[eę] zabije|nu mai vreau s[aă] tr[aă]iesc|se omoare"
    r"|ne omoar[aă]|[iî]n siguran[tț][aă] acas[aă]|este b[aă]tut"
    r"|jeena nahi|nahi jeena|jeena nahin|marta hai mujhe|(?:mujhe|bohot|bahut) marta hai"
    r"|kuttda|khudkhushi|mehfooz nah"
    r"|goliyan kha|mar jana chaht|ko koi maar|se dar lagta"
    r"|جینا نہیں|جینے کا دل نہیں|مار رہا|مار رہے|گولیاں کھا|سے ڈر لگتا|محفوظ نہیں"
    r"|(?:لا|ما) (?:أريد|اريد|بدي) (?:أن )?(?:أعيش|اعيش|العيش)"
    r"|يضرب(?:ني|نا| الأولاد| الاولاد| أولادي| ابني)"
    r"|يقتل نفسه|تقتل نفسها|(?:خائفة|خايفة|خائف) من|لسنا بأمان|أؤذي نفسي|اقتل نفسي|أقتل نفسي"
    r"|ਜੀਣਾ ਨਹੀਂ|ਮਾਰਦਾ|ਮਾਰ ਰਿਹਾ|ਮਾਰ ਰਹੇ|ਡਰ ਲੱਗਦਾ|ਸੁਰੱਖਿਅਤ ਨਹੀਂ"
    r"|বাঁচতে চাই না|মরতে চায়|মারছে|নিরাপদ না|bachte chai na|amake mare|morte chay"
    r"|ddim eisiau byw|brifo fy|ofn arna i|no quiero vivir"
    r"|n[aã]o quero viver|ne veux plus vivre|me bat\b"
    r"|не хочу жить|не хочу жити|боюсь мужа|nebenoriu gyventi|जीना नहीं|मारता है"
    r"|искам да умра|мене б'є|मरना चाहत|आत्महत्या|મરવું છે|我想死|自杀|dua te vdes"
)
"""The same in other languages, searched in the lower-case text."""

JOKING: Final = re.compile(
    r"\b(?:lol|lmao|rofl|haha\w*|hehe|jk|just joking|only joking|joking aside)\b|[😂🤣😅😆🙃💀]"
)
"""Laughter. It lets the model's doubt pass, never the lexicon's certainty."""

SERIOUS: Final = re.compile(r"\b(?:not (?:joking|kidding)|no joke|serious(?:ly)?|mean it)\b")
