"""Email addresses, also spelled out ("jo dot smith at gmail dot com") or with stray spaces."""

import re
import string
from collections.abc import Iterator

from messaging.masking.spans import Span
from wire import placeholders

_PROVIDERS = (
    "gmail|googlemail|g mail|hotmail|outlook|yahoo|ymail|rocketmail|icloud|live|msn|aol|btinternet|"
    "sky|talktalk|virginmedia|ntlworld|blueyonder|tiscali|protonmail|proton|mail|gmx|wp|onet|interia|"
    "hotmial|gmial|gmai|gamil|outlok|yaho"
)
_ENDINGS = "co|com|uk|net|org|gov|ac|sch|nhs|me|ie|pl|ro|de|fr|eu|info|cm|con|couk|comm"
_SIGNS = "._%+'-"
_IN_LOCAL = string.ascii_lowercase + string.digits + _SIGNS
_LOCAL = rf"[a-z0-9][a-z0-9{re.escape(_SIGNS)}]*"
_SHORT_LOCAL = _LOCAL.removesuffix("*") + "{0,63}"
"""A bound, for a pattern that starts anywhere: else a text of "a.a.a." takes it seconds."""

_SIGNED = re.compile(
    rf"(?P<local>{_SHORT_LOCAL}(?:(?:[ ]\.[ ]?|\.[ ]){_SHORT_LOCAL})?)"
    rf"(?:(?<!\.)[ ]{{1,2}})?@[ ]{{0,2}}"
    rf"[a-z0-9\-]+(?:\s?[.,]\s?(?=(?:{_ENDINGS}|[a-z0-9\-]+[.,]\s?(?:{_ENDINGS}))\b)[a-z0-9\-]+"
    rf"|[.,][a-z0-9\-]+|\s(?:dot|d0t)\s(?:{_ENDINGS})\b|\s(?:co uk|com)\b)*"
)
_BARE = re.compile(r"(?<![^\s@<>()])[^\s@<>()]+@+[^\s@<>()]+")

_ORIGIN_LINE = re.compile(r"\s+@\S+\s+#\d")
"""The last line of a code text, "@host #123456", is no address."""

SHORTEST_GLUED = 2
"""Letters before a provider's name from which they are a person's ("jogmail.com")."""

_DOT = r"\s*(?:\.|,|\(dot\)|\[dot\]|(?<=\s)dot(?=\s))\s*"
_SPELLED = re.compile(
    rf"(?<![a-z0-9])(?P<local>{_LOCAL}(?:\s(?:dot|underscore|dash|hyphen)\s{_LOCAL})*"
    rf"(?:\s\d{{1,4}}(?=\s))?)"
    rf"\s*(?:\(at\)|\[at\]|(?<=\s)at(?=\s))\s*"
    rf"(?P<domain>[a-z0-9\-]+(?:{_DOT}(?:{_ENDINGS})\b)*)(?![a-z0-9])"
)
_COMMON = "gmail|googlemail|g mail|hotmail|outlook|yahoo|icloud|btinternet|live|msn|aol|sky"
_UNSIGNED = re.compile(
    rf"(?<![\w@.])(?P<local>{_LOCAL})"
    rf"(?P<sign>\s?[#\"£$&*]\s?|\sat\s|\s|)(?P<domain>{_COMMON})"
    rf"\s?(?:\.|,|\sdot\s|\s)\s?(?:co\s?(?:\.|,|\sdot\s|\s)\s?uk|com|cm|con|net|org|ie|pl|ro)\b"
)
"""Another key for the sign, or none: "jo.smith£gmail.com", "jo smith82 gmail com"."""
_SHORT_WORDS = frozenset({"live", "sky", "msn", "aol"})
"""Providers that other words end in."""
_ALL_OF_IT = re.compile(
    rf"\W*(?:(?:its|it's|it is|my|email|e-mail|address|is|hi|hello|yes|try)\W+)*"
    rf"(?P<address>(?P<local>{_LOCAL})\sat\s(?P<domain>(?:{_COMMON})|"
    rf"[a-z0-9\-]+(?:\.(?:{_ENDINGS}))+))\W*(?:thanks|ta|x|please|pls|\W)*"
)
"""A text that says nothing else: "jo at example.com", "its jo at gmail"."""
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
    if re.search(r"[(\[]at[)\]]", match.group()):
        return has_ending
    if _PROVIDER.match(domain):
        return has_ending or spoken or any(c.isdigit() or c == "." for c in local)
    return spoken and has_ending


def _is_unsigned_address(match: re.Match[str]) -> bool:
    """Tell "jo82 gmail.com" and "jogmail.com" from "my gmail.com" and "use hotmail.co.uk"."""
    local, sign = match["local"], match["sign"]
    if local in _NOT_LOCAL or local.startswith("www."):
        return False
    marked = any(character in "0123456789._-" for character in local.strip("."))
    if sign == "" and not local.endswith("."):
        return marked or (len(local) >= SHORTEST_GLUED and match["domain"] not in _SHORT_WORDS)
    return marked or sign not in ("", " ")


def _all_of_it(text: str, plain: str) -> Iterator[Span]:
    match = _ALL_OF_IT.fullmatch(plain)
    if match and match["local"] not in _NOT_LOCAL:
        start, end = match.span("address")
        typed = text[start:end]
        yield Span(start=start, end=end, kind=placeholders.EMAIL, value=_with_signs(typed))


def _start_of_all(plain: str, start: int, after: int) -> int:
    """Return where an address starts whose local part may be longer than the pattern takes."""
    before = plain[after:start]
    glued = before[len(before.rstrip(_IN_LOCAL)) :]
    return start - len(glued.lstrip(_SIGNS))


def find(text: str, plain: str) -> Iterator[Span]:
    """Yield the email addresses of a text; `plain` is its view."""
    end = 0
    for match in _SIGNED.finditer(plain):
        start, end = _start_of_all(plain, match.start(), after=end), match.end()
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
    yield from _all_of_it(text, plain)
    for match in _UNSIGNED.finditer(plain):
        if _is_unsigned_address(match):
            yield Span(start=match.start(), end=match.end(), kind=placeholders.EMAIL)
