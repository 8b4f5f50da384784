"""Talking in a terminal: what is shown, and in what order; over a stand-in for the doors."""

import json
from collections.abc import Sequence

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from launch import chat
from launch.conversing import Heard, NotTaken, PhoneChannel, WebChannel

REFERENCE = "0123456789abcdef" * 2


class Echo:
    """Answers each line with two messages, or with nothing."""

    def __init__(self, *, silent_on: str = "") -> None:
        self.silent_on = silent_on
        self.said: list[str] = []
        self._waiting: list[Heard] = []

    def say(self, text: str) -> None:
        assert not self._waiting, "a line was sent before the answer to the one before was heard"
        self.said.append(text)
        if text != self.silent_on:
            self._waiting = [Heard(who="us", text=f"{nth} {text}") for nth in ("first", "second")]

    def hear(self, wait_s: float) -> Sequence[Heard]:
        heard, self._waiting = self._waiting[:1], self._waiting[1:]
        return heard


def test_a_line_is_sent_after_the_whole_answer_to_the_one_before() -> None:
    channel, shown = Echo(), []

    done = chat.in_turn(channel, ["hello\n", "\n", "my code\n"], shown.append)

    assert done
    assert channel.said == ["hello", "my code"]
    assert shown == [
        "> hello",
        "  us: first hello",
        "  us: second hello",
        "> my code",
        "  us: first my code",
        "  us: second my code",
    ]


def test_what_is_not_answered_is_told_and_fails() -> None:
    shown: list[str] = []

    assert not chat.in_turn(Echo(silent_on="hello"), ["hello\n"], shown.append)
    assert shown[-1] == "  (no answer)"


def test_buttons_are_numbered() -> None:
    text = chat.shown(Heard(who="assistant", text="Shall we?", choices=("Yes", "No")))

    assert text == "  assistant: Shall we?\n    [1] Yes\n    [2] No"


def test_a_setup_key_is_shown_since_a_terminal_has_no_qr_code() -> None:
    text = chat.shown(Heard(who="assistant", text="Scan this.", setup_key="ABCD EFGH"))

    assert text == "  assistant: Scan this.\n    setup key: ABCD EFGH"


def test_a_phone_hears_only_what_came_after_it_was_taken_up(httpserver: HTTPServer) -> None:
    texts = [{"id": 7, "other": "+447700900000", "body": "from yesterday"}]

    def listed(request: Request) -> Response:
        after = int(request.args["after"])
        return Response(json.dumps({"texts": [text for text in texts if text["id"] > after]}))

    path = "/phones/+447700900077/texts"
    httpserver.expect_request(path, method="GET").respond_with_handler(listed)
    phone = PhoneChannel(httpserver.url_for(""), "+447700900077")
    texts.append({"id": 8, "other": "+447700900000", "body": "new"})

    assert [heard.text for heard in phone.hear(0)] == ["new"]
    assert phone.hear(0) == []


def test_the_web_chat_shows_what_is_for_the_parent_only_and_presses_by_number(
    httpserver: HTTPServer,
) -> None:
    base = "/webchat/v1"
    httpserver.expect_request(f"{base}/sessions").respond_with_json({"token": "t"}, status=201)
    message = {
        "id": 2,
        "author": "assistant",
        "name": None,
        "text": f"Go on here: __vault_{REFERENCE}__",
        "choices": [{"id": "affirm", "title": "Yes"}, {"id": "deny", "title": "No"}],
        "extras": {"setup_key": f"__vault_{REFERENCE}__"},
    }
    own = {"id": 1, "author": "parent", "name": None, "text": "hello", "choices": []}
    httpserver.expect_request(f"{base}/messages", method="GET").respond_with_json(
        {"messages": [own, message]}
    )
    httpserver.expect_request(f"{base}/secrets/{REFERENCE}").respond_with_json({"value": "a link"})
    posted: list[dict[str, object]] = []

    def post(request: Request) -> Response:
        posted.append(request.get_json())
        return Response("{}", status=202)

    httpserver.expect_request(f"{base}/messages", method="POST").respond_with_handler(post)
    channel = WebChannel(httpserver.url_for("").rstrip("/"))

    heard = channel.hear(0)
    channel.say("2")
    channel.say("2")

    assert heard == [
        Heard(
            who="assistant",
            text="Go on here: a link",
            choices=("Yes", "No"),
            setup_key="a link",
        )
    ]
    assert posted[0]["choice"] == {"message": 2, "id": "deny"}
    assert posted[1]["text"] == "2", "the buttons were pressed already"


def test_a_refusal_is_told_as_such(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/webchat/v1/sessions").respond_with_data("", status=403)

    with pytest.raises(NotTaken, match="403"):
        WebChannel(httpserver.url_for("").rstrip("/"))
