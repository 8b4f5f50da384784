"""What the doors take, refuse and give, as docs/webchat.md has it."""

import base64
import contextlib
import json
import sqlite3
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from messaging.chat.schema import chat_posts
from tests.messaging.redis_server import RedisServer
from tests.webhooks.chat.conftest import COUNCIL, Chat, Visitor
from webhooks.chat import site
from webhooks.chat.limits import MESSAGES, SESSIONS_BY_ADDRESS
from webhooks.chat.problems import Problem
from webhooks.chat.requests import MAX_BODY_BYTES, MAX_CHARACTERS, read_post
from wire.envelope import Button
from wire.placeholders import outward

STRANGER = "https://council.example.evil.example"

ID = str(uuid4())


def problem(answer: Any) -> str:
    return str(answer.json["type"]).removeprefix("urn:ehc-hub:problem:")


def as_text(piece: str | bytes) -> str:
    return piece if isinstance(piece, str) else piece.decode()


def test_a_message_is_taken_with_202_and_stands_in_the_log(chat: Chat) -> None:
    visitor = chat.begin()

    answer = visitor.send("Hello")

    assert answer.status_code == 202
    assert [(m["id"], m["author"], m["text"]) for m in visitor.log()] == [
        (answer.json["id"], "parent", "Hello")
    ]


def test_the_same_client_id_is_the_same_message(chat: Chat) -> None:
    visitor, client_id = chat.begin(), str(uuid4())

    answers = [visitor.send(text, client_id) for text in ("Hello", "Hello", "something else")]

    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json["id"] for answer in answers} == {answers[0].json["id"]}
    assert [m["text"] for m in visitor.log()] == ["Hello"]


def test_the_same_client_id_in_another_conversation_is_another_message(chat: Chat) -> None:
    client_id = str(uuid4())
    first, second = chat.begin(), chat.begin()

    first.send("mine", client_id)
    second.send("theirs", client_id)

    assert [m["text"] for m in first.log()] == ["mine"]
    assert [m["text"] for m in second.log()] == ["theirs"]


def test_secrets_are_masked_before_they_are_stored(chat: Chat) -> None:
    visitor = chat.begin()

    answer = visitor.send("my code is 482915, my password is Winter-2025!")

    assert answer.json["text"] == visitor.log()[0]["text"]
    assert "482915" not in answer.text
    assert "Winter" not in answer.text


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (0, 422),
        (1, 202),
        (MAX_CHARACTERS - 1, 202),
        (MAX_CHARACTERS, 202),
        (MAX_CHARACTERS + 1, 422),
    ],
)
def test_a_message_has_1_to_1600_characters(chat: Chat, length: int, status: int) -> None:
    assert chat.begin().send("é" * length).status_code == status


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ([], "not-an-object"),
        ({"text": "x"}, "id-not-a-uuid"),
        ({"client_id": "1", "text": "x"}, "id-not-a-uuid"),
        ({"client_id": str(uuid4())}, "text-missing"),
        ({"client_id": str(uuid4()), "text": 5}, "text-missing"),
        ({"client_id": str(uuid4()), "choice": "x"}, "choice-not-an-object"),
        (
            {"client_id": str(uuid4()), "choice": {"message": True, "id": "x"}},
            "choice-not-readable",
        ),
        ({"client_id": str(uuid4()), "choice": {"message": 1, "id": "\n"}}, "choice-not-readable"),
    ],
)
def test_what_is_not_of_the_agreed_form_is_refused(chat: Chat, document: object, name: str) -> None:
    answer = chat.begin().post(document)

    assert (answer.status_code, problem(answer)) == (400, name)


def test_a_form_of_another_page_cannot_post(chat: Chat) -> None:
    visitor = chat.begin()

    answer = chat.client.post("/webchat/v1/messages", data='{"text": "x"}', headers=visitor.headers)

    assert (answer.status_code, problem(answer)) == (400, "not-json")


