"""Schemathesis against the running API: every operation, positive and negative, with real ids."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
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

from hub.accounts import imports, invitations, registrations, relay, sign_in
from hub.accounts.factor_resets import waiting
from hub.accounts.hub import Hub
from tests.hub.parts import MailsTaken, MovableClock, read_invitation
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

    def import_id(self) -> str:
        return imports.begin(self.hub, b"email\na@example.com\nnone\n", actor="test")

    def reset_id(self) -> str:
        parent = register(self.hub, self._invite(), by=("app",))
        sign_in.ask_for_help(self.hub, parent.begin())
        return waiting(self.hub)[-1].reset_id


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

    for attempt in (positive, negative):
        try:
            attempt()
        except FailureGroup as exc:
            told = "; ".join(str(failure)[:300] for failure in exc.exceptions)
            outcome.failures.append(f"{operation.label}: {told}")
        except Exception as exc:  # noqa: BLE001 - whatever it was, it is a failure to report
            outcome.failures.append(f"{operation.label}: {type(exc).__name__}: {exc}"[:600])


def _call(case, key: str, outcome: Outcome) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = case.call(headers=headers)
    outcome.calls[case.operation.label] += 1
    outcome.statuses[response.status_code] += 1
    case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])
