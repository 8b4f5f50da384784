"""One conversation on two channels: a phone joins a web chat, and leaves it."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from messaging import retention
from messaging.chat.schema import chat_links
from messaging.inbound import Arrival
from messaging.store import conversations, messages
from messaging.store.schema import conversations as conversation_rows
from messaging.store.schema import messages as message_rows
from tests.messaging.world import World, key, until
from tests.webhooks.chat.conftest import Chat, Visitor

PHONE = "+447700900101"
OTHER = "+447700900102"
JOINED = "This phone is now part of your web chat"
NOT_JOINED = "Those words did not match an open chat"
LEFT = "Your web chat goes on without this phone"


def offered(visitor: Visitor) -> str:
    """Return the words that the chat offers."""
    answer = visitor.chat.client.post("/webchat/v1/phone", json={}, headers=visitor.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json["words"])


def text(chat: Chat, body: str, number: str = PHONE) -> None:
    """Let a text arrive."""
    chat.edge.inbound.receive(
        Arrival(
            external_id="SM" + secrets.token_hex(16),
            number=number,
            body=body,
            media_count=0,
            carrier_keyword=None,
        )
    )


def joined_phone(visitor: Visitor) -> Any:
    """Return what the page is told of a phone."""
    return visitor.get("/messages").json["state"]["phone"]


def kinds(chat: Chat) -> list[str]:
    """Return the kind of everything that people have sent, oldest first."""
    rows = message_rows
    with chat.edge.database.reading() as connection:
        found = connection.execute(
            rows.select().where(rows.c.author == messages.PERSON).order_by(rows.c.created_at)
        )
        return [row.kind for row in found]


def test_a_phone_that_texts_the_words_takes_part_in_the_chat(chat: Chat) -> None:
    visitor = chat.begin()
    words = offered(visitor)
    assert joined_phone(visitor) is None

    text(chat, words)
    text(chat, "what is my case number")

    assert joined_phone(visitor) == "101"
    assert [(m["author"], m["text"], m["extras"]) for m in visitor.log()] == [
        ("parent", "what is my case number", {"way": "sms"})
    ]


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda words: words.replace("-", ""),
        lambda words: words.replace("-", " "),
        lambda words: f" {words.replace(' ', ': ')}. ",
        lambda words: words.replace(" ", ""),
    ],
)
def test_the_words_may_be_typed_as_people_type(chat: Chat, change: Any) -> None:
    visitor = chat.begin()

    text(chat, change(offered(visitor)))

    assert joined_phone(visitor) == "101"


def test_words_join_one_phone_once(chat: Chat) -> None:
    visitor = chat.begin()
    words = offered(visitor)
    text(chat, words)

    text(chat, words, OTHER)

    assert joined_phone(visitor) == "101"
    assert kinds(chat) == ["joined", "not_joined"]


def test_new_words_end_the_old_ones(chat: Chat) -> None:
    visitor = chat.begin()
    old, new = offered(visitor), offered(visitor)

    text(chat, old)
    assert joined_phone(visitor) is None
    text(chat, new)

    assert joined_phone(visitor) == "101"


@pytest.mark.parametrize(
    ("after", "phone"),
    [
        (timedelta(minutes=15, seconds=-1), "101"),
        (timedelta(minutes=15), None),
        (timedelta(minutes=15, seconds=1), None),
    ],
)
def test_words_live_15_minutes(chat: Chat, after: timedelta, phone: str | None) -> None:
    visitor = chat.begin()
    words = offered(visitor)

    chat.clock.pass_by(after)
    text(chat, words)

    assert joined_phone(visitor) == phone


@pytest.mark.parametrize(("wrong", "phone"), [(4, "101"), (5, None)])
def test_a_phone_guesses_five_times_and_no_more(chat: Chat, wrong: int, phone: str | None) -> None:
    visitor = chat.begin()
    words = offered(visitor)
    for n in range(wrong):
        text(chat, f"CHAT 2222-222{n + 2}")

    text(chat, words)

    assert joined_phone(visitor) == phone


def test_a_number_typed_into_a_page_joins_nothing(chat: Chat) -> None:
    visitor = chat.begin()
    offered(visitor)
    visitor.send("my number is 07700 900101")

    text(chat, "hello")

    assert joined_phone(visitor) is None
    assert [m["text"] for m in visitor.log() if m["author"] == "parent"][1:] == []


def test_the_words_themselves_are_kept_nowhere(chat: Chat) -> None:
    words = offered(chat.begin())

    text(chat, words)
    text(chat, "CHAT 2222-2222")

    stored = chat.database_file.read_bytes() + (
        chat.database_file.with_name("messaging.db-wal").read_bytes()
    )
    for part in (words.split()[1], words.split()[1].replace("-", "")):
        assert part.encode() not in stored
    assert PHONE.encode() not in stored


def test_a_person_who_is_erased_is_gone_from_the_chat_too(chat: Chat) -> None:
    visitor = chat.begin()
    text(chat, offered(visitor))
    text(chat, "hello")
    with chat.edge.database.reading() as connection:
        phone_id = connection.execute(
            conversation_rows.select().where(conversation_rows.c.channel == "sms")
        ).scalar_one()

    with chat.edge.database.transaction() as connection:
        assert retention.erase(connection, phone_id, now=chat.clock.now())

    with chat.edge.database.reading() as connection:
        for table in (conversation_rows, message_rows, chat_links):
            assert connection.execute(table.select()).all() == []


class TestLeaving:
    """The ways back; afterwards the phone has a conversation of its own."""

    @pytest.fixture
    def visitor(self, chat: Chat) -> Visitor:
        """A chat that the phone has joined."""
        visitor = chat.begin()
        text(chat, offered(visitor))
        return visitor

    def is_alone(self, visitor: Visitor) -> bool:
        """Tell whether the chat has no phone, no number, and gets none of its texts."""
        before = len(visitor.log())
        text(visitor.chat, "is anybody there")
        with visitor.chat.edge.database.reading() as connection:
            row = conversations.get(connection, visitor.chat.conversation())
        numbers = conversation_rows.c
        with visitor.chat.edge.database.reading() as connection:
            chats = connection.execute(
                conversation_rows.select().where(numbers.channel == "webchat")
            ).all()
        assert row is not None
        return (
            joined_phone(visitor) is None
            and len(visitor.log()) == before
            and all(chat.sealed_number is None for chat in chats)
        )

    @pytest.mark.parametrize("word", ["WEB", "web", "Web chat", "Back to web."])
    def test_by_the_word_web(self, chat: Chat, visitor: Visitor, word: str) -> None:
        text(chat, word)

        assert kinds(chat) == ["joined", "left"]
        assert self.is_alone(visitor)

    def test_by_stop(self, chat: Chat, visitor: Visitor) -> None:
        text(chat, "STOP")

        assert self.is_alone(visitor)

    def test_by_the_chats_button(self, chat: Chat, visitor: Visitor) -> None:
        answer = chat.client.delete("/webchat/v1/phone", headers=visitor.headers)

        assert answer.status_code == 204
        assert self.is_alone(visitor)

    def test_by_joining_another_chat(self, chat: Chat, visitor: Visitor) -> None:
        chat.clock.pass_by(timedelta(seconds=1))
        later = chat.begin()
        text(chat, offered(later))
        text(chat, "hello")

        assert (joined_phone(visitor), joined_phone(later)) == (None, "101")
        assert visitor.log() == []
        assert [m["text"] for m in later.log()] == ["hello"]

    def test_by_the_end_of_the_chat(self, chat: Chat, visitor: Visitor) -> None:
        chat.client.delete("/webchat/v1/sessions/current", headers=visitor.headers)
        text(chat, "hello")

        with chat.edge.database.reading() as connection:
            rows = connection.execute(message_rows.select()).all()
        said = {row.text: row.conversation_id for row in rows}
        assert said["hello"].startswith("sms-")

    @pytest.mark.parametrize(
        ("after", "where"),
        [(timedelta(hours=24, seconds=-1), "web-"), (timedelta(hours=24), "sms-")],
    )
    def test_by_the_end_of_its_24_hours(
        self, chat: Chat, visitor: Visitor, after: timedelta, where: str
    ) -> None:
        assert visitor
        chat.clock.pass_by(after)
        text(chat, "hello")

        with chat.edge.database.reading() as connection:
            rows = connection.execute(message_rows.select()).all()
        said = {row.text: row.conversation_id for row in rows}
        assert said["hello"].startswith(where)

    def test_web_is_a_word_like_any_other_where_no_chat_is_joined(self, chat: Chat) -> None:
        text(chat, "web", OTHER)

        assert kinds(chat) == ["text"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Edge and workers as they run."""
    made = World(tmp_path_factory.mktemp("phone"), WEBCHAT_TOKEN_KEY=key())
    try:
        made.start()
        yield made
    finally:
        made.stop()