@pytest.mark.parametrize(("extra", "status"), [(-1, 422), (0, 422), (1, 413)])
def test_a_body_has_at_most_16_kib(chat: Chat, extra: int, status: int) -> None:
    frame = '{"client_id": "%s", "text": "%s"}'
    empty = len(frame % (uuid4(), ""))
    body = frame % (uuid4(), "x" * (MAX_BODY_BYTES - empty + extra))

    answer = chat.client.post(
        "/webchat/v1/messages",
        data=body,
        content_type="application/json",
        headers=chat.begin().headers,
    )

    assert answer.status_code == status


@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_no_body_breaks_the_door(body: bytes) -> None:
    with (
        Flask("x").test_request_context(
            "/", method="POST", data=body, content_type="application/json"
        ),
        contextlib.suppress(Problem),
    ):
        post = read_post(request)
        assert post.text or post.pressed


class TestChoices:
    """Buttons carry ids that the server issued; typed words can never be one."""

    def test_a_pressed_button_says_its_title(self, chat: Chat) -> None:
        visitor = chat.begin()
        asked = chat.say("Which?", (Button(choice="a1", title="Use an app"),))

        answer = visitor.press(asked, "a1")

        assert (answer.status_code, answer.json["text"]) == (202, "Use an app")

    def test_an_id_that_was_not_issued_is_refused(self, chat: Chat) -> None:
        visitor = chat.begin()
        asked = chat.say("Which?", (Button(choice="a1", title="Use an app"),))

        for message, choice in ((asked, "a2"), (asked + 1, "a1"), (asked, "/restart")):
            answer = visitor.press(message, choice)
            assert (answer.status_code, problem(answer)) == (422, "choice-not-offered")

    def test_a_button_of_another_conversation_is_refused(self, chat: Chat) -> None:
        chat.begin()
        asked = chat.say("Which?", (Button(choice="a1", title="Use an app"),))
        chat.clock.pass_by(timedelta(seconds=1))

        answer = chat.begin().press(asked, "a1")

        assert (answer.status_code, problem(answer)) == (422, "choice-not-offered")

    def test_typed_words_are_never_a_choice(self, chat: Chat) -> None:
        visitor = chat.begin()
        chat.say("Which?", (Button(choice="a1", title="Use an app"),))

        visitor.send("a1")

        with chat.edge.database.reading() as connection:
            assert connection.execute(chat_posts.select()).one().choice is None


class TestSessions:
    """Tokens: 24 hours, one origin, unreadable, ended for good."""

    def test_a_token_does_not_show_the_conversation(self, chat: Chat) -> None:
        token = chat.begin().token

        inside = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        assert b"web-" not in inside

    @pytest.mark.parametrize(
        ("after", "status"),
        [
            (timedelta(hours=24, seconds=-1), 200),
            (timedelta(hours=24), 401),
            (timedelta(hours=24, seconds=1), 401),
        ],
    )
    def test_a_token_lives_24_hours(self, chat: Chat, after: timedelta, status: int) -> None:
        visitor = chat.begin()

        chat.clock.pass_by(after)

        assert visitor.get("/messages").status_code == status

    def test_a_token_opens_nothing_on_another_page(self, chat: Chat) -> None:
        visitor = chat.begin()
        visitor.origin = "https://texts.example.gov.uk"  # allowed, but not the token's

        answer = visitor.get("/messages")

        assert (answer.status_code, problem(answer)) == (401, "token-invalid")

    @pytest.mark.parametrize("change", ["", "x", "%", "é", "A" * 600])
    def test_a_broken_token_opens_nothing(self, chat: Chat, change: str) -> None:
        visitor = chat.begin()
        visitor.token = change and visitor.token[:-4] + change

        answer = visitor.get("/messages")

        assert answer.status_code == 401

    def test_an_ended_conversation_opens_no_more(self, chat: Chat) -> None:
        visitor = chat.begin()

        answer = chat.client.delete("/webchat/v1/sessions/current", headers=visitor.headers)

        assert answer.status_code == 204
        for again in (visitor.get("/messages"), visitor.send("Hello"), visitor.get("/events")):
            assert (again.status_code, problem(again)) == (401, "session-ended")


