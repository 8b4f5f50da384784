"""Whether an outsider can tell who is known: by words, by status, by time.

Every operation that takes an address or a number and that someone can use who has not proved to
be its owner, asked through a hub that runs in a process of its own.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from hub.accounts import invitations, registrations, relay, sealed
from hub.accounts.hub import Hub
from hub.accounts.limits import Limits
from hub.accounts.numbers import read as read_number
from hub.store.tables import Account
from tests.hub.parts import Invitation, MailsTaken, make_parts, read_invitation
from tests.hub.people import PASSWORD
from tests.hub.proofs import served
from tests.hub.proofs.served import Answer, Browser, Served
from wire.clock import SystemClock

NO_LIMITS: Final = {
    **dict.fromkeys(
        (
            "resets_per_address",
            "invitations_per_address",
            "factor_resets_per_address",
            "password_tries",
            "sign_ins_per_ip",
            "sends_per_account",
            "sends_per_number",
            "sends_per_session",
            "sends_ceiling",
            "mail_requests_per_visitor",
            "mail_requests_ceiling",
        ),
        10**6,
    ),
    "resend_cooldowns": '["PT0.001S"]',
    "reauthentication": "PT12H",
}
"""What would end the asking long before 2,000 times; every limit has a proof of its own."""

OWN_NUMBER: Final = "07400 123456"
"""The signed-in asker's; none of those asked for."""

_VARYING: Final = (
    re.compile(r'(?<= nonce=")[^"]+'),
    re.compile(r'(?<=name="csrf_token" value=")[^"]+'),
    re.compile(r"(?<=ends in )[0-9]{3}"),
    re.compile(r'(?<="number_ends_with":)\s*"[0-9]{3}"'),
)
"""What differs between any two answers: chance, and the end of the number that was just given."""

Ask = Callable[[str], Answer]


@dataclass
class Outcome:
    """Answers and times of one operation, for known and unknown addresses."""

    answers: dict[bool, set[str]] = field(default_factory=lambda: {True: set(), False: set()})
    times: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})

    @property
    def is_alike(self) -> bool:
        """Whether everyone got the very same answer."""
        return self.answers[True] == self.answers[False] and len(self.answers[True]) == 1

    @property
    def auc(self) -> float:
        """How well the times tell who is known."""
        return area_under_curve(self.times[True], self.times[False])


