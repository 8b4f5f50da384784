"""Values made of digits: security codes, phone numbers, NHS and other long numbers.

Digits are read in runs of groups ("07700 900 123"). A run can hold several values, so every way to
divide it is weighed and the likeliest kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers

from messaging.masking.helplines import HELPLINE
from messaging.masking.little import is_little
from messaging.masking.spans import Span
from wire import placeholders

_RUN = re.compile(r"(?:\+ ?)?\(?\d+(?:(?:[\s\-.,()/_*]{1,3}|\s{4,8})\d+)*")
_GROUP = re.compile(r"\d+")
_NOT_SECRET = re.compile(
    r"@\S+(?=\s+#\d)"  # the host in the last line of a code text, which may be an address
    r"|(?<!\d)\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)"  # dates
    r"|(?<!\d)\d{1,2}[.\-]\d{1,2}[.\-](?:19|20)\d{2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}-\d{1,2}-\d{1,2}(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}\s?[/\-]\s?(?:(?:19|20)\d{2}|\d{2})(?!\d)"  # school years
    r"|[a-z]{2,5}/(?:19|20)\d{2}/\d{1,5}(?!\d)"  # the council's references
    r"|[£$€]\s?\d{1,3}(?:,\d{3})+(?:\.\d{2})?|[£$€]\s?\d+(?:\.\d{2})?"  # money
    r"|(?<!\d)\d{1,2}[:.]\d{2}\s?(?:am|pm)"  # times
    r"|(?<!\d)\d{1,2}:\d{2}(?!\d)"
)
_DAY = re.compile(r"(?:on|since|from|by|born|dob|birth|date|dated)\W{1,3}(?:the\W)?$")
_DATE_SHAPE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[.\-](?:0?[1-9]|1[0-2])[.\-]\d{2}")

_CODE_BEFORE = re.compile(
    r"\b(?:code|cod|pin|passcode|digits?|numbers|otp|verification|g-?|received|got|says?|sez|said|sent|typed|"
    r"reads|shows?|showing|thru|through|arrived|landed|"
    r"entered|put|kod|cod|ref)\b[^\d\n]{0,14}$|\bg-$"
)
_CODE_AFTER = re.compile(
    r"^[\s,.\-:]{0,3}(?:is|was|its|as)?\s?(?:the|my|ur|your|what|a)?\s?"
    r"(?:\w+ ){0,3}?(?:code|pin|digits)\b"
)
_CODE_WORD = re.compile(r"\b(?:code|codes|pin|passcode|otp|digits)\b")
_PHONE_BEFORE = re.compile(
    r"\b(?:phone|fone|mobile|mob|moblie|cell|tel|telephone|landline|ring|call|text|txt|whatsapp|number|"
    r"num|numba|nr|no)\b[^\d\n]{0,14}$"
)
_BARE_NUMBER_BEFORE = re.compile(r"\b(?:number|num|numba|nr|no)\b[^\d\n]{0,14}$")
"""Not said of what: seven digits and more are a telephone's, six a security code."""
_SORT_CODE_BEFORE = re.compile(r"\bsort\b[^\d\n]{0,14}$")
_NHS_BEFORE = re.compile(
    r"\b(?:nhs|upn|uln|ni|insurance|national|pupil|case|account|card|sort)\b[^\d\n]{0,20}$"
)
_PER_VALUE = 2
"""What one more value costs: of two readings alike, the one with fewer values is likelier."""
_DRAMA_MOBILE = re.compile(r"(?:440?|0)?7700900\d{3}")


@dataclass(frozen=True)
class _Part:
    """One way to read some neighbouring groups."""

    kind: str | None
    weight: float
    """How sure, times the digits it explains; so one phone number beats two odd codes."""


@dataclass(frozen=True, kw_only=True)
class _Surroundings:
    alone: bool
    code_about: bool
    """A code is spoken of within a few words."""
    code_near: bool
    phone_before: bool
    bare_number_before: bool
    nhs_before: bool
    sort_code_before: bool


def nhs_number_is_valid(number: str) -> bool:
    """Check the last digit of a ten-digit NHS number (modulus 11). Source: NHS Data Dictionary."""
    total = sum(
        int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True)
    )
    return (11 - total % 11) % 11 == int(number[9])


@cache
def _is_dialable(number: str, international: bool) -> bool:
    if _DRAMA_MOBILE.fullmatch(number):
        return True
    try:
        parsed = phonenumbers.parse("+" + number if international else number, "GB")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed)


def _phone_weight(number: str, plus: bool) -> float:
    """Return how much digits look like a phone number: 0 not at all, 10 surely."""
    size = len(number)
    if plus:
        return 10 if _is_dialable(number, True) else (8 if 7 <= size <= 16 else 0)
    if number.startswith("00") and 10 <= size <= 17:
        return 10 if _is_dialable(number[2:], True) else 7
    if number.startswith("0") and 9 <= size <= 13:
        return 10 if _is_dialable(number, False) else 6 - abs(size - 11) * 0.5
    if number.startswith("44") and 11 <= size <= 14:
        return 10 if _is_dialable(number, True) else 6
    if number.startswith("7") and size == 10:
        return 9 if _is_dialable("0" + number, False) else 5
    if number.startswith("7") and size in (9, 11):
        return 4.5
    return 4.2 if 10 <= size <= 13 and _is_dialable(number, True) else 0


