"""A process that is killed, or loses its database, at every commit and every send in turn.

A child does a step and dies at the nth point, by SIGKILL to itself, or has its connections ended by
PostgreSQL, for which every statement is a point as well. A second one, as the client or
the relay would, does the step again. Then nothing may be missing, and nothing may have been sent
under two names. What was on its way when the process ended is handed over again under its own
name: the messaging service knows a text by its idempotency key and sends it once; a mail can arrive
twice, with the same Message-ID. Both are counted and told.
"""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub import settings as hub_settings
from hub.accounts import (
    completion,
    factor_changes,
    factor_resets,
    imports,
    invitations,
    mail_requests,
    number_proof,
    password_reset,
    recovery_codes,
    registrations,
    relay,
    second_factor,
    sign_in,
    totp,
)
from hub.accounts.errors import (
    HubError,
    LinkRejected,
    NoCodeSent,
    RegistrationComplete,
    SignInOver,
)
from hub.accounts.hub import Hub
from hub.accounts.sessions import SignedIn
from hub.api.app import create_app
from hub.store import tables
from tests.hub import postgres
from tests.hub.parts import START, MailsTaken, MovableClock, TextsTaken, make_parts, read_invitation
from tests.hub.people import PASSWORD, Parent, register

LEASE_S = 31
NEW_PASSWORD = "seven quiet harbours"


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

    def handed_over(self, kind: str) -> Counter[str]:
        """How often under which name."""
        return Counter(key for found, key, _ in self.lines() if found == kind)


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
    invitations.invite(hub, email=email, actor="test")
    while relay.sweep(hub):
        pass
    assert isinstance(hub.mails, MailsTaken)
    return read_invitation(hub.mails.all[-1])


def _begun_without_number(hub: Hub) -> dict[str, str]:
    begun = registrations.begin(hub, code=_invited(hub).code, conversation_id="sms-1")
    return {"id": begun.registration_id}


def _begun(hub: Hub) -> dict[str, str]:
    facts = _begun_without_number(hub)
    registrations.give_number(hub, facts["id"], typed="07700 900123")
    return facts


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


def _post(
    client: Any,
    path: str,
    body: Any,
    ok: set[int],
    *,
    method: str = "POST",
    key: str = "the-same-every-time",
) -> Any:
    headers = {"Authorization": "Bearer one-key", "Idempotency-Key": key}
    answer = client.open(path, method=method, json=body, headers=headers)
    if answer.status_code not in ok:
        raise AssertionError(f"{answer.status_code} {answer.text}")
    return answer.json


def _registered(hub: Hub, *by: str) -> tuple[Parent, dict[str, str]]:
    parent = register(hub, _invited(hub), by=by)
    assert parent.signed_in is not None
    return parent, {
        "email": parent.email,
        "account": parent.signed_in.account_id,
        "session": parent.signed_in.session_id,
        "secret": parent.secret or "",
    }


def _who(facts: dict[str, str]) -> SignedIn:
    return SignedIn(
        session_id=facts["session"], account_id=facts["account"], authenticated_at=START
    )


def _ways(hub: Hub, facts: dict[str, str]) -> second_factor.Ways:
    return factor_changes.settings_of(hub, _who(facts)).ways