class TestOrigins:
    """Exact origins; no cookie, no credentials."""

    @pytest.mark.parametrize(
        "origin", [STRANGER, "null", "http://council.example", "https://council.example:444", ""]
    )
    def test_another_origin_is_refused(self, chat: Chat, origin: str) -> None:
        answer = chat.client.post("/webchat/v1/sessions", json={}, headers={"Origin": origin})

        assert (answer.status_code, problem(answer)) == (403, "origin-not-allowed")
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_an_allowed_origin_may_read_the_answer(self, chat: Chat) -> None:
        answer = chat.client.get("/webchat/v1/config", headers={"Origin": COUNCIL})

        assert answer.headers["Access-Control-Allow-Origin"] == COUNCIL
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_preflight_allows_what_the_element_sends(self, chat: Chat) -> None:
        answer = chat.client.options("/webchat/v1/messages", headers={"Origin": COUNCIL})

        assert answer.status_code == 204
        for name in ("Authorization", "Content-Type", "Last-Event-ID"):
            assert name in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Access-Control-Allow-Origin"] == COUNCIL

    def test_a_preflight_of_another_origin_is_refused(self, chat: Chat) -> None:
        answer = chat.client.options("/webchat/v1/messages", headers={"Origin": STRANGER})

        assert answer.status_code == 403


class TestLimits:
    """Rates are counted; too many says when to come back."""

    def test_twenty_messages_a_minute(self, chat: Chat) -> None:
        visitor = chat.begin()

        statuses = [visitor.send("Hello").status_code for _ in range(MESSAGES.most + 1)]

        assert statuses == [202] * MESSAGES.most + [429]
        refused = visitor.send("Hello")
        assert problem(refused) == "too-many-messages"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        chat.clock.pass_by(timedelta(seconds=int(refused.headers["Retry-After"])))
        assert visitor.send("Hello").status_code == 202

    def test_limits_hold_while_redis_is_away(self, chat: Chat, redis_server: RedisServer) -> None:
        visitor = chat.begin()
        redis_server.stop()
        try:
            statuses = [visitor.send("Hello").status_code for _ in range(MESSAGES.most + 1)]
        finally:
            redis_server.start()

        assert statuses == [202] * MESSAGES.most + [429]

    def test_no_address_is_kept(self, chat: Chat, redis_server: RedisServer) -> None:
        chat.begin().send("Hello")

        with Redis.from_url(redis_server.url) as redis:
            names = b" ".join(redis.keys("*"))
        assert b"127.0.0.1" not in names
        assert b"web-" not in names


class TestAddresses:
    """Whose address counts, with and without our own proxies before the door."""

    @staticmethod
    def begin(chat: Chat, forwarded: str, peer: str = "192.0.2.1") -> int:
        """Begin a conversation as it looks when it comes from there; return the status."""
        return chat.client.post(
            "/webchat/v1/sessions",
            json={},
            headers={"Origin": COUNCIL, "X-Forwarded-For": forwarded},
            environ_overrides={"REMOTE_ADDR": peer},
        ).status_code

    def fill(self, chat: Chat, forwarded: str) -> None:
        """Begin as many conversations as one address may."""
        statuses = {self.begin(chat, forwarded) for _ in range(SESSIONS_BY_ADDRESS.most)}
        assert statuses == {201}

    def test_without_proxies_the_header_of_a_stranger_counts_for_nothing(self, chat: Chat) -> None:
        self.fill(chat, "198.51.100.1")

        assert self.begin(chat, "198.51.100.2") == 429
        assert self.begin(chat, "198.51.100.1", peer="192.0.2.2") == 201

    @pytest.mark.parametrize(
        ("more_settings", "own", "other"),
        [
            ({"trusted_proxies": "1"}, "198.51.100.1", "198.51.100.2"),
            ({"trusted_proxies": "1"}, "203.0.113.9, 198.51.100.1", "203.0.113.9, 198.51.100.2"),
            ({"trusted_proxies": "2"}, "198.51.100.1, 10.0.0.7", "198.51.100.2, 10.0.0.7"),
        ],
    )
    def test_behind_proxies_each_parent_has_a_limit_of_their_own(
        self, chat: Chat, own: str, other: str
    ) -> None:
        self.fill(chat, own)

        assert self.begin(chat, own) == 429
        assert self.begin(chat, other) == 201

    @pytest.mark.parametrize("more_settings", [{"trusted_proxies": "1"}])
    def test_a_header_that_a_parent_wrote_gives_no_new_limit(self, chat: Chat) -> None:
        self.fill(chat, "198.51.100.1")

        forged = [f"203.0.113.{n}, 198.51.100.1" for n in range(3)]

        assert {self.begin(chat, one) for one in forged} == {429}

    @pytest.mark.parametrize("more_settings", [{"trusted_proxies": "2"}])
    def test_whoever_comes_past_the_proxies_is_counted_by_their_own_address(
        self, chat: Chat
    ) -> None:
        self.fill(chat, "198.51.100.1")

        assert self.begin(chat, "198.51.100.2") == 429