def _number_weight(sizes: tuple[int, ...], number: str, where: _Surroundings) -> float:
    size = len(number)
    if where.nhs_before and size >= 7:
        return 12
    if where.sort_code_before and size == 6:
        return 12
    if sizes == (4, 4, 4, 4) or (size == 16 and len(sizes) == 1):
        return 9.5  # a bank card's
    if size == 10 and nhs_number_is_valid(number) and (sizes == (3, 3, 4) or number[0] in "469"):
        return 9.5
    if sizes == (3, 3, 4) and number[0] not in "07":
        return 8
    return 4 if size >= 8 else (3.5 if size == 7 and len(sizes) == 1 else 0)


def _code_weight(sizes: tuple[int, ...], number: str, where: _Surroundings) -> float:
    size = len(number)
    near = where.alone or where.code_near or (where.code_about and size in (5, 7))
    if size == 6:
        ages = len(sizes) > 1 and max(sizes) <= 2 and min(sizes) == 2
        return 6 if near or not ages else 0
    if not near or (size == 4 and len(sizes) == 1 and number[:2] in ("19", "20")):
        return 0
    single = len(sizes) == 1 or set(sizes) == {1}
    if size in (5, 7) and single:
        return 5
    if size in (5, 7):
        return 5 if single or where.alone else 3
    return 4.1 if size in (4, 8) and single else 0


def _read(number: str, sizes: tuple[int, ...], plus: bool, where: _Surroundings) -> _Part:
    """Return the likeliest reading of groups taken together."""
    phone = _phone_weight(number, plus)
    shortest = 7 if where.bare_number_before else 6
    if where.phone_before and not where.code_near and shortest <= len(number) <= 13:
        phone = max(phone, 7)
    readings = (
        (_number_weight(sizes, number, where), placeholders.NUMBER),
        (phone, placeholders.PHONE),
        (_code_weight(sizes, number, where), placeholders.CODE),
    )
    weight, kind = max(readings, key=lambda reading: reading[0])
    if weight > 0:
        return _Part(kind, weight * len(number) - _PER_VALUE)
    is_year = len(number) == 4 and number[:2] in ("19", "20")
    return _Part(None, 4.5 * len(number) if is_year else -0.3 * len(number))


def _divide(
    groups: list[str], plus: bool, where: _Surroundings
) -> list[tuple[int, int, str | None]]:
    """Return (first group, one past the last, kind) for the best division of a run."""
    best: list[tuple[float, list[tuple[int, int, str | None]]]] = [(0.0, [])]
    for end in range(1, len(groups) + 1):
        options = []
        for begin in range(max(0, end - 20), end):
            taken = groups[begin:end]
            part = _read("".join(taken), tuple(map(len, taken)), plus and begin == 0, where)
            if part.kind is None and len(taken) > 1:
                continue
            weight, parts = best[begin]
            options.append((weight + part.weight, [*parts, (begin, end, part.kind)]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _surroundings(plain: str, start: int, end: int) -> _Surroundings:
    before, after = plain[:start], plain[end:]
    code_near = bool(_CODE_BEFORE.search(before[-48:]) or _CODE_AFTER.search(after[:48]))
    return _Surroundings(
        alone=is_little(before + " " + after),
        code_near=code_near,
        code_about=bool(_CODE_WORD.search(before[-40:]) or _CODE_WORD.search(after[:40])),
        phone_before=bool(_PHONE_BEFORE.search(before[-48:])),
        bare_number_before=bool(_BARE_NUMBER_BEFORE.search(before[-48:])),
        sort_code_before=bool(_SORT_CODE_BEFORE.search(before[-48:])),
        nhs_before=bool(_NHS_BEFORE.search(before[-48:])),
    )


def _without_dates(plain: str) -> str:
    blanked = plain
    for pattern in (_NOT_SECRET, HELPLINE):
        blanked = pattern.sub(lambda match: "x" * len(match.group()), blanked)
    for match in _DATE_SHAPE.finditer(blanked):
        start, end = match.span()
        if _DAY.search(blanked[:start]) and not blanked[end : end + 1].isdigit():
            blanked = blanked[:start] + "x" * (end - start) + blanked[end:]
    return blanked


def find(plain: str) -> Iterator[Span]:
    """Yield the values made of digits; `plain` is the digit view of a text."""
    blanked = _without_dates(plain)
    for run in _RUN.finditer(blanked):
        groups = list(_GROUP.finditer(blanked, run.start(), run.end()))
        where = _surroundings(plain, run.start(), run.end())
        plus = run.group().startswith("+")
        for begin, end, kind in _divide([group.group() for group in groups], plus, where):
            if kind is None:
                continue
            start = run.start() if begin == 0 else groups[begin].start()
            if kind != placeholders.PHONE:
                start = groups[begin].start()
            until = groups[end - 1].end()
            # A code means its digits, whatever look-alikes were typed. A number stays as typed: the
            # letters in it are why the person is asked whether it was read rightly.
            value = plain[start:until] if kind == placeholders.CODE else None
            yield Span(start=start, end=until, kind=kind, value=value)