def _sign_in(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    Parent(hub, facts["email"], secret=facts["secret"]).sign_in_by_app()


def _has_signed_in(hub: Hub, facts: dict[str, str]) -> bool:
    with hub.store.transaction() as session:
        sessions = session.query(tables.Session).filter_by(account_id=facts["account"]).count()
        locked = session.query(tables.Guard).filter(tables.Guard.locked_until.is_not(None)).count()
    return sessions > 1 and locked == 0


def _with_recovery_codes(hub: Hub) -> dict[str, str]:
    parent, facts = _registered(hub, "app")
    codes = recovery_codes.make_all(hub, account_id=facts["account"])
    parent.notices()
    return {**facts, "token": parent.begin(), "code": codes[0]}


def _use_recovery_code(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    with suppress(SignInOver):  # the first attempt got so far
        sign_in.finish(hub, facts["token"], method="recovery_code", typed=facts["code"])


def _reset_proved(hub: Hub) -> dict[str, str]:
    parent, facts = _registered(hub, "app")
    mail_requests.ask(hub, mail_requests.RESET, email=parent.email)
    while relay.sweep(hub):
        pass
    token = parent.mails.all[-1].plain.partition(password_reset.PATH)[2].split()[0]
    code = parent.app_code(steps=1)
    proof = password_reset.prove(hub, token, method="app", typed=code, tried_by="ip:1")
    return {**facts, "token": token, "proof": proof}


def _reset_password(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    with suppress(LinkRejected):  # used by the first attempt
        password_reset.choose(hub, facts["token"], proof=facts["proof"], password=NEW_PASSWORD)


def _has_new_password(hub: Hub, facts: dict[str, str]) -> bool:
    return bool(Parent(hub, facts["email"], password=NEW_PASSWORD).begin())


def _number_in_change(hub: Hub) -> dict[str, str]:
    parent, facts = _registered(hub, "text")
    factor_changes.send_code(hub, _who(facts), number="07700 900456", tried_by="ip:1")
    return {**facts, "code": parent.newest_code()}


def _change_number(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    with suppress(NoCodeSent):  # used by the first attempt
        factor_changes.confirm_number(hub, _who(facts), typed=facts["code"], tried_by="ip:1")


def _set_up_app(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    if _ways(hub, facts).has_app:
        return  # as the person sees
    secret = factor_changes.enrol_app(hub, _who(facts)).setup_key.replace(" ", "")
    code = totp.code_at(secret, totp.step_at(hub.clock.now()))
    factor_changes.confirm_app(hub, _who(facts), typed=code)


def _set_up_app_in_chat(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    path = f"/v1/registrations/{facts['id']}/authenticators"
    secret = _post(client, path, {}, {201})["setup_key"].replace(" ", "")
    code = totp.code_at(secret, totp.step_at(hub.clock.now()))
    # typed again it is another message; 409: the first attempt got so far
    _post(client, f"{path}/check", {"code": code}, {200, 409}, key=f"turn-{code}")


def _open_links(hub: Hub, facts: dict[str, str]) -> int:
    with hub.store.transaction() as session:
        links = session.query(tables.Link).filter_by(account_id=facts["account"], kind="reset")
        return links.filter(tables.Link.ended_at.is_(None)).count()


def _invitations_to(hub: Hub, email: str) -> int:
    with hub.store.transaction() as session:
        account = invitations.find_account(hub, session, email)
        if account is None:
            return 0
        return session.query(tables.Invitation).filter_by(account_id=account.id).count()


def _complete(hub: Hub, client: Any, facts: dict[str, str]) -> None:
    with suppress(RegistrationComplete):  # the first attempt got so far: sign in, says the page
        completion.complete(hub, facts["id"])


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
        is_done=lambda hub, facts: _invitations_to(hub, "new@example.com") == 1,
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
    Scenario(
        "a registration is begun",
        lambda hub: {"code": _invited(hub).code},
        lambda hub, client, facts: _post(
            client,
            "/v1/registrations",
            {"invitation_code": facts["code"], "conversation_id": "sms-1"},
            {201},
        ),
        texts=0,
        mails=0,
        is_done=lambda hub, facts: registrations.newest(hub, conversation_id="sms-1") is not None,
    ),
    Scenario(
        "a number is given",
        _begun_without_number,
        lambda hub, client, facts: _post(
            client,
            f"/v1/registrations/{facts['id']}/number",
            {"number": "07700 900123"},
            {200},
            method="PUT",
        ),
        texts=0,
        mails=0,
        is_done=lambda hub, facts: _state(hub, facts) == "code_needed",
    ),
    Scenario(
        "an app is set up in the chat",
        _begun_without_number,
        _set_up_app_in_chat,
        texts=0,
        mails=0,
        is_done=lambda hub, facts: _state(hub, facts) == "verified",
    ),
    Scenario(
        "an app is set up in the settings",
        lambda hub: _registered(hub, "text")[1],
        _set_up_app,
        texts=1,
        mails=1,
        is_done=lambda hub, facts: _ways(hub, facts).has_app,
    ),
    Scenario(
        "a number is changed",
        _number_in_change,
        _change_number,
        texts=1,
        mails=1,
        is_done=lambda hub, facts: _ways(hub, facts).number_ends_with == "456",
    ),
    Scenario(
        "a person signs in",
        lambda hub: {**_registered(hub, "app")[1], "later": "60"},
        _sign_in,
        texts=0,
        mails=0,
        is_done=_has_signed_in,
    ),
    Scenario(
        "a recovery code is used",
        _with_recovery_codes,
        _use_recovery_code,
        texts=0,
        mails=1,
        is_done=lambda hub, facts: (
            _has_signed_in(hub, facts) and _ways(hub, facts).recovery_codes_left == 9
        ),
    ),
    Scenario(
        "a reset is asked for",
        lambda hub: _registered(hub, "app")[1],
        lambda hub, client, facts: _post(
            client, "/v1/password-reset-requests", {"email": facts["email"]}, {202}
        ),
        texts=0,
        mails=1,
        is_done=lambda hub, facts: _open_links(hub, facts) == 1,
    ),
    Scenario(
        "a password is reset",
        _reset_proved,
        _reset_password,
        texts=0,
        mails=1,
        is_done=_has_new_password,
    ),
)


@dataclass
class Outcome:
    """What a scenario came to."""

    points: int = 0
    faults: list[str] = field(default_factory=list)
    repeats: Counter[str] = field(default_factory=Counter)
    """Of texts and mails that were handed over again under their own names."""


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
    told = {kind: ledger.handed_over(kind) for kind in ("text", "mail")}
    for kind, names in told.items():
        outcome.repeats[kind] += names.total() - len(names)
        if any(often > 2 for often in names.values()):
            outcome.faults.append(f"{where}: a {kind} was handed over more than once again")
    found = (len(told["text"]), len(told["mail"]))
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
