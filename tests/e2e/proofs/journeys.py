"""Every journey, coached first and then done here, with what must come of it at the hub."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pyotp import TOTP

from tests.e2e.journey import PATIENCE_S
from tests.e2e.paths.walker import Visitor, Walker, rows, time_passes
from tests.e2e.proofs.alike import completes

Person = Walker | Visitor
LATER = timedelta(hours=2)
"""Long enough for the hub to write another mail to the same address."""
KEY = re.compile(r"Setup key for your app: ([A-Z2-7 ]+)\.")


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What is asked by someone on the hub's page, what they are told, and how it is done here."""

    name: str
    asked: str
    coached: tuple[str, ...]
    done_here: Callable[[Person, Walker], None]
    """By a person whose phone and mailbox are the walker's; asserts what the hub has done."""


def _begins(person: Person, phone: Walker) -> None:
    invitation = phone.is_invited()
    person.turn("i want to register")
    assert "mobile number" in person.turn(f"its {invitation}")
    assert person.at_hub == "number_needed"


def _goes_to_code(person: Person, phone: Walker) -> str:
    _begins(person, phone)
    assert f"ending {phone.last_three}" in person.turn("0" + phone.number[3:])
    return phone.code()


def _mails(phone: Walker, *, after: int = 0, wait_s: float = 0.0) -> list[dict[str, Any]]:
    return list(phone.carrier.mails(phone.email, after=after, wait_s=wait_s))


def _new_mail(person: Person, phone: Walker, said: str) -> str:
    """Ask for a mail here and return it."""
    newest = max((mail["id"] for mail in _mails(phone)), default=0)
    time_passes(phone.product, LATER)
    person.turn(said)
    assert "asked the hub" in person.turn(phone.email)
    found = _mails(phone, after=newest, wait_s=PATIENCE_S)
    assert found, "no mail came"
    return str(found[-1]["text"])


def _registers(person: Person, phone: Walker) -> None:
    code = _goes_to_code(person, phone)
    assert "verified" in person.turn(f"the code is {code}")
    assert person.at_hub == "verified"


def _is_invited_again(person: Person, phone: Walker) -> None:
    phone.is_invited()
    assert "invitation" in _new_mail(person, phone, "the invitation email never came").lower()


def _is_texted_again(person: Person, phone: Walker) -> None:
    _goes_to_code(person, phone)
    time_passes(phone.product, timedelta(seconds=31))
    phone.codes.clear()
    assert "same code" in person.turn("resend")
    phone.code()
    assert person.at_hub == "code_needed"


def _uses_an_app(person: Person, phone: Walker) -> None:
    invitation = phone.is_invited()
    person.turn("i want to register")
    told = person.turn(f"its {invitation}")
    if "mobile number" in told:  # else it was asked for before, and is remembered
        told = person.turn("i want to use the app")
    if isinstance(person, Walker):
        found = KEY.search(person.turn("ok"))
        assert found, told
        key = found.group(1)
    else:
        key = person.setup_key or ""
    assert "verified" in person.turn(TOTP(key.replace(" ", "")).now())
    assert person.at_hub == "verified"


def _resets_the_password(person: Person, phone: Walker) -> None:
    completes(phone)
    assert "password" in _new_mail(person, phone, "i forgot my password").lower()


def _is_called_back(person: Person, phone: Walker) -> None:
    completes(phone)
    before = _waiting_for_a_call(phone)
    person.turn("i lost my phone")
    assert "asked for a call" in person.turn(phone.email)
    deadline = time.monotonic() + PATIENCE_S
    while _waiting_for_a_call(phone) == before:
        assert time.monotonic() < deadline, "nobody at the hub waits for a call"
        time.sleep(0.05)


def _waiting_for_a_call(phone: Walker) -> int:
    with rows(phone.product, "hub.db") as connection:
        return int(connection.execute("SELECT count(*) FROM factor_resets").fetchone()[0])


def _is_told_how_far_it_is(person: Person, phone: Walker) -> None:
    _begins(person, phone)
    person.turn("stop that please")
    assert "not finished registering" in person.turn("how do i sign in")
    assert person.at_hub == "number_needed"


JOURNEYS = (
    Journey(
        name="registration",
        asked="where do i click on the hub page to get the code by text",
        coached=("Use SMS instead of an app",),
        done_here=_registers,
    ),
    Journey(
        name="invitation",
        asked="i havent received an email",
        coached=("junk or spam", "Staffordshire's EHC Hub"),
        done_here=_is_invited_again,
    ),
    Journey(
        name="verification",
        asked="the code doesnt work",
        coached=("Verify Code", "Resend Code"),
        done_here=_is_texted_again,
    ),
    Journey(
        name="authenticator",
        asked="how do i use an authenticator app",
        coached=("scan the QR code",),
        done_here=_uses_an_app,
    ),
    Journey(
        name="password reset",
        asked="how do i reset my password",
        coached=("Reset password",),
        done_here=_resets_the_password,
    ),
    Journey(
        name="sign in",
        asked="how do i sign in",
        coached=("sign in page",),
        done_here=_is_told_how_far_it_is,
    ),
    Journey(
        name="lost phone",
        asked="i lost my phone",
        coached=("recovery codes",),
        done_here=_is_called_back,
    ),
)


def walk(journey: Journey, person: Person, phone: Walker) -> None:
    """Be coached, leave that, and have it done here."""
    coached = person.turn(journey.asked)
    for words in journey.coached:
        assert words in coached, f"{journey.name}: {coached}"
    person.turn("exit")
    journey.done_here(person, phone)
