"""After whole journeys nothing that was secret lies anywhere in the clear."""

import contextlib
import time
from dataclasses import replace

import pytest

from launch.conversing import WebChannel
from tests.e2e.journey import INVITATION_CODE, LINK, PATIENCE_S, Parent, wrong
from tests.e2e.proofs.planted import search
from tests.e2e.proofs.random_parent import BEFORE_A_VALUE, Planted

pytestmark = pytest.mark.e2e


class WebParent:
    """A parent in the web chat."""

    def __init__(self, channel: WebChannel) -> None:
        self._channel = channel

    def says(self, body: str, words: str) -> str:
        """Say something and return what was heard, once these words are in it."""
        self._channel.say(body)
        heard = ""
        deadline = time.monotonic() + PATIENCE_S
        while words not in heard:
            assert time.monotonic() < deadline, f"{words!r} is not in {heard!r}"
            heard += "\n".join(one.text for one in self._channel.hear(1.0))
        return heard


def neighbour(parent: Parent, *, further: int) -> Parent:
    """Return somebody else, with a phone and an address of their own."""
    number = f"+447700900{int(parent.number[-3:]) + further}"
    somebody = replace(parent, number=number, email=f"parent{number[-3:]}@example.com")
    somebody.phone.pass_over_all()
    return somebody


def plain(name: str, value: str) -> Planted:
    return Planted(text=name, spellings=(value,))


def six_digits(name: str, code: str) -> Planted:
    spelled = (code, f"{code[:3]} {code[3:]}")
    return Planted(text=name, spellings=tuple(b + s for b in BEFORE_A_VALUE for s in spelled))


def number(name: str, e164: str) -> Planted:
    national = "0" + e164[3:]
    return Planted(text=name, spellings=(e164[1:], national, f"{national[:5]} {national[5:]}"))


def invitation(name: str, code: str) -> Planted:
    return Planted(text=name, spellings=(code, code.replace("-", ""), code.casefold()))


def token(name: str, text: str) -> Planted:
    link = LINK.search(text)
    assert link, f"no link in the {name}"
    value = link.group().rstrip(".").rpartition("/")[2].rpartition("=")[2]
    assert len(value) > 20, f"no token in the {name}"
    return plain(name, value)


def invited(parent: Parent, secrets: list[Planted], where: str) -> str:
    """Be invited; return the code, and put what the mail holds among the secrets."""
    parent.product.invite(parent.email)
    mail = parent.carrier.mails(parent.email, wait_s=PATIENCE_S)[-1]
    found = INVITATION_CODE.search(mail["text"])
    assert found, "no invitation code in the mail"
    secrets += [
        invitation(f"invitation code, {where}", found.group()),
        token(f"mailed link, {where}", mail["text"]),
        plain(f"address, {where}", parent.email),
        number(f"number, {where}", parent.number),
    ]
    return found.group()


def test_no_secret_of_a_journey_by_text_or_in_the_web_chat_lies_in_the_clear(parent: Parent):
    secrets: list[Planted] = []
    other = neighbour(parent, further=200)
    secrets.append(number("another number", other.number))
    parent.says("hi I was invited to register", "invitation code")
    parent.says(invited(parent, secrets, "by text"), "ending")
    parent.phone.text("no use 0" + other.number[3:])
    code = other.gets_code()
    parent.hears("type the 6 digits")
    parent.says(wrong(code))
    done = parent.says(f"my code is {code}", "verified")
    secrets += [
        six_digits("security code, by text", code),
        six_digits("wrong code", wrong(code)),
        token("link, by text", done),
    ]

    visitor = neighbour(parent, further=400)
    with contextlib.closing(WebChannel(parent.product.env["PUBLIC_BASE_URL"])) as channel:
        web = WebParent(channel)
        web.says("I want to register", "invitation code")
        web.says(f"its {invited(visitor, secrets, 'in the web chat')}", "mobile number")
        web.says("0" + visitor.number[3:], "6 digits")
        code = visitor.gets_code()
        done = web.says(code, "verified")
    secrets += [six_digits("security code, in the web chat", code), token("link, web chat", done)]

    spellings = {spelling: one.text for one in secrets for spelling in one.spellings}
    found = search(parent.product, secrets)

    assert not [(spellings[spelling], place) for place, spelling in found]


def test_what_is_no_secret_is_found_by_the_same_search(parent: Parent):
    parent.says("marmalade please")

    found = search(parent.product, [plain("a word", "marmalade"), plain("a fact", "conversation")])

    places = {place for place, spelling in found if spelling == "marmalade"}
    assert {"rows of messaging.db", "transcripts"} <= places
    assert any("Redis" in place for place in places)
    assert any(place.startswith("log/") for place, spelling in found if spelling == "conversation")
