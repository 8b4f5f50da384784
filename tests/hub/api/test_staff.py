"""What staff systems and the helpdesk ask, with keys of their own."""

from uuid import uuid4

import pytest

from hub import last_resort
from hub.accounts import sign_in
from hub.store import audit
from hub.store.tables import KeptAnswer
from tests.hub.people import register


@pytest.fixture
def staff(client, call):
    def _staff(method, path, body=None, *, key="staff-key", **options):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid4())}
        return client.open(path, method=method, json=body, headers=headers, **options)

    return _staff


STAFF_ONLY = [
    ("POST", "/v1/invitation-withdrawals"),
    ("POST", "/v1/invitation-imports"),
    ("GET", "/v1/invitation-imports/4c2a9a0e-0000-4000-8000-000000000000"),
    ("POST", "/v1/accounts/overview"),
    ("POST", "/v1/accounts/unlock"),
    ("POST", "/v1/accounts/erase"),
    ("GET", "/v1/factor-resets"),
    ("GET", "/v1/factor-resets/4c2a9a0e-0000-4000-8000-000000000000"),
    ("GET", "/v1/factor-resets/4c2a9a0e-0000-4000-8000-000000000000/contact"),
    ("POST", "/v1/factor-resets/4c2a9a0e-0000-4000-8000-000000000000/call-back"),
    ("POST", "/v1/factor-resets/4c2a9a0e-0000-4000-8000-000000000000/approval"),
    ("POST", "/v1/factor-resets/4c2a9a0e-0000-4000-8000-000000000000/refusal"),
]


@pytest.mark.parametrize(("method", "path"), STAFF_ONLY)
def test_the_assistants_key_opens_nothing_of_staff(call, method, path) -> None:
    assert call(method, path, {}).status_code == 401


def test_the_staff_key_opens_nothing_of_a_parents(staff) -> None:
    assert staff("GET", "/v1/registrations?conversation_id=sms-1").status_code == 401


def test_the_helpdesk_takes_its_steps(staff, hub, invite, clock) -> None:
    parent = register(hub, invite())
    sign_in.ask_for_help(hub, parent.begin())
    waiting = staff("GET", "/v1/factor-resets").json["factor_resets"]
    path = f"/v1/factor-resets/{waiting[0]['reset_id']}"

    other = "other-staff-key"
    early = staff("POST", f"{path}/approval", {}, key=other)
    unseen = staff("POST", f"{path}/call-back", {})
    contact = staff("GET", f"{path}/contact")
    called = staff("POST", f"{path}/call-back", {})
    same = staff("POST", f"{path}/approval", {})
    approved = staff("POST", f"{path}/approval", {}, key=other)

    assert early.json["type"].endswith("call-back-needed")
    assert unseen.json["type"].endswith("number-not-shown")
    assert contact.json == {"number": "+447700900123", "email": parent.email}
    assert called.json["state"] == "approval_needed"
    assert same.json["type"].endswith("second-officer-needed")
    assert (approved.json["state"], approved.json["due_at"][:10]) == ("held", "2026-03-03")


def test_who_an_officer_is_the_key_says(staff, hub, invite) -> None:
    sign_in.ask_for_help(hub, register(hub, invite()).begin())
    waiting = staff("GET", "/v1/factor-resets").json["factor_resets"]
    path = f"/v1/factor-resets/{waiting[0]['reset_id']}"

    named = staff("POST", f"{path}/refusal", {"officer": "someone-else"})
    refused = staff("POST", f"{path}/refusal", {})

    with hub.store.transaction() as session:
        entry = list(audit.entries(session))[-1]
    assert named.json["type"].endswith("malformed-request")
    assert refused.json["state"] == "refused"
    assert (entry.event, entry.actor) == ("factor_reset.refused", "officer-a")


