"""Values made of letters and digits: passwords, invitation codes, insurance and pupil numbers."""

import re
from collections.abc import Iterator

from messaging.masking.helplines import HELPLINE
from messaging.masking.spans import Span
from wire import placeholders

# ---- passwords -------------------------------------------------------------------------------

_WORD = r"(?:pass ?w(?:or|ro|r|o)?d|pasword|passwrod|passowrd|p/?w(?:d)?|pass ?phrase)s?"
_TOLD = re.compile(
    rf"\b(?:{_WORD}|pass(?=\s*[:=]))(?:\s+(?:i|we|that)\s+(?:want|use|used|chose|set|have|put)(?:\s+(?:was|is))?"
    r"|\s+(?:is|was|will be|to be)|\s+(?=[\"“])|\s*(?P<sign>[:=]))"
    r"\s*(?P<value>\S+(?:[^\S\n]+\S+){0,3})"
)
_CHANGED = re.compile(
    rf"\b(?:changed|set|reset|change|put)\s+(?:my|the|it|his|her)?\s*(?:{_WORD}\s+)?to\s+"
    r"(?P<value>\S+)(?P<sign>(?!))?"
)
_NAMED_SO = re.compile(
    rf"(?<![\w@])(?<!\d-)(?<!\w{{4}}-)(?:{_WORD})[\d!$%&*?#]*\d[\d!$%&*?#]*(?![\w@\-])"
)
"""A password made of the word itself: "password123"."""
_LOGIN = re.compile(
    r"\b(?:user(?:name)?|log ?in|email)\b.{1,60}?\bpass\s+(?P<value>(?=\S*\d)(?=\S*[a-z])\S{6,})"
)
"""The two told together: "user jo pass sunshine12"."""
_QUOTED = re.compile(r"^[\"'“‘`]([^\"'”’`]+)[\"'”’`]")
_ANY_PASSWORD_WORD = re.compile(rf"\b{_WORD}\b")
_MIXED = re.compile(r"(?<![\w@.])(?=\S*[a-z])(?=\S*\d)[^\s,;()]{6,}")
_SPEECH_OR_SECOND_FACTOR = re.compile(
    r"[a-z]*[248][a-z]+$|\d+(?:fa|st|nd|rd|th|am|pm|mins?|hrs?|hours?|digits?)\W*$"
)
_STOP_WORDS_TEXT = (
    "not no wrong isnt aint expired working incorrect being still too to the a an invalid "
    "locked required what always never reset rejected for from that this it its in on correct "
    "right fine ok okay good weak strong long short out gone lost forgotten unknown needed "
    "blocked broken different same old new secret safe refused changed accepted because when "
    "how where why only going just so very really saying says my your our you me i and or but "
    "if with something anything nothing everything case hard easy been rubbish playing "
    "unrecognised unrecognized be set use get keep make ? help please pls plz need doesnt "
    "dont wont cant "
)
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())

# ---- invitation codes ------------------------------------------------------------------------

