"""Every proof about the account backend, at full length: a table, then one line of JSON.

Run as `python scripts/check_hub.py [--only NAME ...]`; ends with 1 where a bound is broken.
Short slices of the same proofs are in `tests/hub`.
"""

import argparse
import base64
import json
import logging
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

import structlog  # noqa: E402

from hub import settings  # noqa: E402
from hub.accounts import (  # noqa: E402
    app_proof,
    completion,
    number_proof,
    recovery_codes,
    registrations,
)
from hub.accounts.limits import Limits  # noqa: E402
from hub.api.app import create_app  # noqa: E402
from hub.store import schema  # noqa: E402
from hub.store.engine import make_engine  # noqa: E402
from tests.hub import postgres  # noqa: E402
from tests.hub.parts import (  # noqa: E402
    MovableClock,
    code_in,
    hand_over,
    key_of,
    make_parts,
)
from tests.hub.people import PASSWORD, Parent, register  # noqa: E402
from tests.hub.proofs import (  # noqa: E402
    contract,
    enumeration,
    kills,
    links,
    machine,
    qr,
    races,
    vectors,
)

AUC = (0.45, 0.55)


@dataclass
class Finding:
    """One line of the table."""

    what: str
    figure: str
    bound: str
    holds: bool


def _all(what: str, met: int, of: int) -> Finding:
    return Finding(what, f"{met}/{of}", f"{of}/{of}", met == of)


class Bench:
    """Databases to prove things on, made as they are needed."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._postgres: str | None = None
        self.migrated = folder / "migrated.db"
        self._migrate(f"sqlite:///{self.migrated}")

    def _migrate(self, url: str) -> None:
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()

    def sqlite(self) -> str:
        """Return the URL of a new database."""
        return kills.sqlite_copies(self.migrated)()

    def postgres(self) -> str:
        """Return the URL of an emptied database on a server of our own."""
        if self._postgres is None:
            self._postgres = self._stack.enter_context(postgres.server())
            self._migrate(self._postgres)
        postgres.empty(self._postgres)
        return self._postgres

    @contextmanager
    def hub(self, url: str | None = None, limits: Limits | None = None) -> Iterator[Any]:
        """Yield a hub over a database of its own."""
        options = {} if limits is None else {"limits": limits}
        made = make_parts(url or self.sqlite(), MovableClock(), **options)
        try:
            yield made
        finally:
            made.store.engine.dispose()


def _settings(url: str) -> Any:
    keys = [base64.b64encode(key_of(number)).decode() for number in range(1, 5)]
    return settings.load(
        hub_api_keys="current-key",
        hub_admin_keys="officer-a:staff-key,officer-b:other-staff-key",
        hub_seal_key=keys[0],
        hub_lookup_key=keys[1],
        hub_code_key=keys[2],
        hub_session_key=keys[3],
        messaging_api_key="key",
        hub_public_url="http://127.0.0.1:1",
        hub_database_url=url,
    )


def prove_vectors(_: Bench) -> Iterator[Finding]:
    """The standards' own test vectors."""
    for name, (met, of) in (("RFC 4226", vectors.hotp()), ("RFC 6238", vectors.totp())):
        yield _all(f"{name} vectors", met, of)


def prove_oathtool(bench: Bench) -> Iterator[Finding]:
    """Enrolments signed in with codes of another implementation."""
    signed_in = 0
    with bench.hub() as hub:
        for number in range(200):
            invitation = kills._invited(hub, f"parent{number}@example.com")
            registration = registrations.begin(
                hub, code=invitation.code, conversation_id=f"web-{number}"
            )
            enrolment = app_proof.enrol(hub, registration.registration_id)
            registrations.choose_password(hub, registration.registration_id, password=PASSWORD)
            parent = Parent(hub, invitation.email)
            parent.secret = enrolment.setup_key.replace(" ", "")
            app_proof.confirm(
                hub, registration.registration_id, typed=_oathtool(hub, parent.secret)
            )
            completion.complete(hub, registration.registration_id)
            hub.clock.pass_by(30)
            signed_in += bool(parent.finish(parent.begin(), "app", _oathtool(hub, parent.secret)))
    yield _all("enrolments signed in by oathtool", signed_in, 200)


