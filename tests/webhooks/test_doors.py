import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from clients import redis_link
from messaging.store.schema import messages, opt_outs
from tests.messaging.neighbours import signature
from tests.webhooks.conftest import API_KEY, PUBLIC, SID, TOKEN, StaffedEdge
from webhooks import guards
from webhooks.app import BUSY_TIMEOUT_S, Edge, create_app
from webhooks.guards import GuardedBlueprint

DOCS = Path(__file__).resolve().parents[2] / "docs/twilio.md"
SMS = "/webhooks/twilio/sms"
BEARER = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "challenge-1"}
TEXT = {"to": "+447700900123", "body": "hi", "purpose": "notice", "valid_for_s": 600}


def text(client: FlaskClient, **fields: str) -> int:
    form = {"MessageSid": "SM1", "AccountSid": SID, "From": "+447700900123", "Body": "hi"} | fields
    signed = signature(TOKEN, PUBLIC + SMS, list(form.items()))
    response = client.post(SMS, data=form, headers={"X-Twilio-Signature": signed})
    return response.status_code


def stored(edge: Edge) -> list[tuple[str, str, str]]:
    with edge.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.kind, messages.c.text, messages.c.state).order_by(messages.c.seq)
        )
        return [(row.kind, row.text, row.state) for row in rows]


def test_every_blueprint_has_a_guard(edge: Edge) -> None:
    for app in (edge.public, edge.internal):
        assert app.blueprints
        assert all(isinstance(door, GuardedBlueprint) for door in app.blueprints.values())
        assert all(rule.endpoint.count(".") == 1 for rule in app.url_map.iter_rules())


def test_only_health_and_the_chat_page_are_open_to_everybody(edge: Edge) -> None:
    unguarded = {
        door.name
        for app in (edge.public, edge.internal)
        for door in app.blueprints.values()
        if isinstance(door, GuardedBlueprint) and door.guard is guards.everybody
    }

    assert unguarded == {"health", "webchat_site"}


@pytest.mark.parametrize(
    ("fields", "kind", "kept"),
    [
        ({"Body": "hello"}, "text", "hello"),
        ({"Body": ""}, "empty", ""),
        ({"Body": " \u200b\x00 "}, "text", "\u200b"),
        ({"Body": "", "NumMedia": "1"}, "media", ""),
        ({"Body": "look", "NumMedia": "1"}, "text", "look"),
        ({"Body": "a" * 1600}, "text", "a" * 1600),
        ({"Body": "a" * 1601}, "too_long", "a" * 1600),
        ({"Body": "Stop"}, "stop", "Stop"),
        ({"Body": "HELP"}, "help", "HELP"),
        ({"Body": "yes"}, "text", "yes"),
        ({"Body": "/restart"}, "text", "/restart"),
        ({"Body": "my code is 123456"}, "text", "my code is __code__"),
        ({"Body": "__code__"}, "text", "_code_"),
        ({"NumMedia": "many"}, "text", "hi"),
    ],
)
def test_a_text_is_stored_masked_and_told_apart(
    edge: Edge, public: FlaskClient, fields: dict[str, str], kind: str, kept: str
) -> None:
    assert text(public, **fields) == 200

    assert stored(edge) == [(kind, kept, "waiting")]


def test_a_keyword_that_the_carrier_has_answered_is_not_answered_again(
    edge: Edge, public: FlaskClient
) -> None:
    text(public, Body="HELP", OptOutType="HELP")
    text(public, MessageSid="SM2", Body="stop now", OptOutType="STOP")

    assert stored(edge) == [("help", "HELP", "done"), ("stop", "stop now", "done")]


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": ""},
        {"From": ""},
        {"MessageSid": "S" * 65},
        {"From": "+" + "4" * 65},
    ],
)
def test_a_signed_webhook_without_what_is_needed_is_a_bad_request(
    public: FlaskClient, fields: dict[str, str]
) -> None:
    assert text(public, **fields) == 400


def test_a_request_that_is_far_too_large_is_refused(public: FlaskClient) -> None:
    assert text(public, Body="a" * 70_000) in (403, 413)


def test_while_the_database_is_away_a_text_is_spooled_and_replayed_in_order(
    edge: Edge, public: FlaskClient
) -> None:
    with edge.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE messages RENAME TO elsewhere")
    answers = [text(public, MessageSid=f"SM{n}", Body=f"part {n}") for n in range(3)]
    with edge.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO messages")
    # One that comes now may not overtake the three.
    answers.append(text(public, MessageSid="SM3", Body="part 3"))

    edge.spool.replay(edge.take)

    assert answers == [200] * 4
    assert [kept for _, kept, _ in stored(edge)] == [f"part {n}" for n in range(4)]


def test_a_text_is_asked_for_with_a_key_only(internal: FlaskClient) -> None:
    wrong = {"Authorization": "Bearer wrong", "Idempotency-Key": "1"}

    assert internal.post("/v1/texts", json=TEXT).status_code == 401
    assert internal.post("/v1/texts", json=TEXT, headers=wrong).status_code == 401
    assert internal.post("/v1/texts", json=TEXT, headers=BEARER).status_code == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "07700900123"}, "to"),
        ({"to": "+441785223344"}, "to"),
        ({"to": "+447012345678"}, "to"),
        ({"to": "+353871234567"}, "to"),
        ({"to": 447700900123}, "to"),
        ({"body": ""}, "body"),
        ({"body": "a" * 460}, "body"),
        ({"purpose": "advert"}, "purpose"),
        ({"valid_for_s": 0}, "valid_for_s"),
        ({"valid_for_s": 36001}, "valid_for_s"),
        ({"valid_for_s": 10**30}, "valid_for_s"),
        ({"valid_for_s": "600"}, "valid_for_s"),
        ({"valid_for_s": True}, "valid_for_s"),
    ],
)
def test_a_text_that_is_not_ours_to_send_is_refused_with_the_field(
    internal: FlaskClient, change: dict[str, object], field: str
) -> None:
    response = internal.post("/v1/texts", json=TEXT | change, headers=BEARER)

    assert (response.status_code, response.get_json()["field"]) == (422, field)


