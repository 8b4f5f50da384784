"""The invite button, against a hub that answers as the contract says and otherwise."""

import socket

import pytest
from pytest_httpserver import HTTPServer

from simulator.invite import (
    AWAY,
    NONSENSE,
    NOT_ACCEPTED,
    TOO_MANY,
    UNAUTHORISED,
    HubInvitations,
    InvitationRefused,
)

PATH = "/v1/invitations"
INVITED = {"invitation_id": "4b0c", "expires_at": "2026-11-26T19:00:00Z"}


@pytest.fixture
def hub(httpserver: HTTPServer) -> HTTPServer:
    return httpserver


def client(hub: HTTPServer) -> HubInvitations:
    return HubInvitations(url=hub.url_for(PATH), api_key="a-key")


def test_an_invitation_is_asked_for_as_the_contract_says(hub: HTTPServer) -> None:
    hub.expect_request(
        PATH,
        method="POST",
        json={"email": "parent@example.com"},
        headers={"Authorization": "Bearer a-key"},
    ).respond_with_json(INVITED, status=201)

    invited = client(hub).invite("parent@example.com")

    assert invited.invitation_id == "4b0c"
    assert hub.log[0][0].headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("status", "document", "sentence"),
    [
        (422, {"type": "urn:ehc-hub:problem:email-not-accepted"}, NOT_ACCEPTED),
        (401, {}, UNAUTHORISED),
        (403, {}, UNAUTHORISED),
        (429, {"type": "urn:ehc-hub:problem:too-many-sends"}, TOO_MANY),
        (500, {}, "The hub refused with status 500. Nobody was invited."),
        (201, {}, NONSENSE),
        (201, ["no"], NONSENSE),
        (200, INVITED, "The hub refused with status 200. Nobody was invited."),
    ],
)
def test_whatever_else_the_hub_says_becomes_an_honest_sentence(
    hub: HTTPServer, status: int, document: object, sentence: str
) -> None:
    hub.expect_request(PATH).respond_with_json(document, status=status)

    with pytest.raises(InvitationRefused) as raised:
        client(hub).invite("parent@example.com")

    assert str(raised.value) == sentence


def test_a_hub_that_is_away_invites_nobody() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}{PATH}"

        with pytest.raises(InvitationRefused) as raised:
            HubInvitations(url=url, api_key="a-key").invite("parent@example.com")

    assert str(raised.value) == AWAY