class TestReading:
    """The log by cursor: poll and stream give the same."""

    def test_a_cursor_gives_what_comes_after_it(self, chat: Chat) -> None:
        visitor = chat.begin()
        ids = [visitor.send(text).json["id"] for text in ("one", "two", "three")]

        assert [m["text"] for m in visitor.log(after=ids[0])] == ["two", "three"]
        assert visitor.log(after=ids[2]) == []

    @pytest.mark.parametrize("cursor", ["-1", "1.5", "x", "٣", "9" * 16])
    def test_a_cursor_is_a_number(self, chat: Chat, cursor: str) -> None:
        assert chat.begin().get(f"/messages?after={cursor}").status_code == 400

    def test_a_message_shows_its_buttons_and_extras(self, chat: Chat) -> None:
        visitor = chat.begin()
        chat.say("Which?", (Button(choice="a1", title="App"),), {"input": "code", "odd": "x"})

        message = visitor.log()[0]

        assert message["choices"] == [{"id": "a1", "title": "App"}]
        assert message["extras"] == {"input": "code"}

    def test_a_waiting_message_shows_as_work(self, chat: Chat) -> None:
        visitor = chat.begin()
        assert visitor.get("/messages").json["state"]["working"] is False

        visitor.send("Hello")

        assert visitor.get("/messages").json["state"]["working"] is True

    def test_a_stream_begins_with_what_was_missed_and_then_the_state(self, chat: Chat) -> None:
        visitor = chat.begin()
        first = visitor.send("one").json["id"]
        second = visitor.send("two").json["id"]

        answer = visitor.get("/events", **{"Last-Event-ID": str(first)})
        pieces = iter(answer.response)
        text = [next(pieces), next(pieces), next(pieces)]
        answer.close()

        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        joined = "".join(as_text(piece) for piece in text)
        assert f"id: {second}\nevent: message\n" in joined
        assert f"id: {first}\n" not in joined
        assert "event: state\n" in joined

    def test_a_stream_ends_when_the_chat_is_ended_in_another_tab(self, chat: Chat) -> None:
        visitor = chat.begin()
        visitor.send("one")
        stream = visitor.get("/events")
        pieces = iter(stream.response)
        begun = [next(pieces), next(pieces), next(pieces)]

        chat.client.delete("/webchat/v1/sessions/current", headers=visitor.headers)
        chat.say("Said after the end")

        assert "event: state" in as_text(begun[-1])
        assert next(pieces, None) is None
        stream.close()

    def test_one_conversation_has_at_most_six_streams(self, chat: Chat) -> None:
        visitor = chat.begin()
        streams = [visitor.get("/events") for _ in range(6)]

        refused = visitor.get("/events")
        assert (refused.status_code, problem(refused)) == (429, "too-many-streams")
        streams.pop().close()
        again = visitor.get("/events")
        assert again.status_code == 200
        for stream in [*streams, again]:
            stream.close()


class TestPlaces:
    """One process holds so many streams; who comes too many is told when to come again."""

    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"webchat_streams": "2"}

    @pytest.mark.parametrize("path", ["/events", "/messages?wait=1"])
    def test_all_conversations_together_have_at_most_so_many(self, chat: Chat, path: str) -> None:
        streams = [chat.begin().get("/events") for _ in range(2)]
        late = chat.begin()

        refused = late.get(path)
        posted = late.send("Hello")
        streams.pop().close()
        again = late.get(path)

        assert (refused.status_code, problem(refused)) == (429, "too-many-streams")
        assert refused.headers["Retry-After"] == "1"
        assert (posted.status_code, again.status_code) == (202, 200)
        for stream in [*streams, again]:
            stream.close()