def area_under_curve(known: list[float], unknown: list[float]) -> float:
    """How often a known address takes longer than an unknown one; 0.5 is no telling."""
    ranked = sorted([(time, True) for time in known] + [(time, False) for time in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    return (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


@dataclass(frozen=True, kw_only=True)
class People:
    """Addresses and numbers in pairs: one that the hub knows, one that it does not."""

    registered: list[str]
    invited: list[str]
    numbers: list[str]
    nobody: list[str]
    free_numbers: list[str]


def people(hub: Hub, count: int) -> People:
    """Make registered people with numbers of their own and invited ones, all of one length.

    At most 500: there are no more numbers that belong to nobody than Ofcom's thousand.
    """
    registered = [f"known{number:05d}@example.com" for number in range(count)]
    invited = [f"asked{number:05d}@example.com" for number in range(count)]
    numbers = [f"07700 900{number:03d}" for number in range(count)]
    password_hash = hub.hasher.hash(secrets.token_urlsafe())
    now = hub.clock.now()
    for email, number in zip(registered, numbers, strict=True):
        with hub.store.transaction() as session:
            account = session.get_one(Account, invitations._account_for(hub, session, email).id)
            e164 = read_number(number, allow_drama=True)
            account.password_hash, account.registered_at = password_hash, now
            account.number_sealed = hub.sealer.seal(sealed.account_number_place(account.id), e164)
            account.number_lookup = hub.lookup.of("number", e164)
            account.number_verified_at = now
    for email in invited:
        invitations.invite(hub, email=email, actor="test")
    while relay.sweep(hub):
        pass  # or the running hub would begin with 500 mails
    return People(
        registered=registered,
        invited=invited,
        numbers=numbers,
        nobody=[f"other{number:05d}@example.com" for number in range(count)],
        free_numbers=[f"07700 900{999 - number:03d}" for number in range(count)],
    )


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation, ready to be asked for one address or number after another."""

    ask: Ask
    known: list[str]
    unknown: list[str]
    follow: Callable[[Answer], str] = lambda _: ""
    """The page that an answer leads to, as its asker reads it."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A running hub, and what an asker has in hand."""

    served: Served
    everyone: People
    asker: Invitation
    """Has not registered yet."""
    owner: Invitation
    """The same; will be signed in."""
    registration_id: str
    """Of the asker, in a chat."""

    def operation(self, name: str) -> Operation:
        """Return an operation by its name."""
        return OPERATIONS[name](self)

    def of_addresses(self, ask: Ask, *, known: list[str] | None = None) -> Operation:
        """Return an operation that takes an address."""
        return Operation(
            ask=ask, known=known or self.everyone.registered, unknown=self.everyone.nobody
        )

    def of_numbers(self, ask: Ask, browser: Browser | None = None) -> Operation:
        """Return an operation that takes a number."""

        def follow(answer: Answer) -> str:
            if browser is None:
                return ""
            return browser.get(urlsplit(answer.headers["Location"]).path).body

        return Operation(
            ask=ask,
            known=self.everyone.numbers,
            unknown=self.everyone.free_numbers,
            follow=follow,
        )

    def api(self, method: str, path: str, name: str) -> Ask:
        """Ask an operation of the API, which takes one member."""
        line = self.served.line(self.served.internal_url)

        def ask(given: str) -> Answer:
            headers = {
                "Authorization": f"Bearer {served.API_KEY}",
                "Idempotency-Key": str(uuid4()),
                "Content-Type": "application/json",
            }
            return line.ask(method, path, json.dumps({name: given}), headers)

        return ask

    def form(self, path: str, name: str, *, browser: Browser | None = None, **more: str) -> Ask:
        """Send the form of a page, each time from another address of the network."""
        asking = browser or self.served.browser()
        asking.get(path)

        def ask(given: str) -> Answer:
            ip = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
            return asking.post(path, ip=ip, **{name: given}, **more)

        return ask

    def registering(self, invitation: Invitation) -> Browser:
        """Return a browser that has chosen a password."""
        browser = self.served.browser()
        browser.get("/register/" + invitation.link.rsplit("/", 1)[-1])
        assert browser.post("/register", password=PASSWORD).status == 303
        return browser

    def signed_in(self) -> Browser:
        """Return a browser of who has just registered by text."""
        browser = self.registering(self.owner)
        browser.get("/register/number")
        assert browser.post("/register/number", number=OWN_NUMBER).status == 303
        browser.get("/register/code")
        code = self.served.code_to(read_number(OWN_NUMBER))
        assert browser.post("/register/code", code=code).status == 303
        return browser


def _by_registration_page(scene: Scene) -> Operation:
    browser = scene.registering(scene.asker)
    return scene.of_numbers(scene.form("/register/number", "number", browser=browser), browser)


def _by_settings_page(scene: Scene) -> Operation:
    browser = scene.signed_in()
    return scene.of_numbers(scene.form("/security/number", "number", browser=browser), browser)


OPERATIONS: Final[dict[str, Callable[[Scene], Operation]]] = {
    "POST /v1/invitation-requests": lambda scene: scene.of_addresses(
        scene.api("POST", "/v1/invitation-requests", "email"), known=scene.everyone.invited
    ),
    "POST /v1/password-reset-requests": lambda scene: scene.of_addresses(
        scene.api("POST", "/v1/password-reset-requests", "email")
    ),
    "POST /v1/factor-help-requests": lambda scene: scene.of_addresses(
        scene.api("POST", "/v1/factor-help-requests", "email")
    ),
    "PUT /v1/registrations/{id}/number": lambda scene: scene.of_numbers(
        scene.api("PUT", f"/v1/registrations/{scene.registration_id}/number", "number")
    ),
    "page /sign-in": lambda scene: scene.of_addresses(
        scene.form("/sign-in", "email", password="not the password")
    ),
    "page /reset-password": lambda scene: scene.of_addresses(
        scene.form("/reset-password", "email")
    ),
    "page /new-invitation": lambda scene: scene.of_addresses(
        scene.form("/new-invitation", "email"), known=scene.everyone.invited
    ),
    "page /lost-phone": lambda scene: scene.of_addresses(scene.form("/lost-phone", "email")),
    "page /register/number": _by_registration_page,
    "page /security/number": _by_settings_page,
}


@contextmanager
def scene(database_url: str, folder: Path, count: int) -> Iterator[Scene]:
    """Serve a hub that knows so many people."""
    # Passwords at their real cost, as the running hub takes them: a cheaper one would tell at once.
    hub = make_parts(database_url, SystemClock(), Limits())  # type: ignore[arg-type]
    try:
        asker, owner = (_invited(hub, name) for name in ("asker", "owner"))
        begun = registrations.begin(hub, code=asker.code, conversation_id="sms-asker")
        everyone = people(hub, count)
    finally:
        hub.store.engine.dispose()
    with served.running(database_url, folder, limits=NO_LIMITS) as running:
        yield Scene(
            served=running,
            everyone=everyone,
            asker=asker,
            owner=owner,
            registration_id=begun.registration_id,
        )


def _invited(hub: Hub, name: str) -> Invitation:
    invitations.invite(hub, email=f"{name}00001@example.com", actor="test")
    relay.sweep(hub)
    assert isinstance(hub.mails, MailsTaken)
    return read_invitation(hub.mails.all[-1])


def probe(operation: Operation, *, samples: int) -> Outcome:
    """Ask once for everyone and read where it leads, then take the time of so many of each.

    Known and unknown take turns, which of the two first being chance.
    """
    outcome = Outcome()
    for is_known, given in _pairs(operation, len(operation.known)):
        answer = operation.ask(given)
        told = _as_read(answer, given) + _masked(operation.follow(answer), given)
        outcome.answers[is_known].add(told)
    timed: dict[bool, set[str]] = {True: set(), False: set()}
    for is_known, given in _pairs(operation, samples):
        answer = operation.ask(given)
        outcome.times[is_known].append(answer.took_s)
        timed[is_known].add(_as_read(answer, given))
    if samples:
        for is_known, told in timed.items():
            outcome.answers[is_known] |= told if timed[True] != timed[False] else set()
    return outcome


def _pairs(operation: Operation, count: int) -> Iterator[tuple[bool, str]]:
    for number in range(count):
        pair = [
            (True, operation.known[number % len(operation.known)]),
            (False, operation.unknown[number % len(operation.unknown)]),
        ]
        if secrets.randbelow(2):
            pair.reverse()
        yield from pair


def _as_read(answer: Answer, given: str) -> str:
    return f"{answer.status} {answer.names} {_masked(answer.body, given)}"


def _masked(text: str, given: str) -> str:
    text = text.replace(given, "(as given)")
    for varying in _VARYING:
        text = varying.sub("(any)", text)
    return text
