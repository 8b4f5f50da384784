"""The door: who may come in, and with what."""

import aiohttp
import pytest
from support import Bot, Ours

from bot.channels.edge import MAX_BODY_BYTES, MAX_TEXT_CHARACTERS, EdgeChannel
from bot.errors import WrongConfiguration


@pytest.mark.parametrize("token", [None, "", "wrong", "test-channel-toke", "test-channel-token2"])
async def test_nobody_without_the_token_comes_in(ours: Ours, token: str | None) -> None:
    response = await ours.post(ours.turn("hello"), token=token)

    assert response.status == 401
    assert await ours.app.ctx.trackers.retrieve(ours.conversation) is None


async def test_another_scheme_than_bearer_is_refused(ours: Ours) -> None:
    headers = {"Authorization": "Basic test-channel-token"}
    response = await ours.fetch("POST", "/webhooks/edge/turns", json={}, headers=headers)

    assert response.status == 401


async def test_the_old_token_still_opens_while_it_is_replaced() -> None:
    channel = EdgeChannel.from_credentials({"tokens": "new,old"})

    assert channel._tokens == ("new", "old")


@pytest.mark.parametrize("credentials", [None, {}, {"tokens": ""}, {"tokens": " , "}])
def test_a_channel_without_a_token_is_not_opened(credentials: dict[str, str] | None) -> None:
    with pytest.raises(WrongConfiguration, match="tokens"):
        EdgeChannel.from_credentials(credentials)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 30_000,
        b'{"turn_id": "1"}',
        b'{"turn_id": "", "conversation_id": "web-1", "channel": "webchat", "text": "hello"}',
        b'{"turn_id": "1", "conversation_id": "", "channel": "webchat", "text": "hello"}',
        b'{"turn_id": "1", "conversation_id": "web-1", "channel": "fax", "text": "hello"}',
        b'{"turn_id": "1", "conversation_id": "web-1", "channel": "sms", "text": 7}',
    ],
)
async def test_a_malformed_turn_is_refused(ours: Ours, body: bytes) -> None:
    response = await ours.post(body)

    assert response.status == 400


@pytest.mark.parametrize(("length", "status"), [(-1, 200), (0, 200), (1, 400)])
async def test_the_longest_text_is_taken_and_a_longer_one_is_not(
    ours: Ours, length: int, status: int
) -> None:
    response = await ours.post(ours.turn("hello " + "h" * (MAX_TEXT_CHARACTERS + length - 6)))

    assert response.status == status


@pytest.mark.parametrize("over", [1, 500_000])
async def test_a_body_over_the_limit_is_not_read(ours: Ours, over: int) -> None:
    response = await ours.post(b" " * (MAX_BODY_BYTES + over))

    assert response.status == 413


async def test_other_methods_and_pages_are_not_there(ours: Ours) -> None:
    assert (await ours.fetch("GET", "/webhooks/edge/turns")).status == 405
    for page in ("/", "/version", "/status", "/model/parse", "/conversations/x/tracker"):
        assert (await ours.fetch("GET", page)).status == 404


@pytest.mark.tamed
async def test_nobody_can_speak_for_another_conversation(assistant: Bot) -> None:
    # The channel that the stock scaffold opens: no token, and any sender that the caller names.
    url = f"http://127.0.0.1:{assistant.port}/webhooks/rest/webhook"
    body = {"sender": "sms-somebody-else", "message": "hello"}
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        status = response.status

    assert status in (401, 404)


@pytest.mark.parametrize("channel", ["rest", "twilio", "socketio", "callback"])
async def test_rasas_own_channels_are_not_there(ours: Ours, channel: str) -> None:
    response = await ours.fetch("POST", f"/webhooks/{channel}/webhook", json={})

    assert response.status == 404


async def test_an_error_page_tells_nothing(ours: Ours) -> None:
    response = await ours.fetch("GET", "/webhooks/edge/secret-07700900123")

    assert response.document == {"error": "not found"}
