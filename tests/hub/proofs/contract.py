"""Schemathesis against the running API: every operation, positive and negative, with real ids.

After the generated requests each operation is asked once for what it is there for, with ids and
codes that are right, and has to do it: one that only ever refuses would keep to its contract too.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.config import ChecksConfig, GenerationConfig, SchemathesisConfig
from schemathesis.config._checks import NegativeDataRejectionConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from hub.accounts import (
    app_proof,
    factor_resets,
    imports,
    invitations,
    number_proof,
    registrations,
    relay,
    sign_in,
    totp,
)
from hub.accounts.factor_resets import waiting
from hub.accounts.hub import Hub
from tests.hub.parts import MailsTaken, MovableClock, TextsTaken, code_in, read_invitation
from tests.hub.people import register

REJECTIONS = ["400", "401", "404", "405", "413", "415", "422"]
"""How a request that is not of the agreed form may be answered; no 5xx among them."""
KEYS = {"assistant": "current-key", "staff": "staff-key"}

load_all_checks()


@dataclass
class World:
    """A hub with one of everything, which calls may use up."""

    hub: Hub
    clock: MovableClock
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def _invite(self):
        email = f"parent{next(self.numbers)}@example.com"
        invitations.invite(self.hub, email=email, actor="test")
        while relay.sweep(self.hub):
            pass
        assert isinstance(self.hub.mails, MailsTaken)
        return read_invitation(self.hub.mails.all[-1])

    def registration_id(self) -> str:
        """A registration with a code on its way."""
        begun = registrations.begin(
            self.hub, code=self._invite().code, conversation_id=f"sms-{next(self.numbers)}"
        )
        registrations.give_number(self.hub, begun.registration_id, typed="07700 900123")
        return begun.registration_id

    def texted(self) -> str:
        """A registration whose code was handed over."""
        registration_id = self.registration_id()
        number_proof.send_code_now(self.hub, registration_id, tried_by=f"ip:{registration_id}")
        return registration_id

    def verified(self) -> str:
        """A registration whose number is proved."""
        registration_id = self.texted()
        number_proof.check_code(self.hub, registration_id, typed=self.newest_code())
        return registration_id

    def newest_code(self) -> str:
        assert isinstance(self.hub.texts, TextsTaken)
        return code_in(self.hub.texts.all[-1])

    def enrolling(self) -> tuple[str, str]:
        """A registration with an app, and what the app shows."""
        registration_id = self.registration_id()
        secret = app_proof.enrol(self.hub, registration_id).setup_key.replace(" ", "")
        return registration_id, totp.code_at(secret, totp.step_at(self.clock.now()))

    def person(self) -> dict[str, str]:
        return {"email": self._invite().email}

    def called_back(self) -> str:
        """A request that waits for its second officer."""
        reset_id = self.reset_id()
        factor_resets.whom_to_call(self.hub, reset_id, officer="officer-b")
        factor_resets.called_back(self.hub, reset_id, officer="officer-b")
        return reset_id

    def shown(self) -> str:
        """A request whose number the officer of the key that asks was shown."""
        reset_id = self.reset_id()
        factor_resets.whom_to_call(self.hub, reset_id, officer="officer-a")
        return reset_id

    def import_id(self) -> str:
        return imports.begin(self.hub, b"email\na@example.com\nnone\n", actor="test")

    def reset_id(self) -> str:
        parent = register(self.hub, self._invite(), by=("app",))
        sign_in.ask_for_help(self.hub, parent.begin())
        return waiting(self.hub)[-1].reset_id


@dataclass(frozen=True)
class Good:
    """A request that is right in every way."""

    body: Any = None
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def _of(registration_id: str, body: Any = None) -> Good:
    return Good(body, {"registration_id": registration_id})


def _of_reset(reset_id: str, body: Any = None) -> Good:
    return Good(body, {"reset_id": reset_id})


def _confirming(world: World) -> Good:
    registration_id, code = world.enrolling()
    return _of(registration_id, {"code": code})


GOOD: Final[dict[str, Callable[[World], Good]]] = {
    "beginRegistration": lambda world: Good(
        {"invitation_code": world._invite().code, "conversation_id": "sms-good"}
    ),
    "newestRegistration": lambda _: Good(query={"conversation_id": "sms-good"}),
    "showRegistration": lambda world: _of(world.registration_id()),
    "letGoOfRegistration": lambda world: _of(world.registration_id()),
    "registrationStatus": lambda world: _of(world.registration_id()),
    "giveNumber": lambda world: _of(world.registration_id(), {"number": "07700 900456"}),
    "sendSecurityCode": lambda world: _of(world.registration_id(), {}),
    "checkSecurityCode": lambda world: _of(world.texted(), {"code": world.newest_code()}),
    "latestSecurityCode": lambda world: _of(world.texted()),
    "enrolAuthenticator": lambda world: _of(world.registration_id(), {}),
    "confirmAuthenticator": _confirming,
    "makeContinueLink": lambda world: _of(world.verified(), {}),
    "invite": lambda _: Good({"email": "new@example.com"}),
    "askForInvitation": lambda world: Good(world.person()),
    "askForPasswordReset": lambda world: Good(world.person()),
    "askForFactorHelp": lambda world: Good(world.person()),
    "withdrawInvitation": lambda world: Good(world.person()),
    "importInvitations": lambda _: Good("email\nlisted@example.com\n"),
    "invitationImport": lambda world: Good(ids={"import_id": world.import_id()}),
    "accountOverview": lambda world: Good(world.person()),
    "unlockAccount": lambda world: Good(world.person()),
    "eraseAccount": lambda world: Good(world.person()),
    "factorResets": lambda _: Good(),
    "factorReset": lambda world: _of_reset(world.reset_id()),
    "factorResetContact": lambda world: _of_reset(world.reset_id()),
    "callBack": lambda world: _of_reset(world.shown(), {}),
    "approveFactorReset": lambda world: _of_reset(world.called_back(), {}),
    "refuseFactorReset": lambda world: _of_reset(world.reset_id(), {}),
}
"""What each operation is there for."""


@dataclass
class Outcome:
    """What a run has found."""

    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run(app: Flask, world: World, *, examples: int) -> Outcome:
    """Call every operation with generated requests and check each answer against the contract."""
    config = SchemathesisConfig()
    config.projects.default.generation = GenerationConfig(modes=list(GenerationMode))
    config.projects.default.checks = ChecksConfig(
        negative_data_rejection=NegativeDataRejectionConfig(expected_statuses=REJECTIONS)
    )
    schema = schemathesis.openapi.from_wsgi("/openapi.yaml", app, config=config)
    outcome = Outcome()
    for result in schema.get_all_operations():
        operation = result.ok()
        _probe(operation, world, outcome, examples)
    return outcome


def _probe(operation, world: World, outcome: Outcome, examples: int) -> None:
    security = operation.definition.raw.get("security", [{"assistant": []}])
    key = KEYS[next(iter(security[-1]))]
    ids: dict[str, str] = {}

    @seed(20260301)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def positive(case) -> None:
        for name in list(case.path_parameters or {}):
            if name not in ids:
                ids[name] = getattr(world, name)()
            case.path_parameters[name] = ids[name]
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = str(uuid4())
        world.clock.pass_by(20)
        _call(case, key, outcome)

    @seed(20260302)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def negative(case) -> None:
        _call(case, key, outcome)

    def good() -> None:
        world.clock.pass_by(timedelta(days=1))  # what was asked before counts no more
        made = GOOD[operation.definition.raw["operationId"]](world)
        headers = {"Idempotency-Key": str(uuid4())} if operation.method != "get" else {}
        body = {} if made.body is None else {"body": made.body, "media_type": _media_type(made)}
        case = operation.Case(
            path_parameters=made.ids, headers=headers, query=made.query, _meta=None, **body
        )
        status = _call(case, key, outcome)
        assert status < 300, f"{status} to a request that is right in every way"

    for attempt in (positive, negative, good):
        try:
            attempt()
        except FailureGroup as exc:
            told = "; ".join(str(failure)[:300] for failure in exc.exceptions)
            outcome.failures.append(f"{operation.label}: {told}")
        except Exception as exc:  # noqa: BLE001 - whatever it was, it is a failure to report
            outcome.failures.append(f"{operation.label}: {type(exc).__name__}: {exc}"[:600])


def _media_type(made: Good) -> str:
    return "text/csv" if isinstance(made.body, str) else "application/json"


def _call(case, key: str, outcome: Outcome) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    response = case.call(headers=headers)
    outcome.calls[case.operation.label] += 1
    outcome.statuses[response.status_code] += 1
    case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])
    return int(response.status_code)
