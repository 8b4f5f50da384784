"""Cut the values out of a text and put placeholders in their place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from messaging.masking import addresses, dictated, digits, invitation_code, spoken, words
from messaging.masking.spans import Span, settle
from messaging.masking.view import digit_view, view
from wire import placeholders


@dataclass(frozen=True, kw_only=True)
class Masked:
    """A text that may be stored and sent on, and what was taken out of it."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    """Placeholder to value, trimmed but as typed.

    Spelled-out ones as signs and digits, an invitation code always as XXXX-XXXX.
    """
    dropped: tuple[str, ...] = ()
    """Kinds of values that were taken out and are not to be kept: passwords, long numbers."""

    def __repr__(self) -> str:
        """Show no value: this object gets near logs."""
        return f"Masked(kinds={sorted([*self.values, *self.dropped])})"


def _found(text: str) -> Iterator[Span]:
    """Yield every candidate, the surer kinds first."""
    plain = view(text)
    yield from addresses.find(text, plain)
    yield from words.passwords(plain)
    yield from words.personal_numbers(plain)
    yield from words.recovery_codes(plain)
    yield from dictated.find(plain)
    yield from words.invitations(plain)
    yield from words.near_password(plain)
    yield from words.unhyphenated_invitations(plain)
    yield from spoken.mixed_numbers(plain)
    yield from spoken.whole_codes(plain)
    yield from digits.find(digit_view(plain))
    yield from spoken.find(plain)


def _same(value: str) -> str:
    return re.sub(r"[^0-9a-z@.]", "", value.lower())


def mask(text: str) -> Masked:
    """Replace codes, numbers, addresses and passwords with placeholders.

    A value that stands in the text twice keeps one placeholder, so a pasted "123456 is your code
    … #123456" is one code. A placeholder that a person typed is escaped first.
    """
    text = placeholders.escape_typed(text)
    pieces: list[str] = []
    values: dict[str, str] = {}
    named: dict[tuple[str, str], str] = {}
    dropped: list[str] = []
    position = 0
    for span in settle(_found(text)):
        value = (span.value or text[span.start : span.end]).strip()
        if span.kind == placeholders.INVITATION:
            value = invitation_code.canonical(value)
        key = (span.kind, _same(value))
        if key not in named:
            nth = 1 + sum(kind == span.kind for kind, _ in named)
            named[key] = placeholders.inward(span.kind, nth)
            if span.kind in placeholders.VAULTED:
                values[named[key]] = value
            else:
                dropped.append(span.kind)
        pieces += [text[position : span.start], named[key]]
        position = span.end
    pieces.append(text[position:])
    return Masked(text="".join(pieces), values=values, dropped=tuple(dropped))