class TestSecrets:
    """Values behind placeholders: to the page they were meant for, once."""

    def reveal(self, visitor: Visitor, reference: str, claim: str) -> Any:
        return visitor.get(f"/secrets/{reference}?claim={claim}").json

    def test_the_first_page_gets_it_and_may_ask_again(self, chat: Chat) -> None:
        visitor, claim = chat.begin(), str(uuid4())
        reference = chat.vault.put("https://hub.example/continue")
        chat.say(f"Go on here: {outward(reference)}")

        answers = [self.reveal(visitor, reference, claim) for _ in range(2)]

        assert answers == [{"value": "https://hub.example/continue", "qr": None}] * 2

    def test_another_page_does_not_get_it(self, chat: Chat) -> None:
        visitor = chat.begin()
        reference = chat.vault.put("value")
        chat.say(outward(reference))
        self.reveal(visitor, reference, str(uuid4()))

        assert self.reveal(visitor, reference, str(uuid4())) == {"value": None, "qr": None}

    def test_a_conversation_sees_only_what_was_said_in_it(self, chat: Chat) -> None:
        chat.begin()
        reference = chat.vault.put("value")
        chat.say(outward(reference))
        chat.clock.pass_by(timedelta(seconds=1))
        other = chat.begin()
        other.send(f"__vault_{reference}__")

        assert self.reveal(other, reference, str(uuid4())) == {"value": None, "qr": None}

    def test_a_value_whose_time_is_over_is_gone(self, chat: Chat) -> None:
        visitor = chat.begin()
        reference = chat.vault.put("value", timedelta(seconds=1))
        chat.say(outward(reference))
        time.sleep(1.1)

        assert self.reveal(visitor, reference, str(uuid4())) == {"value": None, "qr": None}

    def test_an_app_link_comes_with_its_qr_code(self, chat: Chat) -> None:
        visitor = chat.begin()
        link = "otpauth://totp/EHC?secret=JBSWY3DPEHPK3PXP"
        reference = chat.vault.put(link)
        chat.say("Scan this", custom={"qr": outward(reference)})

        answer = self.reveal(visitor, reference, str(uuid4()))

        assert answer["value"] == link
        assert answer["qr"]["path"].startswith("M")

    @pytest.mark.parametrize("reference", ["x", "%2e%2e", "A" * 32, "0" * 33])
    def test_an_odd_reference_is_gone(self, chat: Chat, reference: str) -> None:
        answer = self.reveal(chat.begin(), reference, str(uuid4()))

        assert answer == {"value": None, "qr": None}


class TestSite:
    """The element's files and the demonstration page."""

    def test_any_page_may_load_the_element(self, chat: Chat) -> None:
        answer = chat.client.get("/webchat/ehc-chat.js")

        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        again = chat.client.get(
            "/webchat/ehc-chat.js", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304

    def test_only_the_named_files_are_served(self, chat: Chat) -> None:
        for name in ("doors.py", "..%2fdoors.py", "package.json", "demo.html"):
            assert chat.client.get(f"/webchat/{name}").status_code == 404


def test_without_the_setting_there_is_no_demonstration_page() -> None:
    app = Flask("x", static_folder=None)
    app.register_blueprint(site.blueprint(shows_demo=False))

    statuses = [
        app.test_client().get(f"/webchat/{name}").status_code
        for name in ("demo", "demo.css", "ehc-chat.js")
    ]

    assert statuses == [404, 404, 200]


def test_a_database_that_is_away_says_come_again(chat: Chat) -> None:
    visitor = chat.begin()
    chat.edge.database.close()
    holder = sqlite3.connect(chat.database_file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        answer = visitor.send("Hello")
    finally:
        holder.execute("ROLLBACK")
        holder.close()

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert visitor.log() == []
