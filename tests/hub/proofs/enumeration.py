"""Whether an outsider can tell who is known: by words, by status, by time."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from hub.accounts import invitations, mail_requests, sign_in
from hub.accounts.errors import HubError
from hub.accounts.hub import Hub
from hub.api import problems
from hub.store.tables import Account
from tests.hub.parts import START

OPERATIONS = ("sign-in", "invitation-request", "password-reset-request", "factor-help-request")


@dataclass
class Outcome:
    """Answers and times of one operation, for known and unknown addresses."""

    answers: dict[bool, set[str]] = field(default_factory=lambda: {True: set(), False: set()})
    times: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})

    @property
    def is_alike(self) -> bool:
        return self.answers[True] == self.answers[False] and len(self.answers[True]) == 1

    @property
    def auc(self) -> float:
        return area_under_curve(self.times[True], self.times[False])


def area_under_curve(known: list[float], unknown: list[float]) -> float:
    """How often a known address takes longer than an unknown one; 0.5 is no telling."""
    ranked = sorted([(time, True) for time in known] + [(time, False) for time in unknown])
    ranks = sum(rank for rank, (_, is_known) in enumerate(ranked, 1) if is_known)
    return (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def people(hub: Hub, count: int) -> tuple[list[str], list[str]]:
    """Return as many registered addresses as addresses nobody knows, all of one length."""
    known = [f"known{number:05d}@example.com" for number in range(count)]
    unknown = [f"other{number:05d}@example.com" for number in range(count)]
    password_hash = hub.hasher.hash(secrets.token_urlsafe())
    for email in known:
        with hub.store.transaction() as session:
            account = invitations._account_for(hub, session, email)
            stored = session.get_one(Account, account.id)
            stored.password_hash, stored.registered_at = password_hash, START
    return known, unknown


def operation(hub: Hub, name: str) -> Callable[[str], str]:
    """Return an operation that anyone may ask for, as words and status."""

    def asked(kind: str) -> Callable[[str], str]:
        def ask(email: str) -> str:
            return _told(lambda: mail_requests.ask(hub, kind, email=email))

        return ask

    def signing_in(email: str) -> str:
        return _told(
            lambda: sign_in.begin(
                hub, email=email, password="not the password", tried_by=f"ip:{email}"
            )
        )

    return {
        "sign-in": signing_in,
        "invitation-request": asked(mail_requests.INVITATION),
        "password-reset-request": asked(mail_requests.RESET),
        "factor-help-request": asked(mail_requests.FACTOR_RESET),
    }[name]


def probe(hub: Hub, name: str, known: list[str], unknown: list[str], *, samples: int) -> Outcome:
    """Ask for known and unknown addresses in turn, which of the two first being chance."""
    ask, outcome = operation(hub, name), Outcome()
    for number in range(samples):
        pair = [(True, known[number % len(known)]), (False, unknown[number % len(unknown)])]
        if secrets.randbelow(2):
            pair.reverse()
        for is_known, email in pair:
            began = perf_counter()
            answer = ask(email)
            outcome.times[is_known].append(perf_counter() - began)
            outcome.answers[is_known].add(answer)
    return outcome


def _told(step: Callable[[], object]) -> str:
    try:
        step()
    except HubError as exc:
        return json.dumps(problems.document_of(exc), sort_keys=True)
    return "202 {}"
