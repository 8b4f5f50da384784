import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from messaging.chat.schema import chat_links
from messaging.contacts import Contacts
from messaging.log import new_id
from messaging.spool import Spool
from messaging.statuses import STATES, News, Statuses
from messaging.store import conversations, opt_outs, outbox
from messaging.store.database import Database
from messaging.store.outbox import RANK
from tests.messaging.fakes import FakeClock

NUMBER = "+447700900123"
_carrier_ids = itertools.count()


@pytest.fixture
def statuses(database: Database, spool: Spool, contacts: Contacts, clock: FakeClock) -> Statuses:
    return Statuses(database=database, spool=spool, contacts=contacts, clock=clock)


@pytest.fixture
def text_id(database: Database, contacts: Contacts, clock: FakeClock) -> str:
    return put_text(database, contacts, clock)


def put_text(
    database: Database, contacts: Contacts, clock: FakeClock, chat_id: str | None = None
) -> str:
    """Put a text to a number into the outbox, of its own or of a web chat that it has joined."""
    text_id = new_id()
    conversation_id = chat_id or contacts.conversation_id(NUMBER)
    with database.transaction() as connection:
        conversations.ensure(
            connection,
            conversation_id,
            channel="webchat" if chat_id else "sms",
            sealed_number=contacts.seal_to(NUMBER, conversation_id),
            now=clock.now(),
        )
        outbox.add(
            connection,
            outbox.Text(
                text_id=text_id,
                conversation_id=conversation_id,
                seq=conversations.next_seq(connection, conversation_id, now=clock.now()),
                purpose="reply",
                priority=1,
                sender="+447700900999",
                idempotency_key=text_id,
                sealed_body=b"sealed",
                segments=1,
                journey=None,
                state=outbox.CREATED,
                reason=None,
                created_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=4),
                due_at=clock.now(),
                tries=0,
                tried_at=None,
            ),
        )
    return text_id


def state(database: Database, text_id: str) -> outbox.Text:
    with database.reading() as connection:
        text = outbox.get(connection, text_id)
    assert text is not None
    return text


def news(text_id: str, status: str, code: int | None = None, carrier_id: str = "SM1") -> News:
    return News(text_id=text_id, carrier_id=carrier_id, status=status, error_code=code)


def test_each_step_forward_is_taken(database: Database, statuses: Statuses, text_id: str) -> None:
    seen = []
    for status in ("queued", "sent", "delivered"):
        statuses.receive(news(text_id, status))
        seen.append(state(database, text_id).state)

    assert seen == ["accepted", "sent", "delivered"]


@pytest.mark.parametrize("last", ["delivered", "undelivered", "failed"])
@pytest.mark.parametrize("late", sorted(STATES))
def test_nothing_drives_a_finished_text_anywhere(
    database: Database, statuses: Statuses, text_id: str, last: str, late: str
) -> None:
    statuses.receive(news(text_id, last))

    statuses.receive(news(text_id, late))

    assert state(database, text_id).state == last


def test_a_callback_that_comes_before_our_own_note_settles_the_text(
    database: Database, statuses: Statuses, text_id: str, clock: FakeClock
) -> None:
    statuses.receive(news(text_id, "sent"))
    with database.transaction() as connection:
        outbox.accepted(connection, text_id, "SM1", now=clock.now())

    assert state(database, text_id).state == "sent"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (30004, "blocked"),
        (30005, "unknown_number"),
        (30006, "landline"),
        (30007, "filtered"),
        (21610, "opted_out"),
        (30036, "expired"),
        (99999, "unknown"),
        (None, "unknown"),
    ],
)
def test_why_a_text_did_not_arrive_is_kept_in_a_word(
    database: Database, statuses: Statuses, text_id: str, code: int | None, reason: str
) -> None:
    statuses.receive(news(text_id, "undelivered", code))

    assert state(database, text_id).reason == reason


def test_an_opt_out_that_the_carrier_knows_of_is_learnt(
    database: Database, statuses: Statuses, text_id: str
) -> None:
    statuses.receive(news(text_id, "failed", 21610))

    with database.reading() as connection:
        assert opt_outs.stands(connection, state(database, text_id).conversation_id)


def test_an_opt_out_told_of_a_web_chats_text_is_that_of_the_number(
    database: Database, statuses: Statuses, contacts: Contacts, clock: FakeClock
) -> None:
    text_id = put_text(database, contacts, clock, "web-1")
    phone_id = contacts.conversation_id(NUMBER)
    with database.transaction() as connection:
        row = {"conversation_id": "web-1", "phone_id": phone_id, "last_three": "123"}
        connection.execute(insert(chat_links).values(**row))

    statuses.receive(news(text_id, "failed", 21610))

    with database.reading() as connection:
        chat = conversations.get(connection, "web-1")
        assert opt_outs.stands(connection, phone_id)
        assert not opt_outs.stands(connection, "web-1")
    assert chat is not None
    assert chat.sealed_number is None  # the chat goes on without the phone


@pytest.mark.parametrize("status", ["", "exploded", "DELIVERED"])
def test_an_unknown_word_changes_nothing(
    database: Database, statuses: Statuses, text_id: str, status: str
) -> None:
    statuses.receive(news(text_id, status))

    assert state(database, text_id).state == "created"


def test_news_of_no_text_of_ours_are_taken_quietly(statuses: Statuses) -> None:
    statuses.receive(news("0" * 32, "delivered"))


def test_news_with_another_carrier_id_change_nothing(
    database: Database, statuses: Statuses, text_id: str
) -> None:
    statuses.receive(news(text_id, "sent", carrier_id="SM1"))

    statuses.receive(news(text_id, "delivered", carrier_id="SM2"))

    assert state(database, text_id).state == "sent"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(arriving=st.lists(st.sampled_from(sorted(STATES)), max_size=8))
def test_in_whatever_order_news_come_a_text_only_moves_forward(
    database: Database,
    contacts: Contacts,
    statuses: Statuses,
    clock: FakeClock,
    arriving: list[str],
) -> None:
    text_id = put_text(database, contacts, clock)
    carrier_id = f"SM{next(_carrier_ids)}"
    ranks = [0]

    for status in arriving:
        statuses.receive(news(text_id, status, carrier_id=carrier_id))
        ranks.append(RANK[state(database, text_id).state])

    assert ranks == sorted(ranks)
    assert ranks[-1] == max([RANK[STATES[status]] for status in arriving], default=0)