class Page:
    """A page over HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        begun = http.post("/sessions", json={}).json()
        http.headers["Authorization"] = "Bearer " + begun["token"]

    def words(self) -> str:
        """Return the words that a phone has to text."""
        return str(self._http.post("/phone", json={}).json()["words"])

    def send(self, body: str) -> None:
        """Write in the chat."""
        message = {"client_id": str(uuid4()), "text": body}
        assert self._http.post("/messages", json=message).status_code == 202

    def said(self) -> list[str]:
        """Return the conversation, oldest first."""
        answer = self._http.get("/messages?after=0")
        return [one["text"] for one in answer.json()["messages"]] if answer.is_success else []


@pytest.fixture
def page(world: World) -> Iterator[Page]:
    """A page with a conversation of its own."""
    with httpx.Client(base_url=world.public("/webchat/v1")) as http:
        yield Page(http)


def test_each_way_in_is_answered_on_its_own_way_and_all_of_it_shows_in_the_chat(
    world: World, page: Page
) -> None:
    number = "+447700900111"
    page.send("from the chat")
    until(lambda: "You said: from the chat" in page.said())

    world.text(number, page.words())
    until(lambda: any(JOINED in body for body in world.carrier.bodies(number)))
    world.text(number, "from the phone")
    until(lambda: "You said: from the phone" in world.carrier.bodies(number))
    page.send("from the chat again")
    until(lambda: "You said: from the chat again" in page.said())
    world.text(number, "WEB")
    until(lambda: any(LEFT in body for body in world.carrier.bodies(number)))
    world.text(number, "on my own")
    until(lambda: "You said: on my own" in world.carrier.bodies(number))

    asked = ["from the chat", "from the phone", "from the chat again"]
    assert page.said() == [one for body in asked for one in (body, f"You said: {body}")]
    texts = world.carrier.bodies(number)
    assert [body for body in texts if body.startswith("You said")] == [
        "You said: from the phone",
        "You said: on my own",
    ]
    turns = {turn["text"]: turn for turn in world.assistant.turns}
    chat_id = turns["from the chat"]["conversation_id"]
    assert [turns[body]["conversation_id"] for body in asked] == [chat_id] * 3
    assert [turns[body]["channel"] for body in asked] == ["webchat", "sms", "webchat"]
    assert turns["from the phone"]["sender"]["last_three"] == "111"
    assert turns["from the chat again"]["sender"] is None
    assert turns["on my own"]["conversation_id"].startswith("sms-")


def test_wrong_words_are_told_so(world: World) -> None:
    number = "+447700900112"

    world.text(number, "CHAT 2345-6789")

    until(lambda: any(NOT_JOINED in body for body in world.carrier.bodies(number)))


def test_a_joined_phone_that_the_carrier_reports_as_stopped_leaves_and_is_texted_no_more(
    world: World, page: Page
) -> None:
    number = "+447700900113"
    world.text(number, page.words())
    until(lambda: any(JOINED in body for body in world.carrier.bodies(number)))
    world.carrier.fault = lambda fields: (
        (400, {"code": 21610, "message": "", "more_info": "", "status": 400})
        if fields["To"] == number
        else None
    )
    world.text(number, "hello")
    until(lambda: "You said: hello" in page.said())
    until(lambda: len([r for r in world.carrier.requests if r["To"] == number]) >= 2)

    world.mend()
    page.send("still here")

    until(lambda: "You said: still here" in page.said())
    assert "You said: hello" not in world.carrier.bodies(number)