def test_a_list_is_imported(client, staff) -> None:
    headers = {"Authorization": "Bearer staff-key", "Idempotency-Key": "list-1"}
    answer = client.post(
        "/v1/invitation-imports",
        data=b"email\n" + b"a@example.com\n" * 2000,
        content_type="text/csv; charset=utf-8",
        headers=headers,
    )

    report = staff("GET", f"/v1/invitation-imports/{answer.json['import_id']}")

    assert answer.status_code == 202
    assert (report.json["total"], report.json["done"]) == (2000, 1999)


def test_a_list_over_a_mebibyte_is_too_large(client) -> None:
    headers = {"Authorization": "Bearer staff-key", "Idempotency-Key": "list-2"}
    answer = client.post(
        "/v1/invitation-imports",
        data=b"x" * (1024 * 1024 + 1),
        content_type="text/csv",
        headers=headers,
    )

    assert answer.json["type"].endswith("too-large")


def test_accounts_are_shown_unlocked_and_erased(staff, hub, invite) -> None:
    parent = register(hub, invite())
    body = {"email": parent.email}

    shown = staff("POST", "/v1/accounts/overview", body)
    unlocked = staff("POST", "/v1/accounts/unlock", body)
    erased = staff("POST", "/v1/accounts/erase", body)
    gone = staff("POST", "/v1/accounts/overview", body)

    assert shown.json["state"] == "registered"
    assert unlocked.json == erased.json == {"account_id": shown.json["account_id"]}
    assert gone.json["type"].endswith("not-found")


def test_the_answers_to_an_erased_person_are_gone_too(call, staff, hub, invite) -> None:
    invitation = invite()
    other = call.begin(invite().code, "sms-2")
    registration = call.begin(invitation.code)
    path = f"/v1/registrations/{registration}"
    call("POST", f"{path}/authenticators", {}, key="enrol")
    call("POST", f"/v1/registrations/{other}/authenticators", {}, key="other")

    staff("POST", "/v1/accounts/erase", {"email": invitation.email})

    with hub.store.transaction() as session:
        kept = session.query(KeptAnswer.registration_id).all()
    again = call("POST", f"{path}/authenticators", {}, key="enrol")
    assert {row.registration_id for row in kept} == {other, None}  # None: that of the erasure
    assert again.status_code == 404


def test_an_app_is_set_up_in_a_conversation(call, invite) -> None:
    from hub.accounts import totp
    from tests.hub.parts import START

    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"

    enrolled = call("POST", f"{path}/authenticators", {})
    secret = enrolled.json["setup_key"].replace(" ", "")
    checked = call(
        "POST", f"{path}/authenticators/check", {"code": totp.code_at(secret, totp.step_at(START))}
    )
    status = call("GET", f"{path}/status")
    link = call("POST", f"{path}/continue-links", {})

    assert secret in enrolled.json["otpauth_uri"]
    assert (checked.json["state"], checked.json["number_ends_with"]) == ("verified", None)
    assert (status.json["has_app"], status.json["has_number"], status.json["locked_for_s"]) == (
        True,
        False,
        None,
    )
    assert link.status_code == 201


def test_the_status_tells_of_a_lock(call, invite) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("POST", f"{path}/authenticators", {})
    for _ in range(5):
        call("POST", f"{path}/authenticators/check", {"code": "000000"})

    status = call("GET", f"{path}/status").json

    assert (status["locked_for_s"], status["needs_help"]) == (900, False)


def test_metrics_count_events_and_answers(client, call, invite) -> None:
    call.begin(invite().code)

    page = client.get("/metrics").text

    assert 'hub_events_total{event="registration.begun"} 1.0' in page
    assert 'hub_api_seconds_count{operation="registrations.begin",status="201"} 1.0' in page
    assert 'hub_waiting{what="mail_requests"} 0.0' in page


def test_what_nothing_catches_is_answered_without_a_trace(capsys) -> None:
    def broken(environ, start_response):
        raise ValueError("07700 900123")

    started = []
    body = last_resort.guarded(broken)({}, lambda *given: started.append(given))

    assert started[0][0] == "500 Internal Server Error"
    assert b"urn:ehc-hub:problem:internal" in b"".join(body)
    assert "900123" not in str(capsys.readouterr())
