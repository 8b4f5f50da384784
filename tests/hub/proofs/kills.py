"""A process that is killed, or loses its database, at every commit and every send in turn.

A child does a step and dies at the nth point, by SIGKILL to itself, or has its connections ended by
PostgreSQL, for which every statement is a point as well. A second one, as the client or
the relay would, does the step again. Then nothing may be missing and nothing may have been sent
under two names: a text's idempotency key and a mail's Message-ID are how its receiver knows it.
"""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub import settings as hub_settings
from hub.accounts import (
    completion,
    factor_resets,
    imports,
    number_proof,
    registrations,
    relay,
    sign_in,
)
from hub.accounts.errors import HubError, RegistrationComplete
from hub.accounts.hub import Hub
from hub.api.app import create_app
from tests.hub import postgres
from tests.hub.parts import START, MailsTaken, MovableClock, TextsTaken, make_parts, read_invitation
from tests.hub.people import PASSWORD, register

LEASE_S = 31


class Points:
    """Counts commits and sends; at the chosen one it does what ends the process."""

    def __init__(self, at: int, end: Callable[[], None]) -> None:
        self.passed = 0
        self._at, self._end = at, end

    def __call__(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self._at:
            self._end()


@dataclass
class Ledger:
    """Neighbours whose memory outlives the process: a file with a line for every hand-over."""

    path: Path
    point: Callable[[], None] = field(default=lambda: None)

    def write(self, kind: str, key: str, to: str) -> None:
        self.point()
        with self.path.open("a") as file:
            file.write(json.dumps([kind, key, to]) + "\n")
        self.point()

    def lines(self) -> list[tuple[str, str, str]]:
        if not self.path.exists():
            return []
        return [tuple(json.loads(line)) for line in self.path.read_text().splitlines()]

    def names(self, kind: str) -> set[str]:
        return {key for found, key, _ in self.lines() if found == kind}


class LedgerTexts(TextsTaken):
    ledger: Ledger

    def send(self, *, to, body, purpose, valid_for_s, idempotency_key) -> str:
        self.ledger.write("text", idempotency_key, to)
        return "text-" + idempotency_key


class LedgerMails(MailsTaken):
    ledger: Ledger

    def send(self, *, to, subject, plain, html, message_id) -> None:
        self.ledger.write("mail", message_id, to)


@dataclass(frozen=True)
class Scenario:
    """A step, what it needs before, and what must be true when it was done at last."""

    name: str
    prepare: Callable[[Hub], dict[str, str]]
    do: Callable[[Hub, Any, dict[str, str]], None]
    texts: int
    mails: int
    is_done: Callable[[Hub, dict[str, str]], bool]


def _invited(hub: Hub, email: str = "parent@example.com"):
    from hub.accounts import invitations

    invitations.invite(hub, email=email, actor="test")
    while relay.sweep(hub):
        pass
    assert isinstance(hub.mails, MailsTaken)
    return read_invitation(hub.mails.all[-1])


def _begun(hub: Hub) -> dict[str, str]:
    begun = registrations.begin(hub, code=_invited(hub).code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed="07700 900123")
    return {"id": begun.registration_id}


def _with_code(hub: Hub) -> dict[str, str]:
    facts = _begun(hub)
    number_proof.send_code_now(hub, facts["id"], tried_by="ip:1")
    assert isinstance(hub.texts, TextsTaken)
    return {**facts, "code": hub.texts.all[-1].body[:6]}


def _verified(hub: Hub) -> dict[str, str]:
    facts = _with_code(hub)
    registrations.choose_password(hub, facts["id"], password=PASSWORD)
    number_proof.check_code(hub, facts["id"], typed=facts["code"])
    return facts


def _approved(hub: Hub) -> dict[str, str]:
    parent = register(hub, _invited(hub), by=("app",))
    sign_in.ask_for_help(hub, parent.begin())
    parent.notices()
    reset_id = factor_resets.waiting(hub)[0].reset_id
    factor_resets.whom_to_call(hub, reset_id, officer="a")
    factor_resets.called_back(hub, reset_id, officer="a")
    factor_resets.approve(hub, reset_id, officer="b")
    parent.notices()
    return {"id": reset_id, "later": "86400"}


def _post(client: Any, path: str, body: Any, ok: set[int], *, key: str = "one-key") -> None:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the-same-every-time"}
    answer = client.post(path, json=body, headers=headers)
    if answer.status_code not in ok:
        raise AssertionError(f"{answer.status_code} {answer.text}")


def _complete(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    try:
        completion.complete(hub, facts["id"])
    except RegistrationComplete:
        return  # the first attempt got so far, and the page says: sign in


def _state(hub: Hub, facts: dict[str, str]) -> str:
    return registrations.progress(hub, facts["id"]).state


SCENARIOS = (
    Scenario(
        "a code is sent",
        _begun,
        lambda hub, client, facts: _post(
            client, f"/v1/registrations/{facts['id']}/security-codes", {}, {202}
        ),
        texts=1,
        mails=0,
        is_done=lambda hub, facts: number_proof.text_state(hub, facts["id"]).state == "delivered",
    ),
    Scenario(
        "a code is checked",
        _with_code,
        lambda hub, client, facts: _post(
            client,
            f"/v1/registrations/{facts['id']}/security-codes/check",
            {"code": facts["code"]},
            {200},
        ),
        texts=0,
        mails=0,
        is_done=lambda hub, facts: _state(hub, facts) == "verified",
    ),
    Scenario(
        "a person is invited",
        lambda hub: {},
        lambda hub, client, facts: _post(
            client, "/v1/invitations", {"email": "new@example.com"}, {201}
        ),
        texts=0,
        mails=1,
        is_done=lambda hub, facts: True,
    ),
    Scenario(
        "a list is imported",
        lambda hub: {
            "id": imports.begin(hub, b"a@example.com\nb@example.com\nc@example.com", actor="test")
        },
        lambda hub, client, facts: None,  # the relay's own work
        texts=0,
        mails=3,
        is_done=lambda hub, facts: imports.report(hub, facts["id"]).invited == 3,
    ),
    Scenario(
        "a registration is completed",
        _verified,
        _complete,
        texts=0,
        mails=1,
        is_done=lambda hub, facts: _state(hub, facts) == "complete",
    ),
    Scenario(
        "a lost factor is removed",
        _approved,
        lambda hub, client, facts: None,
        texts=0,
        mails=1,
        is_done=lambda hub, facts: factor_resets.show(hub, facts["id"]).state == "done",
    ),
)


@dataclass
class Outcome:
    """What a scenario came to."""

    points: int = 0
    faults: list[str] = field(default_factory=list)


def _settings(url: str) -> hub_settings.Settings:
    import base64

    key = base64.b64encode(bytes(32)).decode()
    return hub_settings.load(
        hub_api_keys="one-key",
        hub_seal_key=key,
        hub_lookup_key=key,
        hub_code_key=key,
        hub_session_key=key,
        messaging_api_key="key",
        hub_database_url=url,
    )


def _child(
    url: str, path: Path, scenario: Scenario, facts: dict[str, str], at: int, mode: str, s: float
) -> None:
    clock = MovableClock()
    clock.present = START
    clock.pass_by(float(facts.get("later", "0")) + s)
    hub = make_parts(url, clock)

    def end() -> None:
        if mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    points = Points(at, end)
    ledger = Ledger(path, points)
    texts, mails = LedgerTexts(), LedgerMails()
    texts.ledger = mails.ledger = ledger
    object.__setattr__(hub, "texts", texts)
    object.__setattr__(hub, "mails", mails)
    client = create_app(_settings(url), hub).test_client()
    event.listen(hub.store.engine, "commit", points)
    event.listen(Session, "after_commit", points)
    if mode == "drop":
        # Killed between two statements, a process leaves what it would have left at the commit;
        # cut from its database there, it has to find out and say so.
        event.listen(hub.store.engine, "before_cursor_execute", points)
    try:
        scenario.do(hub, client, facts)
        while relay.sweep(hub):
            pass
    except Exception as exc:  # noqa: BLE001 - the parent tells a drop from a fault
        if at == 0:  # done again; the first attempt is meant to end badly
            print(f"{scenario.name}: {type(exc).__name__}: {exc}", file=sys.stderr, flush=True)
        os._exit(3)
    os._exit(0 if points.passed < at or at == 0 else 4)


def _run_child(*arguments: Any) -> int:
    child = multiprocessing.get_context("fork").Process(target=_child, args=arguments)
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child does not end"
    return child.exitcode


def run(
    scenario: Scenario, fresh: Callable[[], str], folder: Path, *, mode: str, every: int = 1
) -> Outcome:
    """End a process at every point of a scenario in turn, and look at what is left.

    Args:
        scenario: what is done.
        fresh: returns the URL of an empty, migrated database.
        folder: for the ledgers.
        mode: `kill` (SIGKILL), or `drop` (PostgreSQL ends the connections).
        every: take one point of so many.
    """
    outcome = Outcome()
    for at in range(1, 400, every):
        url, path = fresh(), folder / f"ledger-{mode}-{at}"
        path.unlink(missing_ok=True)
        hub = make_parts(url, MovableClock())
        facts = scenario.prepare(hub)
        hub.store.engine.dispose()
        first = _run_child(url, path, scenario, facts, at, mode, 0)
        if first == 0:
            break  # fewer points than that
        outcome.points += 1
        if mode == "kill" and first != -signal.SIGKILL:
            outcome.faults.append(f"{scenario.name}, point {at}: ended with {first}")
        _look(outcome, scenario, url, path, facts, at)
        if url.startswith("sqlite"):
            shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent, ignore_errors=True)
    return outcome


def _look(
    outcome: Outcome, scenario: Scenario, url: str, path: Path, facts: dict[str, str], at: int
) -> None:
    where = f"{scenario.name}, point {at}"
    second = _run_child(url, path, scenario, facts, 0, "kill", LEASE_S)
    if second != 0:
        outcome.faults.append(f"{where}: done again, it ended with {second}")
        return
    ledger = Ledger(path)
    found = (len(ledger.names("text")), len(ledger.names("mail")))
    if found != (scenario.texts, scenario.mails):
        outcome.faults.append(f"{where}: {found} texts and mails, not what was asked for")
    clock = MovableClock()
    clock.pass_by(float(facts.get("later", "0")) + LEASE_S)
    hub = make_parts(url, clock)
    try:
        if not scenario.is_done(hub, facts):
            outcome.faults.append(f"{where}: not done")
    except HubError as exc:
        outcome.faults.append(f"{where}: {type(exc).__name__}")
    finally:
        hub.store.engine.dispose()


def sqlite_copies(migrated: Path) -> Callable[[], str]:
    """Return what gives a new copy of a migrated database each time."""

    def fresh() -> str:
        folder = Path(tempfile.mkdtemp(dir=migrated.parent))
        shutil.copy(migrated, folder / "hub.db")
        return f"sqlite:///{folder / 'hub.db'}"

    return fresh


def postgres_emptied(url: str) -> Callable[[], str]:
    """Return what empties a migrated database each time."""

    def fresh() -> str:
        postgres.empty(url)
        return url

    return fresh
