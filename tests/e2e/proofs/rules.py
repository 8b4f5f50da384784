"""The rules G1 to G13 as a reader can check them on one exchange: what was said, what came of it.

A rule is checked on every exchange of a random parent, so each says only what must hold whatever
was typed; what a certain kind of message must lead to stands in `wanted`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from messaging.segments import MAX_SEGMENTS, Encoding, measure
from tests.e2e.proofs import claims
from wire.names import SMS

VERIFIED: Final = ("verified", "complete")

_NUMBER = re.compile(r"(?<!\d)(?:\+44|0)\d(?: ?\d){7,}")
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_URL = re.compile(r"https?://\S+")
_ASKS = re.compile(
    r"\b(?:what is|what was|tell me|send|type|give)\b[^.?!]{0,40}"
    r"\b(?:password|date of birth|nhs number|diagnosis|child's name)",
    re.I,
)
_REFERENCE = re.compile(r"\bEHC-[0-9A-Z]{6}\b")
"""The reference of a case: the conversation is with people from now on."""
_NOT = re.compile(r"\b(?:never|not)\b", re.I)
_NETWORK_ANSWER = re.compile(
    r"\b(?:reply|type|send|say) (?:yes|start|unstop|end|cancel|quit|stop|stopall)\b", re.I
)
_NEXT_STEP = re.compile(
    r"\?|(?:^|[.,:;)] |\n|\b(?:then|and|or|can|also|first|now|instead|phone) )"
    r"(?:reply|send|type|call|text|email|sign in|click|check|choose|open|tell|wait|look|use|see|go"
    r"|scan|try|ask|put|copy|say|begin|delete|close)\b"
    r"|\bi need (?:your|an|the)\b|\bwill (?:call|come|reply)\b"
    r"|\b(?:wyb|napisz|likhein|anfonwch|scrie|scrieți|sunați|zadzwoń)\b",
    re.I,
)
"""A question, or something to do: said to the parent, not of us."""
EXAMPLES: Final = frozenset({"07700900123"})
"""Numbers that stand in our texts as an example of how to write one."""
EXAMPLE_ADDRESS: Final = "name@example.com"
LEAST_DIGITS: Final = 4
"""Fewer digits in a row are no secret: three are shown of a number."""
NETWORKS_OWN: Final = ("help", "stop", "start")
"""Kinds of messages that the network answers too, in its own words."""
HELPLINES: Final = frozenset({"08001111"})


@dataclass(frozen=True, kw_only=True)
class Known:
    """What may be named: configuration and the helplines, nothing else."""

    phone: str
    email: str
    urls: tuple[str, ...]
    """How a link of ours begins."""
    phones: tuple[str, ...] = ()
    """The council's own numbers beside the helplines."""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One message of a parent and all that came of it."""

    said: str
    answer: str
    """Every text that came, but those that bring a code."""
    texts: tuple[str, ...]
    """The same, one by one."""
    answer_before: str
    state_before: str | None
    state: str | None
    """Of the registration at the hub."""
    awaiting_before: str | None
    awaiting: str | None
    codes_asked_for: int
    """Code texts that the hub handed in during the exchange."""
    asked_of_hub: int = 0
    """Requests by email address that the hub wrote down during the exchange."""
    asked_of_hub_before: int = 0
    cases: tuple[str, ...] = ()
    """References of what was passed to the helpdesk from this conversation."""
    secrets: tuple[str, ...] = ()
    """What the parent knows that must never be repeated: codes, passwords, whole numbers."""
    channel: str = SMS
    wanted: str = "words"
    """What kind of message it was: `question`, `command`, `distress`, and so on."""
    is_stopped: bool = False
    """The parent has sent STOP."""
    is_with_people: bool = False
    """A person had the conversation, so that the assistant only listens."""
    is_second_miss: bool = False


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _g1(one: Exchange, _known: Known) -> Iterator[str]:
    if claims.CODE_SENT.search(one.answer) and not one.codes_asked_for:
        yield "a code is called sent and the hub has handed in none"
    if claims.VERIFIED.search(one.answer) and one.state not in VERIFIED:
        yield f"the number is called verified and the hub says {one.state}"
    if claims.ASKED.search(one.answer) and not one.asked_of_hub:
        yield "the hub is said to be asked and has written nothing down"
    if claims.ASKED_BEFORE.search(one.answer) and not one.asked_of_hub_before:
        yield "the hub is said to be asked before and was not"
    if claims.PASSED_ON.search(one.answer) and not set(_REFERENCE.findall(one.answer)) <= set(
        one.cases
    ):
        yield "something is called passed on and the helpdesk has no such case"


def _g2(one: Exchange, _known: Known) -> Iterator[str]:
    # In a link's token and port any digits may stand; the link itself is the parent's own.
    runs = {_digits(run) for run in re.findall(r"\d[\d \-]*\d", _URL.sub(" ", one.answer))}
    words = one.answer.casefold()
    for secret in one.secrets:
        digits = _digits(secret)
        if secret.casefold() in words or (len(digits) >= LEAST_DIGITS and digits in runs):
            yield "a value is repeated"


