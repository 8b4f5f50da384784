"""Email addresses, also spelled out ("jo dot smith at gmail dot com") or with stray spaces."""

import re
from collections.abc import Iterator

from messaging.masking.spans import Span
from wire import placeholders

_PROVIDERS = (
    "gmail|googlemail|g mail|hotmail|outlook|yahoo|ymail|rocketmail|icloud|live|msn|aol|btinternet|"
    "sky|talktalk|virginmedia|ntlworld|blueyonder|tiscali|protonmail|proton|mail|gmx|wp|onet|interia|"
    "hotmial|gmial|gmai|gamil|outlok|yaho"
)
_ENDINGS = "co|com|uk|net|org|gov|ac|sch|nhs|me|ie|pl|ro|de|fr|eu|info|cm|con|couk|comm"
_LOCAL = r"[a-z0-9][a-z0-9._%+'\-]*"

_SIGNED = re.compile(
    rf"(?P<local>{_LOCAL}(?:[ ]?\.[ ]?{_LOCAL})?)(?:(?<!\.)[ ]{{1,2}})?@[ ]{{0,2}}"
    rf"[a-z0-9\-]+(?:\s?[.,]\s?(?=(?:{_ENDINGS}|[a-z0-9\-]+[.,]\s?(?:{_ENDINGS}))\b)[a-z0-9\-]+"
    rf"|[.,][a-z0-9\-]+|\s(?:dot|d0t)\s(?:{_ENDINGS})\b|\s(?:co uk|com)\b)*"
)
_BARE = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")

_ORIGIN_LINE = re.compile(r"\s+@\S+\s+#\d")
"""The last line of a code text, "@host #123456", is no address."""

_DOT = r"\s*(?:\.|,|\(dot\)|\[dot\]|(?<=\s)dot(?=\s))\s*"
_SPELLED = re.compile(
    rf"(?<![a-z0-9])(?P<local>{_LOCAL}(?:\s(?:dot|underscore|dash|hyphen)\s{_LOCAL})*"
    rf"(?:\s\d{{1,4}}(?=\s))?)"
    rf"\s*(?:\(at\)|\[at\]|(?<=\s)at(?=\s))\s*"
    rf"(?P<domain>[a-z0-9\-]+(?:{_DOT}(?:{_ENDINGS})\b)*)(?![a-z0-9])"
)
_SPOKEN_DOT = re.compile(r"\b(?:dot|underscore|dash|hyphen)\b")
_PROVIDER = re.compile(rf"(?:{_PROVIDERS})\b")
_NOT_LOCAL_TEXT = (
    "look looked looking is it its im i am not nothing here there email emails mail address "
    "me account was see seen go went logged log check checked inbox arrived anything "
    "something one that mine be at and or got get stuck still page site "
)
_NOT_LOCAL = frozenset(_NOT_LOCAL_TEXT.split())
_SIGN_WORDS = (
    (re.compile(r"\s*(?:\(at\)|\[at\]|\bat\b)\s*", re.I), "@"),
    (re.compile(r"\s*(?:\(dot\)|\[dot\]|\bdot\b)\s*", re.I), "."),
    (re.compile(r"\s*\bunderscore\b\s*", re.I), "_"),
    (re.compile(r"\s*\b(?:dash|hyphen)\b\s*", re.I), "-"),
)


def _with_signs(typed: str) -> str:
    for words, sign in _SIGN_WORDS:
        typed = words.sub(sign, typed)
    return re.sub(r"\s+", "", typed)


def _is_address(match: re.Match[str]) -> bool:
    """Tell "jo at gmail dot com" from "look at gov.uk"."""
    local, domain = match["local"], match["domain"]
    if local in _NOT_LOCAL:
        return False
    spoken = bool(_SPOKEN_DOT.search(local) or _SPOKEN_DOT.search(domain))
    has_ending = bool(re.search(r"[.,]|dot", domain))
    if _PROVIDER.match(domain):
        return has_ending or spoken or any(c.isdigit() or c == "." for c in local)
    return spoken and has_ending


def find(text: str, plain: str) -> Iterator[Span]:
    """Yield the email addresses of a text; `plain` is its view."""
    for match in _SIGNED.finditer(plain):
        start, end = match.span()
        if _ORIGIN_LINE.match(plain, match.end("local")):
            continue
        if " " in match["local"]:  # "smith. jo@…": only what is glued to the sign is sure
            start = match.end("local") - len(match["local"].split()[-1])
        yield Span(start=start, end=end, kind=placeholders.EMAIL)
    for match in _BARE.finditer(plain):
        end = match.start() + len(match.group().rstrip(".,;:!?'\""))
        yield Span(start=match.start(), end=end, kind=placeholders.EMAIL)
    for match in _SPELLED.finditer(plain):
        if _is_address(match):
            start, end = match.span()
            yield Span(
                start=start, end=end, kind=placeholders.EMAIL, value=_with_signs(text[start:end])
            )