_FOUR = r"[0-9a-z]{4}"
_PAIR = re.compile(
    rf"(?:(?<![0-9a-z@.\-])|(?<=\bcode)|(?<=\behc-)|(?<=\binv-))"
    rf"({_FOUR})(\s?-\s?|[ _./])({_FOUR})(?:(?![0-9a-z@\-])|(?=x{{1,3}}(?![0-9a-z@\-])))"
)
"""Also with the word before it or a kiss after it left no space."""
_RECOVERY = re.compile(
    rf"(?<![0-9a-z@.\-])(?:{_FOUR}(?:[ \-]{_FOUR}){{3}}|[0-9a-z]{{16}})(?![0-9a-z@\-])"
)
_ONE_SHORT = re.compile(
    r"\W*(?:[a-z]+\W+){0,4}(?P<value>[0-9a-z]{4}-[0-9a-z]{3}|[0-9a-z]{3}-[0-9a-z]{4})\W*"
)
"""A character forgotten, in a text that says little else: told as mistyped, not lost."""
_EIGHT = re.compile(r"(?<![0-9a-z@.\-])([0-9a-z]{8})(?![0-9a-z@\-])")
_KISSED = re.compile(r"\d{6,7}x{1,2}")
"""A code with kisses after it."""
_INVITED = re.compile(
    r"\binvit\w*(?:\s+\w+)?\s*(?:code|number|no|ref\w*)?"
    r"(?:\s+(?:is|was|says|it says|of))*\s*[:=\-]?\s*"
    r"(?<![0-9a-z])(?P<value>(?=[0-9a-z \-]*\d)[0-9a-z]{3,5}(?: ?- ?|[ _./])?[0-9a-z]{2,5})"
    r"(?![0-9a-z])"
)
_CODE_WORD = re.compile(r"\b(?:invit\w*|code)\b")
SAYS_SO = re.compile(r"\bcode(?: is| was|:|=)?\s*$")
_PLAIN_HALVES = re.compile(r"(?<![0-9a-z])(?:[a-z]{4} \d{4}|\d{4} [a-z]{4})(?![0-9a-z])")
_NO_HALF_TEXT = (
    "code dash case with from sent text that this then says said have been only just room door "
    "type step page year june july form line zone week unit flat date time into over upto call ring"
)
_NO_HALF = frozenset(_NO_HALF_TEXT.split())
"""Words of four letters that stand beside four digits without being half a code."""
_LETTERS_ALONE = re.compile(r"\W*(?P<value>[a-z]{4}-[a-z]{4})\W*")
_UNSPEAKABLE = re.compile(r"(?<![a-z])[^\Waeiouy\d_]{4}(?![a-z])")
_GLUED = re.compile(r"(?:is|as|no)\d{6}")
"""A code of six with the word before it left no space: not eight of an invitation."""
_BETWEEN_DIGITS = " -.()/_+"
_FOLD = str.maketrans("oil", "011")
TIME_OR_SPEECH = re.compile(
    r"(?!00)\d{1,2}(?:am|pm|th|st|nd|rd|yr|hr|kg|cm|mm|ft|fa)|\d\d?(?:day|moz|nit|nyt|nite)|l8er|gr8t|w8ed|m8te|h8te"
    r"|(?:19|20)\d\d|year|st1\d|next"
)

# ---- personal numbers ------------------------------------------------------------------------

_INSURANCE = re.compile(
    r"(?<![0-9a-z])[a-z]{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[a-d](?![0-9a-z])"
)
_PUPIL = re.compile(r"(?<![0-9a-z])[a-z]\s?\d{11}[0-9a-z](?![0-9a-z])")


def _told_password(match: re.Match[str]) -> Span | None:
    value, start = match["value"], match.start("value")
    quoted = _QUOTED.match(value)
    if quoted:
        return Span(start=start, end=start + quoted.end(), kind=placeholders.PASSWORD)
    first = value.split()[0]
    word = first.strip(".,!?;:")
    if match["sign"]:
        return Span(start=start, end=start + len(value.rstrip()), kind=placeholders.PASSWORD)
    if not word or word in _STOP_WORDS or word.replace("'", "") in _STOP_WORDS:
        return None
    if re.search(r"[\d!@#$%^&*]", word):
        return Span(start=start, end=start + len(first.rstrip(".,;")), kind=placeholders.PASSWORD)
    if word.endswith(("ing", "ed", "en", "n't", "nt")):
        return None  # "my password is driving me mad"
    return Span(start=start, end=start + len(value.rstrip(".,;!?")), kind=placeholders.PASSWORD)


def passwords(plain: str) -> Iterator[Span]:
    """Yield what is told as a password, with or without digits."""
    speaks_of_one = _ANY_PASSWORD_WORD.search(plain)
    changed = _CHANGED.finditer(plain) if speaks_of_one else ()
    for match in (*_TOLD.finditer(plain), *changed):
        span = _told_password(match)
        if span:
            yield span
    for match in _NAMED_SO.finditer(plain):
        yield Span(start=match.start(), end=match.end(), kind=placeholders.PASSWORD)
    for match in _LOGIN.finditer(plain):
        start, end = match.span("value")
        yield Span(start=start, end=end, kind=placeholders.PASSWORD)


def near_password(plain: str) -> Iterator[Span]:
    """Yield words of letters and digits in a text that speaks of a password."""
    if _ANY_PASSWORD_WORD.search(plain):
        for match in _MIXED.finditer(plain):
            word = match.group().rstrip(".,;:?'\"")
            if not _SPEECH_OR_SECOND_FACTOR.search(word) and len(word) >= 6 and "/" not in word:
                yield Span(
                    start=match.start(),
                    end=match.start() + len(word),
                    kind=placeholders.PASSWORD,
                )


