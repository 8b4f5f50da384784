"""A conversation on paper: what was said, in order, and nothing that was masked."""

from datetime import timedelta

import pytest

from messaging import log, story
from messaging.contacts import Contacts
from messaging.store import conversations, messages, outbox
from messaging.store.database import Database
from tests.messaging.fakes import FakeClock
from wire.names import SMS
from wire.placeholders import outward

NUMBER = "+447700900123"


@pytest.fixture
def conversation_id(database: Database, contacts: Contacts, clock: FakeClock) -> str:
    """A conversation of one turn: a code that was asked about, then an answer with a link."""
    conversation_id = contacts.conversation_id(NUMBER)
    said = [
        (messages.PERSON, "my code is __code__"),
        (messages.ASSISTANT, f"Thank you. Go on here: {outward('a' * 32)}"),
    ]
    with database.transaction() as connection:
        conversations.ensure(
            connection,
            conversation_id,
            channel=SMS,
            sealed_number=contacts.seal(NUMBER),
            now=clock.now(),
        )
        for author, text in said:
            log.append(connection, conversation_id, author=author, text=text, now=clock.now())
            clock.pass_by(timedelta(seconds=1))
    return conversation_id


def _text(conversation_id: str, clock: FakeClock, **fields: object) -> outbox.Text:
    now = clock.now()
    usual = {
        "text_id": log.new_id(),
        "conversation_id": conversation_id,
        "seq": 3,
        "purpose": "security_code",
        "priority": outbox.CODES_FIRST,
        "sender": "+447700900000",
        "idempotency_key": log.new_id(),
        "sealed_body": b"sealed",
        "segments": 1,
        "journey": None,
        "state": outbox.CREATED,
        "reason": None,
        "created_at": now,
        "expires_at": now + timedelta(minutes=10),
        "due_at": now,
        "tries": 0,
        "tried_at": None,
    }
    return outbox.Text(**(usual | fields))  # type: ignore[arg-type]


def _told(database: Database, conversation_id: str) -> str:
    with database.reading() as connection:
        found = story.read(connection, conversation_id)
    assert found is not None
    return story.told(found)


def test_words_stand_where_placeholders_stood(database: Database, conversation_id: str) -> None:
    told = _told(database, conversation_id)

    assert "parent     my code is [a code]" in told
    assert "Go on here: [shown to the parent only]" in told
    assert "__" not in told


def test_what_was_said_first_stands_first(database: Database, conversation_id: str) -> None:
    told = _told(database, conversation_id)

    assert told.index("my code is") < told.index("Thank you.")


def test_a_text_that_did_not_arrive_says_why(
    database: Database, conversation_id: str, clock: FakeClock
) -> None:
    with database.transaction() as connection:
        outbox.add(
            connection,
            _text(conversation_id, clock, state=outbox.UNDELIVERED, reason="handset_off"),
        )

    told = _told(database, conversation_id)

    assert "(security code)  <1 segment, undelivered: handset off>" in told
    assert "1 texts from us, 1 segments" in told


@pytest.mark.parametrize(
    "whom", [None, "07700 900123", "+44 7700 900 123", "the id", "the id's beginning"]
)
def test_it_is_found_by_number_by_id_or_as_the_newest(
    database: Database, conversation_id: str, contacts: Contacts, whom: str | None
) -> None:
    asked = {"the id": conversation_id, "the id's beginning": conversation_id[:12]}.get(
        whom or "", whom
    )

    with database.reading() as connection:
        assert story.find(connection, asked, contacts) == conversation_id


def test_a_stranger_is_not_found(
    database: Database, conversation_id: str, contacts: Contacts
) -> None:
    with database.reading() as connection:
        assert story.find(connection, "07700 900999", contacts) is None
        assert story.find(connection, "sms-%", contacts) is None


def test_an_id_is_not_taken_for_a_number() -> None:
    assert not story.is_number("sms-0770090012300000")
    assert story.is_number("07700 900123")