def prove_qr(bench: Bench) -> Iterator[Finding]:
    """QR codes as Chromium shows them, read by zbarimg; people register with what was read."""
    folder = Path(tempfile.mkdtemp(dir=bench.folder))
    read, opened = qr.prove(bench.sqlite(), folder, 25)
    yield _all("QR codes on the page, byte for byte", read, 25)
    yield _all("registered with what was read", opened, 25)


def _oathtool(hub: Any, secret: str) -> str:
    now = f"{hub.clock.now():%Y-%m-%d %H:%M:%S UTC}"
    return subprocess.run(
        ["oathtool", "-b", "--totp", f"--now={now}", secret],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def prove_contract(bench: Bench) -> Iterator[Finding]:
    """Schemathesis on every operation."""
    url = bench.sqlite()
    with bench.hub(url) as hub:
        app = create_app(_settings(url), hub)
        outcome = contract.run(app, contract.World(hub, hub.clock), examples=60)
    calls = sum(outcome.calls.values())
    for failure in outcome.failures:
        print(failure, file=sys.stderr)
    figure = f"{len(outcome.failures)} in {calls} calls of {len(outcome.calls)} operations"
    yield Finding("schemathesis failures", figure, "0", not outcome.failures and calls > 0)


def prove_machine(bench: Bench) -> Iterator[Finding]:
    """The state machines, until each has done its share of 10,000 rules."""
    for name, walk, examples in (
        ("registration", machine.registrations_walk, 130),
        ("sign-in", machine.sign_ins_walk, 130),
    ):
        counted, violation = machine.run(bench.folder, walk, examples=examples, steps=50)
        if violation:
            print(violation, file=sys.stderr)
        steps = counted["steps"]
        figure = (
            f"{1 if violation else 0} in {steps} steps ({counted['calls']} calls of use cases, "
            f"{counted['compared']} wrong codes compared, {counted['right']} right, "
            f"{counted['Locked']} met a lock)"
        )
        holds = not violation and steps >= 5_000
        yield Finding(f"violations, {name} machine", figure, "0 in 5,000", holds)


def prove_races(bench: Bench) -> Iterator[Finding]:
    """Right and wrong codes and passwords from separate processes at once."""
    for name, fresh in (("SQLite", bench.sqlite), ("PostgreSQL", bench.postgres)):
        for what, contest in CONTESTS.items():
            once = few = 0
            for _ in range(10):
                for is_right in (True, False):
                    url = fresh()
                    with bench.hub(url) as hub:
                        check, of, right, wrong, most = contest(hub)
                    told = races.race(url, check, of, [right] * 50 if is_right else wrong)
                    if is_right:
                        once += told.answers["right"] == 1 and told.answers.total() == 50
                    else:
                        few += told.compared == most and told.answers.total() == 100
            if what != "passwords":  # a right one is right however often
                yield _all(f"50 right {what} at once, {name}: 1 success", once, 10)
            yield _all(f"100 wrong {what} at once, {name}: {most} compares", few, 10)


Contest = tuple[races.Check, str, str, list[str], int]
"""How to check, of whom; what is right, a hundred that are wrong, how many may be compared."""


def _text_codes(hub: Any) -> Contest:
    registration, code = _with_code(hub)
    wrong = [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(100)]
    return races.check_text, registration, code, wrong, 5


def _app_codes(hub: Any) -> Contest:
    parent = register(hub, kills._invited(hub), by=("app",))
    shown = {parent.app_code(steps=steps) for steps in (-1, 0, 1)}
    wrong = [code for code in (f"{number:06d}" for number in range(103)) if code not in shown]
    return races.check_app, parent.begin(), parent.app_code(steps=1), wrong[:100], 5


def _recovery_codes(hub: Any) -> Contest:
    parent = register(hub, kills._invited(hub), by=("app",))
    assert parent.signed_in is not None
    codes = recovery_codes.make_all(hub, account_id=parent.signed_in.account_id)
    wrong = [f"0000-0000-0000-{number:04d}" for number in range(100)]
    return races.check_recovery_code, parent.begin(), codes[0], wrong, 5


def _passwords(hub: Any) -> Contest:
    parent = register(hub, kills._invited(hub))
    wrong = [f"wrong password {number}" for number in range(100)]
    return races.check_password, parent.email, PASSWORD, wrong, 10


CONTESTS: dict[str, Callable[[Any], Contest]] = {
    "codes by text": _text_codes,
    "codes of an app": _app_codes,
    "recovery codes": _recovery_codes,
    "passwords": _passwords,
}


def _with_code(hub: Any) -> tuple[str, str]:
    begun = registrations.begin(hub, code=kills._invited(hub).code, conversation_id="sms-1")
    registrations.give_number(hub, begun.registration_id, typed="07700 900123")
    hand_over(hub, number_proof.send_code(hub, begun.registration_id).outgoing_id)
    return begun.registration_id, code_in(hub.texts.all[-1])


def _enumeration(name: str) -> Callable[["Bench"], Iterator[Finding]]:
    """Return the proof that one operation of a running hub does not tell who is known."""

    def prove(bench: Bench) -> Iterator[Finding]:
        url, folder = bench.sqlite(), Path(tempfile.mkdtemp(dir=bench.folder))
        with enumeration.scene(url, folder, 500) as scene:
            operation = scene.operation(name)
            outcome = enumeration.probe(operation, samples=2000)
            asked = f"{len(set(operation.known))}+{len(set(operation.unknown))}"
            alike = "alike" if outcome.is_alike else "differ"
            yield Finding(f"{name}: answers to {asked}", alike, "alike", outcome.is_alike)
            auc = outcome.auc
            p50 = statistics.median(outcome.times[True] + outcome.times[False]) * 1000
            figure, holds = f"{auc:.3f}, p50 {p50:.1f} ms", AUC[0] <= auc <= AUC[1]
            yield Finding(f"{name}: AUC, 2,000 times each", figure, "0.45-0.55", holds)
            strangers = set(scene.everyone.nobody) & set(scene.served.mailed())
            yield Finding(f"{name}: strangers mailed", f"{len(strangers)}", "0", not strangers)

    return prove


def _short(name: str) -> str:
    return "-".join(part for part in re.findall("[a-z-]+", name.lower()) if part != "v")


def prove_links(bench: Bench) -> Iterator[Finding]:
    """Scanners at the link of an invitation, then the person."""
    url = bench.sqlite()
    with bench.hub(url) as hub:
        invitation = kills._invited(hub)
        path = "/register/" + invitation.link.rsplit("/", 1)[-1]
        before = links.state(hub)
        with links.served(_settings(url), hub) as address:
            opened = links.scan(address, path, bench.folder / "browser", times=50)
        unchanged = links.state(hub) == before
        registered = register(hub, invitation, by=("text",)).signed_in is not None
    figure = f"{opened['GET']} GET, {opened['HEAD']} HEAD, {opened['browser']} browser"
    as_meant = opened == {"GET": 50, "HEAD": 50, "browser": 1}
    yield Finding("link opened by scanners", figure, "50, 50, 1", as_meant)
    changes = "unchanged" if unchanged else "changed"
    yield Finding("state after that", changes, "unchanged", unchanged)
    yield Finding("the person registers then", "yes" if registered else "no", "yes", registered)


def prove_limits(_: Bench) -> Iterator[Finding]:
    """Every limit one before, at and after."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-m", "not postgres", "-p", "no:randomly"),
            # limits are at home in every use case; the machines have a proof of their own
            *("tests/hub/accounts", "--ignore=tests/hub/accounts/test_machine.py"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    last = run.stdout.strip().splitlines()[-1] if run.stdout.strip() else run.stderr[-200:]
    yield Finding("limits at their boundaries", last, "all pass", run.returncode == 0)


def _kills(
    name: str, mode: str, fresh: Callable[["Bench"], Callable[[], str]]
) -> Callable[["Bench"], Iterator[Finding]]:
    """Return the proof of a process that is killed, or cut from its database, at every point."""

    def prove(bench: Bench) -> Iterator[Finding]:
        points, faults, repeats = 0, [], Counter[str]()
        for scenario in kills.SCENARIOS:
            folder = Path(tempfile.mkdtemp(dir=bench.folder))
            outcome = kills.run(scenario, fresh(bench), folder, mode=mode)
            points += outcome.points
            faults += outcome.faults
            repeats += outcome.repeats
        for fault in faults:
            print(fault, file=sys.stderr)
        figure = (
            f"{len(faults)} lost or under two names at {points} points "
            f"(again under the same name: {repeats['text']} texts, which the messaging service "
            f"sends once, {repeats['mail']} mails, which arrive twice with one Message-ID)"
        )
        yield Finding(name, figure, "0", not faults and points > 0)

    return prove


def prove_speed(bench: Bench) -> Iterator[Finding]:
    """Sign-ins with password and app, Argon2id at its real cost, four at a time."""
    url = bench.sqlite()
    limits = Limits(sign_ins_per_ip=10**6, password_tries=10**6)
    with bench.hub(url, limits) as hub:
        parents = [
            register(hub, kills._invited(hub, f"parent{number}@example.com"), by=("app",))
            for number in range(40)
        ]
        took: list[float] = []
        spent = 0.0
        for _ in range(5):
            hub.clock.pass_by(30)  # a new code for everyone
            began = time.perf_counter()
            threads = [
                threading.Thread(target=_sign_in_all, args=(parents[number::4], took))
                for number in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            spent += time.perf_counter() - began
    rate = len(took) / spent
    p95 = statistics.quantiles(took, n=20)[-1]
    figure = f"{rate:.1f}/s, p95 {p95 * 1000:.0f} ms, {len(took)} sign-ins"
    succeeded = len(took) == 200
    yield Finding("sign-ins, Argon2id (19 MiB, t=2)", figure, "all succeed", succeeded)


def _sign_in_all(parents: list[Parent], took: list[float]) -> None:
    for parent in parents:
        began = time.perf_counter()
        parent.sign_in_by_app()
        took.append(time.perf_counter() - began)


PROOFS: dict[str, Callable[[Bench], Iterator[Finding]]] = {
    "vectors": prove_vectors,
    "oathtool": prove_oathtool,
    "qr": prove_qr,
    "contract": prove_contract,
    "machine": prove_machine,
    "races": prove_races,
    **{f"enumeration-{_short(name)}": _enumeration(name) for name in enumeration.OPERATIONS},
    "links": prove_links,
    "limits": prove_limits,
    "kills-sqlite": _kills("killed, SQLite", "kill", lambda bench: bench.sqlite),
    "kills-postgresql": _kills("killed, PostgreSQL", "kill", lambda bench: bench.postgres),
    "kills-dropped": _kills("connection dropped, PostgreSQL", "drop", lambda bench: bench.postgres),
    "speed": prove_speed,
}


def main() -> int:
    """Run the proofs and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        default=[],
        help="names, or how several begin: " + ", ".join(PROOFS),
    )
    wanted = parser.parse_args().only
    chosen = [
        name
        for name in PROOFS
        if not wanted or any(name == one or name.startswith(f"{one}-") for one in wanted)
    ]
    if not chosen:
        parser.error("no proof is called that")
    _be_quiet()
    # Stopped from outside, it still ends the servers that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    findings: list[Finding] = []
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        )
        bench = Bench(Path(folder), stack)
        for name in chosen:
            for finding in PROOFS[name](bench):
                findings.append(finding)
                mark = "ok  " if finding.holds else "FAIL"
                line = f"{mark} {finding.what:<48} {finding.figure}  (bound: {finding.bound})"
                print(line, flush=True)
    broken = [finding.what for finding in findings if not finding.holds]
    print(
        json.dumps(
            {
                "check": "hub",
                "findings": {finding.what: finding.figure for finding in findings},
                "broken": broken,
                "took_s": math.ceil(time.perf_counter() - began),
            }
        )
    )
    return 1 if broken else 0


def _be_quiet() -> None:
    """Keep logs and warnings of libraries out of the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


if __name__ == "__main__":
    sys.exit(main())
