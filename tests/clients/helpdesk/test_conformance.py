"""What every adapter has to do, against the real thing. A new one is held to the same tests."""

import secrets
import time
from dataclasses import replace

import pytest

from clients.errors import ClientError
from clients.helpdesk import Entry, Event, EventKind, Ticket
from tests.clients.helpdesk.rigs import Rig

WITHIN_S = 10.0


def ticket(**changes: object) -> Ticket:
    reference = f"EHC-{secrets.token_hex(3).upper()}"
    made = Ticket(
        case_id=secrets.token_hex(16),
        reference=reference,
        title=f"[{reference}] Parent asked for a person",
        summary="Who: a parent by text message\nWhy: asked",
        transcript="23 Nov 10:02 Parent: hello {{ ticket.title }} {% now %}",
        urgent=False,
        link="https://texts.example.gov.uk/helpdesk/conversations/abc",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def entry(of: Ticket, text: str, **changes: object) -> Entry:
    made = Entry(
        key=secrets.token_hex(16),
        reference=of.reference,
        case_id=of.case_id,
        text=text,
        is_note=False,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def news(rig: Rig, refs: list[str], since: str | None = None) -> tuple[list[Event], str]:
    """Return what came after a cursor, waiting until something did."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        events, cursor = rig.helpdesk.events(since, refs)
        if events or time.monotonic() > deadline:
            return events, cursor
        time.sleep(0.1)


def test_a_ticket_is_opened_with_everything_a_person_needs(rig: Rig) -> None:
    made = ticket(fields={"phone": "+447700900101"})

    opened = rig.helpdesk.open(made)

    seen = rig.seen(made.reference)
    assert opened.remote_ref
    assert made.reference in seen.title
    assert "Why: asked" in seen.body
    assert "+447700900101" in seen.body


def test_without_consent_the_field_is_absent(rig: Rig) -> None:
    made = ticket()
    rig.helpdesk.open(made)

    assert "phone" not in rig.seen(made.reference).body.casefold().replace(
        "phone number hidden", ""
    )


def test_the_same_case_is_opened_once(rig: Rig) -> None:
    made = ticket()

    refs = {rig.helpdesk.open(made).remote_ref for _ in range(2)}

    assert len(refs) == 1
    assert rig.count(made.reference) == 1


def test_a_parents_words_are_added_as_they_are(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    words = "it says {{ ticket.title }} and {% now %} and <b>bold</b> & £5 — ok"

    rig.helpdesk.append(opened.remote_ref, entry(made, words))

    seen = rig.seen(made.reference)
    assert made.reference in seen.title
    assert _plain(words) in _plain(seen.posts[-1])


def _plain(text: str) -> str:
    """Zero-width signs may keep a template language from reading a brace; nobody sees them."""
    return text.replace("\u200b", "").replace("\u2060", "")


def test_an_entry_that_is_handed_in_twice_has_one_id(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    words = entry(made, "only once")

    ids = {rig.helpdesk.append(opened.remote_ref, words) for _ in range(2)}

    assert len(ids) == 1


def test_a_reply_comes_back_once_with_its_ticket_and_first_name(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    _, cursor = rig.helpdesk.events(None, [opened.remote_ref])

    rig.replies(made.reference, "Hello, your invitation is valid.\nTry again now.")

    events, later = news(rig, [opened.remote_ref], cursor)
    replies = [event for event in events if event.kind is EventKind.REPLY]
    assert [event.text for event in replies] == ["Hello, your invitation is valid.\nTry again now."]
    assert replies[0].author in ("Sam", ""), "a first name, or nothing where there are no names"
    assert replies[0].ticket in (opened.remote_ref, made.reference, made.case_id)
    again, _ = rig.helpdesk.events(later, [opened.remote_ref])
    assert {event.remote_id for event in again} <= {event.remote_id for event in events}


def test_our_own_posts_never_come_back_as_replies(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    _, cursor = rig.helpdesk.events(None, [opened.remote_ref])

    posted = {
        rig.helpdesk.append(opened.remote_ref, entry(made, "a parent's words")),
        rig.helpdesk.append(opened.remote_ref, entry(made, "a note", is_note=True)),
    }

    events, _ = rig.helpdesk.events(cursor, [opened.remote_ref])
    texts = [event.text for event in events if event.remote_id not in posted]
    assert texts == []


def test_what_we_opened_a_ticket_with_never_comes_back_as_a_reply(rig: Rig) -> None:
    """Also while nobody has told us yet that the ticket is there."""
    _, cursor = rig.helpdesk.events(None, [])
    made = ticket()
    opened = rig.helpdesk.open(made)
    rig.replies(made.reference, "a person's words")

    for known in ([], [opened.remote_ref]):
        events, _ = news(rig, known, cursor)
        assert [event.text for event in events] == ["a person's words"]


def test_replies_to_two_tickets_are_kept_apart(rig: Rig) -> None:
    one, other = ticket(), ticket()
    refs = [rig.helpdesk.open(made).remote_ref for made in (one, other)]
    _, cursor = rig.helpdesk.events(None, refs)

    rig.replies(other.reference, "for the other")
    rig.replies(one.reference, "for the one")

    found: dict[str, str] = {}
    deadline = time.monotonic() + WITHIN_S
    while len(found) < 2 and time.monotonic() < deadline:
        events, _ = rig.helpdesk.events(cursor, refs)
        found = {event.text: event.ticket for event in events}
    assert found["for the one"] in (refs[0], one.reference, one.case_id)
    assert found["for the other"] in (refs[1], other.reference, other.case_id)


def test_files_are_counted_and_not_passed_on(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    _, cursor = rig.helpdesk.events(None, [opened.remote_ref])

    rig.replies(made.reference, "See the form.", files=1)

    events, _ = news(rig, [opened.remote_ref], cursor)
    assert [(event.text, event.files) for event in events] == [("See the form.", 1)]


def test_a_helpdesk_that_is_down_is_an_error_of_ours_and_nothing_is_lost(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)
    _, cursor = rig.helpdesk.events(None, [opened.remote_ref])
    words = entry(made, "while it was down")
    rig.goes_down()

    with pytest.raises(ClientError):
        rig.helpdesk.append(opened.remote_ref, words)
    with pytest.raises(ClientError):
        rig.helpdesk.events(cursor, [opened.remote_ref])

    rig.comes_back()
    rig.helpdesk.append(opened.remote_ref, words)
    assert "while it was down" in rig.seen(made.reference).posts[-1]


def test_an_urgent_ticket_says_so(rig: Rig) -> None:
    made = ticket(urgent=True)
    made = replace(made, title=f"[{made.reference}] URGENT: Parent wrote of distress or danger")

    rig.helpdesk.open(made)

    assert "URGENT" in rig.seen(made.reference).title


def test_the_conversation_can_be_closed_with_a_note(rig: Rig) -> None:
    made = ticket()
    opened = rig.helpdesk.open(made)

    remote_id = rig.helpdesk.close(opened.remote_ref, entry(made, "Closed.", is_note=True))

    assert remote_id
    assert any("Closed." in post for post in rig.seen(made.reference).posts)
