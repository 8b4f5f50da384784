"""The messaging service as the hub calls it: a text once, and every failure one of ours."""

import json
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from clients.errors import ClientError, Nonsense, Refused, Unreachable
from clients.messaging import REASONS, STATES, MessagingClient, Offer

TEXT = {
    "to": "+447700900123",
    "body": "123456 is your code",
    "purpose": "security_code",
    "valid_for_s": 600,
    "idempotency_key": "key-1",
}


@pytest.fixture
def client(httpserver: HTTPServer) -> Iterator[MessagingClient]:
    made = MessagingClient(httpserver.url_for(""), "the-key")
    yield made
    made.close()


def test_a_text_is_handed_over_with_its_key(httpserver, client) -> None:
    seen: list[Request] = []

    def take(request: Request) -> Response:
        seen.append(request)
        return Response(json.dumps({"text_id": "t-1", "state": "created"}), 202)

    httpserver.expect_request("/v1/texts", method="POST").respond_with_handler(take)

    assert client.send(**TEXT) == "t-1"
    assert seen[0].headers["Authorization"] == "Bearer the-key"
    assert seen[0].headers["Idempotency-Key"] == "key-1"
    assert seen[0].get_json() == {
        name: value for name, value in TEXT.items() if name != "idempotency_key"
    }


@pytest.mark.parametrize("state", sorted(STATES))
@pytest.mark.parametrize("reason", [None, *sorted(REASONS)])
def test_every_state_and_reason_is_understood(httpserver, client, state, reason) -> None:
    httpserver.expect_request("/v1/texts/t-1").respond_with_json(
        {"text_id": "t-1", "state": state, "reason": reason, "segments": 1}
    )

    assert client.state("t-1") == (state, reason)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (429, "{}", Unreachable),
        (500, "{}", Unreachable),
        (503, "down for maintenance", Unreachable),
        (302, "", Nonsense),
        (200, "<html>", Nonsense),
        (202, "{}", Nonsense),
        (202, '{"text_id": 7}', Nonsense),
        (202, '{"text_id": ""}', Nonsense),
        (202, "[]", Nonsense),
        (401, "", Refused),
        (422, '{"type": "urn:ehc-messaging:problem:number-not-accepted"}', Refused),
    ],
)
def test_every_other_answer_is_an_error_that_names_no_value(
    httpserver, client, status, body, error
) -> None:
    httpserver.expect_request("/v1/texts").respond_with_data(
        body, status=status, content_type="application/json"
    )

    with pytest.raises(error) as failure:
        client.send(**TEXT)

    assert "900123" not in str(failure.value)
    assert "123456" not in str(failure.value)


def test_a_refusal_carries_its_problem(httpserver, client) -> None:
    httpserver.expect_request("/v1/texts").respond_with_json(
        {"type": "urn:ehc-messaging:problem:opted-out"}, status=422
    )

    with pytest.raises(Refused) as refusal:
        client.send(**TEXT)

    assert (refusal.value.status, refusal.value.problem) == (422, "opted-out")


@pytest.mark.parametrize(
    "answer",
    [{"state": "on its way", "reason": None}, {"state": "failed", "reason": "fog"}, {}],
)
def test_a_state_that_is_none_is_nonsense(httpserver, client, answer) -> None:
    httpserver.expect_request("/v1/texts/t-1").respond_with_json(answer)

    with pytest.raises(Nonsense):
        client.state("t-1")


def test_a_service_that_is_not_there_is_unreachable() -> None:
    client = MessagingClient("http://127.0.0.1:9", "key")

    for call in (lambda: client.send(**TEXT), lambda: client.state("t-1")):
        with pytest.raises(Unreachable) as failure:
            call()
        assert isinstance(failure.value, ClientError)
        assert failure.value.neighbour == "messaging"
    client.close()


OFFER = {
    "team": "the SEND team",
    "is_open": False,
    "back": "on Monday at 9am",
    "wait": None,
    "number_ends_with": "123",
    "version": "2026-11",
}


def test_the_facts_of_an_offer_are_read(httpserver, client) -> None:
    httpserver.expect_request("/v1/handoffs/sms-1/offer").respond_with_json({"offer": OFFER})

    assert client.offer("sms-1") == Offer(**OFFER)


def test_no_helpdesk_is_none_and_no_answer_is_an_error(httpserver, client) -> None:
    httpserver.expect_request("/v1/handoffs/sms-1/offer").respond_with_json({"offer": None})
    httpserver.expect_request("/v1/handoffs/sms-2/offer").respond_with_json({})

    assert client.offer("sms-1") is None
    with pytest.raises(Nonsense):
        client.offer("sms-2")


@pytest.mark.parametrize(
    ("name", "value"), [("team", None), ("version", 1), ("is_open", "yes"), ("back", 9)]
)
def test_facts_of_another_form_are_nonsense(httpserver, client, name, value) -> None:
    httpserver.expect_request("/v1/handoffs/sms-1/offer").respond_with_json(
        {"offer": {**OFFER, name: value}}
    )

    with pytest.raises(Nonsense):
        client.offer("sms-1")