@pytest.mark.parametrize("seconds", [1, 36000])
def test_a_life_at_the_edge_of_what_is_allowed_is_taken(
    internal: FlaskClient, seconds: int
) -> None:
    wanted = TEXT | {"valid_for_s": seconds}

    assert internal.post("/v1/texts", json=wanted, headers=BEARER).status_code == 202


def test_a_text_needs_an_idempotency_key(internal: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}

    assert internal.post("/v1/texts", json=TEXT, headers=headers).status_code == 422


def test_an_unknown_text_is_not_found(internal: FlaskClient) -> None:
    assert internal.get("/v1/texts/" + "0" * 32, headers=BEARER).status_code == 404


def test_the_edge_is_alive_but_not_ready_without_workers(public: FlaskClient) -> None:
    assert public.get("/healthz").status_code == 200
    response = public.get("/readyz")
    assert (response.status_code, response.get_json()["missing"]) == (503, ["workers"])


def test_an_error_shows_nothing_of_what_was_sent() -> None:
    def broken() -> None:
        raise RuntimeError("sesame")

    door = GuardedBlueprint("broken", __name__, guard=broken)
    door.get("/")(lambda: "never")
    app: Flask = create_app("test", [door])

    response = app.test_client().get("/")

    assert response.status_code == 500
    assert b"sesame" not in response.data


def test_the_facts_of_an_offer_are_told_to_who_has_the_key(
    staffed_edge: StaffedEdge,
) -> None:
    number = "+447700900123"
    internal = staffed_edge.internal.test_client()
    text(staffed_edge.public.test_client(), From=number)
    conversation_id = staffed_edge.contacts.conversation_id(number)
    path = f"/v1/handoffs/{conversation_id}/offer"

    told = internal.get(path, headers=BEARER).get_json()["offer"]

    assert told["number_ends_with"] == "123"
    assert told["team"] == "the SEND team"
    assert internal.get(path).status_code == 401
    assert staffed_edge.public.test_client().get(path, headers=BEARER).status_code == 404


def test_without_a_helpdesk_there_is_no_offer(edge: Edge) -> None:
    answer = edge.internal.test_client().get("/v1/handoffs/sms-1/offer", headers=BEARER)

    assert answer.get_json() == {"offer": None}


def test_a_text_is_in_the_spool_before_the_carrier_has_given_up(
    edge: Edge, public: FlaskClient
) -> None:
    (waits_ms,) = re.findall(r"`https://HOST/webhooks/twilio/sms#\S*&rt=(\d+)`", DOCS.read_text())
    # Redis may hang first, for the length of two tries.
    assert int(waits_ms) / 1000 >= BUSY_TIMEOUT_S + 2 * redis_link.TIMEOUT_S

    with edge.database.transaction():  # somebody else writes and does not end
        status = text(public)

    assert (status, edge.spool.count()) == (200, 1)


BROKEN = [b"caf%E9", b"%FF%FE", b"%ED%A0%80", b"%C3", b"%F5%80%80%80 hello", b"a%00b%FF"]


@pytest.mark.parametrize("sent", BROKEN)
def test_bytes_that_are_no_text_are_taken_in_as_what_can_be_read_of_them(
    edge: Edge, public: FlaskClient, sent: bytes
) -> None:
    fields = {"MessageSid": "SM1", "AccountSid": SID, "From": "+447700900123"}
    form: dict[str, Any] = {
        "data": urlencode(fields).encode() + b"&Body=" + sent,
        "content_type": "application/x-www-form-urlencoded",
    }
    read = EnvironBuilder(method="POST", **form).get_request().form
    signed = signature(TOKEN, PUBLIC + SMS, list(read.items()))

    response = public.post(SMS, headers={"X-Twilio-Signature": signed}, **form)

    assert response.status_code == 200
    assert len(stored(edge)) == 1


@pytest.mark.parametrize("field", [b"Body", b"From", b"MessageSid", b"%FF", b"AccountSid"])
@pytest.mark.parametrize("path", [SMS, "/webhooks/twilio/status?text=%FF"])
def test_bytes_that_are_no_text_are_refused_where_the_signature_is_over_something_else(
    edge: Edge, public: FlaskClient, field: bytes, path: str
) -> None:
    """The carrier's list, which is read later, has the text all the same."""
    fields = {"MessageSid": "SM1", "AccountSid": SID, "From": "+447700900123", "Body": "hi"}
    signed = signature(TOKEN, PUBLIC + path, list(fields.items()))

    response = public.post(
        path,
        data=urlencode(fields).encode() + b"&" + field + b"=%FF",
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signed},
    )

    assert response.status_code == 403
    assert stored(edge) == []


def test_start_that_the_carrier_has_answered_is_taken_and_not_answered_again(
    edge: Edge, public: FlaskClient
) -> None:
    text(public, MessageSid="SM1", Body="STOP", OptOutType="STOP")
    text(public, MessageSid="SM2", Body="START", OptOutType="START")

    assert stored(edge) == [("stop", "STOP", "done"), ("start", "START", "done")]
    with edge.database.reading() as connection:
        assert connection.execute(select(opt_outs)).all() == []
