"""A client that knows nothing but `hub/openapi.yaml` walks a parent's road at the real hub."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from flask import Flask, jsonify
from jsonschema import ValidationError

from hub.accounts import totp
from tests.contracts import real_hub
from tests.contracts.document import DocumentClient, watch
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage() -> AsyncIterator[tuple[DocumentClient, real_hub.Backstage, FakeClock]]:
    clock = FakeClock()
    with real_hub.running(clock) as (url, backstage):
        client = DocumentClient(url, real_hub.KEY)
        yield client, backstage, clock
        await client.aclose()


async def test_the_road_by_text(stage) -> None:
    call, backstage, _ = stage
    backstage.invite("AB2C-3D4E")

    _, begun = await call(
        "beginRegistration", {"invitation_code": "AB2C-3D4E", "conversation_id": "sms-1"}
    )
    registration = {"registration_id": begun["registration_id"]}
    early, _ = await call("sendSecurityCode", {}, **registration)
    await call("giveNumber", {"number": "07700 900123"}, **registration)
    sent, _ = await call("sendSecurityCode", {}, **registration)
    soon, told = await call("sendSecurityCode", {}, **registration)
    wrong, _ = await call(
        "checkSecurityCode", {"code": backstage.wrong_code_of("sms-1")}, **registration
    )
    _, text = await call("latestSecurityCode", **registration)
    checked, _ = await call(
        "checkSecurityCode", {"code": backstage.code_of("sms-1")}, **registration
    )
    _, status = await call("registrationStatus", **registration)
    linked, _ = await call("makeContinueLink", {}, **registration)
    _, newest = await call("newestRegistration", query={"conversation_id": "sms-1"})
    gone, _ = await call("letGoOfRegistration", **registration)
    missing, _ = await call("showRegistration", **registration)

    assert (early, sent, soon, wrong, checked, linked, gone, missing) == (
        *(409, 202, 429, 422, 200, 201, 204, 404),
    )
    assert told["retry_after_s"] == 30
    assert text["state"] == "delivered"
    assert status["has_number"]
    assert newest["registration"]["state"] == "verified"


async def test_the_road_by_app(stage) -> None:
    call, backstage, clock = stage
    backstage.invite("AB2C-3D4E")
    _, begun = await call(
        "beginRegistration", {"invitation_code": "ab2c 3d4e", "conversation_id": "web-1"}
    )
    registration = {"registration_id": begun["registration_id"]}

    early, _ = await call("confirmAuthenticator", {"code": "123456"}, **registration)
    _, enrolled = await call("enrolAuthenticator", {}, **registration)
    secret = enrolled["setup_key"].replace(" ", "")
    checked, shown = await call(
        "confirmAuthenticator",
        {"code": totp.code_at(secret, totp.step_at(clock.now()))},
        **registration,
    )

    assert (early, checked, shown["state"]) == (409, 200, "verified")


async def test_what_is_asked_for_by_address_is_answered_alike(stage) -> None:
    call, backstage, _ = stage
    backstage.invite("AB2C-3D4E")

    for operation in ("askForInvitation", "askForPasswordReset", "askForFactorHelp"):
        known = await call(operation, {"email": "parent1@example.com"})
        unknown = await call(operation, {"email": "nobody@example.com"})
        assert known == unknown == (202, {})
        refused, _ = await call(operation, {"email": "nonsense"})
        assert refused == 422


async def test_an_assistant_is_told_that_staff_operations_are_not_its_own(stage) -> None:
    call, _, _ = stage

    helpdesk, _ = await call("factorResets")
    erasing, _ = await call("eraseAccount", {"email": "parent1@example.com"})

    assert (helpdesk, erasing) == (401, 401)


@pytest.fixture
async def officers(stage) -> AsyncIterator[tuple[DocumentClient, DocumentClient]]:
    """Two officers, each with a key of their own."""
    url = stage[0].url
    both = tuple(DocumentClient(url, key) for key in real_hub.STAFF_KEYS)
    yield both
    for officer in both:
        await officer.aclose()


async def test_the_road_of_staff(stage, officers) -> None:
    _, backstage, _ = stage
    call, _ = officers
    one = {"email": "one@example.com"}

    invited, _ = await call("invite", one)
    _, seen = await call("accountOverview", one)
    withdrawn, told = await call("withdrawInvitation", one)
    listed, report = await call("importInvitations", "email\none@example.com\nnonsense\n")
    backstage.work()
    _, done = await call("invitationImport", import_id=report["import_id"])
    unlocked, _ = await call("unlockAccount", one)
    erased, _ = await call("eraseAccount", one)
    gone, _ = await call("accountOverview", one)

    assert (invited, withdrawn, listed, unlocked, erased, gone) == (201, 200, 202, 200, 200, 404)
    assert (seen["state"], told) == ("invited", {"withdrawn": True})
    assert (done["invited"], done["refused"]) == (
        1,
        [{"line": 3, "reason": "email-not-accepted"}],
    )


async def test_the_road_of_the_helpdesk(stage, officers) -> None:
    _, backstage, _ = stage
    one, other = officers
    email = backstage.lost_factor()

    _, waiting = await one("factorResets")
    reset = {"reset_id": waiting["factor_resets"][0]["reset_id"]}
    unseen, _ = await one("callBack", {}, **reset)
    early, _ = await other("approveFactorReset", {}, **reset)
    _, contact = await one("factorResetContact", **reset)
    called, _ = await one("callBack", {}, **reset)
    same, _ = await one("approveFactorReset", {}, **reset)
    approved, held = await other("approveFactorReset", {}, **reset)
    _, shown = await one("factorReset", **reset)
    refused, _ = await other("refuseFactorReset", {}, **reset)

    assert (unseen, early, called, same, approved, refused) == (409, 409, 200, 409, 200, 200)
    assert contact == {"number": "+447700900123", "email": email}
    assert held == shown
    assert held["state"] == "held"


async def test_a_request_that_the_document_does_not_describe_is_not_sent(stage) -> None:
    call, _, _ = stage

    with pytest.raises(ValidationError):
        await call("askForInvitation", {"email": "parent1@example.com", "name": "more"})
    with pytest.raises(ValidationError):
        await call("showRegistration", registration_id="not an id")


def test_an_answer_against_the_document_is_seen() -> None:
    app = Flask(__name__)
    faults = watch(app)

    @app.get("/v1/factor-resets")
    def wrong_answer() -> Any:
        return jsonify(factor_resets=[{"more": 1}])

    @app.post("/v1/invitation-requests")
    def takes_anything() -> Any:
        return {}, 202

    app.test_client().get("/v1/factor-resets")
    app.test_client().post("/v1/invitation-requests", json={"email": "a@example.com", "b": 1})

    assert [fault.partition(":")[0] for fault in faults] == [
        "GET /v1/factor-resets",
        "POST /v1/invitation-requests",
    ]