def _digits_after_folding(value: str) -> int:
    return sum(c.isdigit() for c in value.translate(_FOLD))


def _has_both(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _is_invitation(first: str, gap: str, second: str, *, named: bool) -> bool:
    whole = first + second
    if "u" in whole or _digits_after_folding(whole) < 2 or not any(c.isdigit() for c in whole):
        return False
    ordinary = [bool(TIME_OR_SPEECH.fullmatch(part)) for part in (first, second)]
    if all(ordinary):
        return False
    if any(ordinary):
        # "18TH-8ZQZ": one half reads as a date, but nobody writes such another half beside one.
        other = second if ordinary[0] else first
        return (named and "-" in gap) or (_has_both(other) and (named or gap in {"", "-"}))
    if whole.isdigit():
        return named  # eight digits: more likely a mistyped code or a long number
    if "-" in gap:
        return True
    if gap:
        return (_has_both(first) and _has_both(second)) or (
            named and (_has_both(first) or _has_both(second))
        )
    return sum(c.isdigit() for c in whole) >= 2 or named


def _is_among_digits(plain: str, pair: re.Match[str]) -> bool:
    """Tell whether a pair that is digits only stands beside more digits."""
    before = plain[: pair.start()].rstrip(_BETWEEN_DIGITS)[-1:]
    after = plain[pair.end() :].lstrip(_BETWEEN_DIGITS)[:1]
    return (pair[1] + pair[3]).isdigit() and (before.isdigit() or after.isdigit())


def recovery_codes(plain: str) -> Iterator[Span]:
    """Yield recovery codes: four groups of four, or sixteen in one piece."""
    for match in _RECOVERY.finditer(plain):
        groups = re.split(r"[ \-]", match.group())
        if _NO_HALF.intersection(groups):
            continue
        mixed = [group for group in groups if _has_both(group)]
        speech = any(TIME_OR_SPEECH.fullmatch(group) for group in groups)
        is_told = "recovery" in plain and "-" in match.group() and not "".join(groups).isdigit()
        if is_told or (not speech and len(mixed) >= min(2, len(groups))):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.CODE)


def _odd_invitations(plain: str) -> Iterator[Span]:
    """Yield what is a code only for standing alone, and codes short by a character."""
    letters = _LETTERS_ALONE.fullmatch(plain)
    if letters and _UNSPEAKABLE.search(letters["value"]):
        start, end = letters.span("value")
        yield Span(start=start, end=end, kind=placeholders.INVITATION)
    for match in _PLAIN_HALVES.finditer(plain):
        alone = plain.strip(" .!\n") == match.group() or SAYS_SO.search(plain[: match.start()])
        if alone and not _NO_HALF.intersection(match.group().split()):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.INVITATION)
    short = _ONE_SHORT.fullmatch(plain)
    if short and _has_both(short["value"]) and sum(c.isdigit() for c in short["value"]) >= 2:
        start, end = short.span("value")
        yield Span(start=start, end=end, kind=placeholders.INVITATION)


def invitations(plain: str) -> Iterator[Span]:
    """Yield invitation codes: XXXX-XXXX in Crockford's alphabet, O, I, L forgiven."""
    for match in _INVITED.finditer(plain):
        if any(character.isdigit() for character in match["value"]):
            start, end = match.span("value")
            yield Span(start=start, end=end, kind=placeholders.INVITATION)
    yield from _odd_invitations(plain)
    named = bool(_CODE_WORD.search(plain))
    for match in _PAIR.finditer(plain):
        first, gap, second = match.groups()
        alone = plain.strip(" .!\n") == match.group()
        if _is_among_digits(plain, match) or HELPLINE.fullmatch(match.group()):
            continue  # part of a telephone number, typed in groups
        if _is_invitation(first, gap, second, named=named or alone):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.INVITATION)


def unhyphenated_invitations(plain: str) -> Iterator[Span]:
    """Yield invitation codes typed in one piece."""
    for match in _EIGHT.finditer(plain):
        word = match.group()
        invited = "invit" in plain
        if _KISSED.fullmatch(word) or _GLUED.fullmatch(word):
            continue
        if _is_invitation(word[:4], "", word[4:], named=invited):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.INVITATION)


def personal_numbers(plain: str) -> Iterator[Span]:
    """Yield National Insurance and unique pupil numbers."""
    for pattern in (_INSURANCE, _PUPIL):
        for match in pattern.finditer(plain):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.NUMBER)