def _g3(one: Exchange, known: Known) -> Iterator[str]:
    allowed = {*map(_digits, (known.phone, *known.phones)), *EXAMPLES, *HELPLINES}
    unsaid = _URL.sub(" ", one.answer)
    for found in _NUMBER.findall(unsaid):
        if _digits(found) not in allowed:
            yield "a number stands in the answer that nobody has configured"
    for found in _EMAIL.findall(unsaid):
        if known.email not in found and EXAMPLE_ADDRESS not in found:
            yield "an address stands in the answer that nobody has configured"
    for found in _URL.findall(one.answer):
        if not found.startswith(known.urls):
            yield "a link stands in the answer that is not ours"


def _g4(one: Exchange, _known: Known) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.?!])\s", one.answer):
        if _ASKS.search(sentence) and not _NOT.search(sentence):
            yield "something is asked for that is never asked for"


def _g5(one: Exchange, known: Known) -> Iterator[str]:
    if one.is_with_people:
        return
    is_reached = known.phone in one.answer or _REFERENCE.search(one.answer)
    if one.wanted == "person" and not is_reached:
        yield "a person was asked for and no way to one named"
    if one.wanted == "start_over" and not (one.awaiting or "").startswith(_first_step(one)):
        yield "it was to start over and did not"


def _first_step(one: Exchange) -> str:
    """Return how the slot begins that is asked for once the matter is begun again."""
    journey = (one.awaiting_before or "registration").rpartition("_")[0]
    return {"": "registration_invitation", "registration": "registration_invitation"}.get(
        journey, journey
    )


def _g6(one: Exchange, _known: Known) -> Iterator[str]:
    if one.channel != SMS:
        return
    if one.answer.count("?") > 1:
        yield "more than one question in a turn"
    if _NETWORK_ANSWER.search(one.answer) and one.wanted not in NETWORKS_OWN:
        yield "a word is to be answered that networks take"
    for text in one.texts:
        size = measure(text)
        if size.segments > MAX_SEGMENTS:
            yield "a text of more than 3 segments"
        if size.encoding is Encoding.UCS_2 and one.wanted != "language":
            yield "a text with characters that double its price"


def _g7(one: Exchange, _known: Known) -> Iterator[str]:
    if one.answer and one.answer == one.answer_before:
        yield "the same answer twice running"
    # What answered the first of the two may have offered one already: words in another language.
    offered = (one.answer_before + one.answer).lower()
    if one.is_second_miss and one.answer and "person" not in offered:
        yield "two tries failed and no person was offered"


def _g8(one: Exchange, _known: Known) -> Iterator[str]:
    if one.wanted == "question" and one.awaiting_before not in (None, one.awaiting):
        yield "a question lost the place in the form"
    if one.wanted == "question" and one.state != one.state_before:
        yield "a question changed something at the hub"


def _g9(one: Exchange, _known: Known) -> Iterator[str]:
    if one.wanted != "distress" or one.is_stopped:
        return
    if not all(number in one.answer for number in ("999", "116 123", "0800 1111")):
        yield "distress did not get the helplines"
    if re.search(r"regist|6-digit|invitation|password", one.answer, re.I):
        yield "something else stood beside the helplines"


def _g10(one: Exchange, _known: Known) -> Iterator[str]:
    if one.is_stopped and one.answer and one.wanted not in ("stop", "start"):
        yield "something was sent after STOP"


def _g11(one: Exchange, _known: Known) -> Iterator[str]:
    if one.wanted == "command" and one.state != one.state_before:
        yield "a command changed something at the hub"
    if one.wanted == "command" and one.awaiting_before and one.awaiting is None:
        yield "a command left the form"


def _g12(one: Exchange, _known: Known) -> Iterator[str]:
    if one.wanted != "who" or one.is_stopped or one.is_with_people:
        return
    if "automated" not in one.answer:
        yield "asked who it is, it did not say that it is automated"


def _g13(one: Exchange, _known: Known) -> Iterator[str]:
    if re.search(r"\b(?:account|address|number) (?:does|did) not exist|no account", one.answer):
        yield "it is told whether there is an account"


RULES: Final[dict[str, Callable[[Exchange, Known], Iterator[str]]]] = {
    "G1": _g1,
    "G2": _g2,
    "G3": _g3,
    "G4": _g4,
    "G5": _g5,
    "G6": _g6,
    "G7": _g7,
    "G8": _g8,
    "G9": _g9,
    "G10": _g10,
    "G11": _g11,
    "G12": _g12,
    "G13": _g13,
}

SILENT_KINDS: Final = ("machine",)
"""Kinds of messages that are rightly met with silence."""
NEEDS_NO_STEP: Final = ("thanks", "stop")


def broken(one: Exchange, known: Known) -> list[str]:
    """Return what is wrong with an exchange, the rule's name first; nothing: all is well."""
    return [f"{name}: {fault}" for name, rule in RULES.items() for fault in rule(one, known)]


def is_unanswered(one: Exchange) -> bool:
    """Tell whether a message got no answer that should have had one."""
    is_heard_elsewhere = one.is_stopped or one.is_with_people or one.wanted in SILENT_KINDS
    return not one.answer and not is_heard_elsewhere


def is_dead_end(one: Exchange) -> bool:
    """Tell whether an answer leaves a parent without a next step or a person."""
    if one.is_with_people or one.wanted in NEEDS_NO_STEP:
        return False
    return bool(one.answer) and not _NEXT_STEP.search(one.answer)
