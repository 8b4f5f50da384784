"""The traps of django-helpdesk 2.6, against the real thing."""

import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from clients.errors import Nonsense, Refused
from clients.helpdesk import EventKind, Ticket
from clients.helpdesk.django_helpdesk import DjangoHelpdesk, plain
from tests.clients.helpdesk.rigs import DjangoRig
from tests.clients.helpdesk.test_conformance import entry, ticket
from tests.standins import django_helpdesk


@pytest.fixture(scope="module")
def running() -> Iterator[DjangoRig]:
    if not django_helpdesk.is_installed():
        pytest.skip("needs requirements/helpdesk.txt: scripts/environments.sh helpdesk")
    made = DjangoRig()
    yield made
    made.close()


@pytest.fixture
def desk(running: DjangoRig) -> DjangoRig:
    return running


@pytest.fixture
def case(desk: DjangoRig) -> tuple[Ticket, str, str]:
    """A ticket, its name there, and the cursor of now."""
    made = ticket()
    opened = desk.helpdesk.open(made)
    _, cursor = desk.helpdesk.events(None, [opened.remote_ref])
    return made, opened.remote_ref, cursor


def test_a_private_note_never_reaches_a_parent(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    desk.server.follow_up(int(ref), "he sounds drunk again", public=False)

    assert desk.helpdesk.events(cursor, [ref])[0] == []


def test_a_public_reply_that_resolves_is_a_reply_and_then_the_end(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    desk.server.follow_up(int(ref), "All done.", new_status=3)

    events, _ = desk.helpdesk.events(cursor, [ref])

    assert [event.kind for event in events] == [EventKind.REPLY, EventKind.RESOLVED]
    assert len({event.remote_id for event in events}) == 2


def test_resolving_with_a_private_note_ends_without_a_word(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    desk.server.follow_up(int(ref), "nothing to do", public=False, new_status=3)

    assert [e.kind for e in desk.helpdesk.events(cursor, [ref])[0]] == [EventKind.RESOLVED]


def test_a_parents_tags_show_no_field_and_rename_no_ticket(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, _ = case
    words = "{{ ticket.title }} {{ queue.title }} {% debug %} {# x #} %} }} #} {%{{"

    desk.helpdesk.append(ref, entry(made, words))

    seen = desk.seen(made.reference)
    assert seen.title.strip() == made.title
    assert seen.posts[-1].replace("\u2060", "").count("ticket.title") == 1


def test_our_own_closing_is_no_news(desk: DjangoRig, case: tuple[Ticket, str, str]) -> None:
    made, ref, cursor = case
    desk.helpdesk.close(ref, entry(made, "Closed by reply.", is_note=True))

    assert desk._tickets(made.reference)[0]["status"] == 3
    assert desk.helpdesk.events(cursor, [ref])[0] == []


def test_a_parents_answer_opens_a_resolved_ticket_again(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, _ = case
    desk.server.follow_up(int(ref), "Done.", new_status=3)

    desk.helpdesk.append(ref, entry(made, "it is not", reopens=True))

    assert desk._tickets(made.reference)[0]["status"] == 2


def test_a_shared_number_stands_in_its_own_field_and_otherwise_the_field_is_empty(
    desk: DjangoRig,
) -> None:
    shared, refused = ticket(fields={"phone": "+447700900101"}), ticket()
    for made in (shared, refused):
        desk.helpdesk.open(made)

    assert desk._tickets(shared.reference)[0]["custom_phone"] == "+447700900101"
    assert desk._tickets(refused.reference)[0]["custom_phone"] == ""


def test_a_reply_before_we_know_the_ticket_comes_by_its_reference(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, cursor = case
    desk.server.follow_up(int(ref), "quick")

    events, _ = desk.helpdesk.events(cursor, [])

    assert [event.ticket for event in events] == [made.reference]


def test_tickets_that_are_not_ours_are_left_alone(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    other = desk.server.person.post(
        "/api/tickets/",
        json={"queue": 1, "title": "A pothole", "description": "x", "priority": 3},
    ).json()
    desk.server.follow_up(other["id"], "we will mend it")

    assert desk.helpdesk.events(cursor, [ref])[0] == []


def test_more_news_than_a_page_are_all_read(desk: DjangoRig, case: tuple[Ticket, str, str]) -> None:
    _, ref, cursor = case
    for number in range(3):
        desk.server.follow_up(int(ref), f"reply {number}")
    small = DjangoHelpdesk(desk.server.url, token=desk.server.ours, queue=1)
    try:
        events, later = small.events(cursor, [ref])
        again, _ = small.events(later, [ref])
    finally:
        small._http.close()

    assert [event.text for event in events] == [f"reply {number}" for number in range(3)]
    assert again == []


def test_its_webhook_tells_the_same_events_as_the_poll(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, cursor = case
    bodies: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        desk.server.calls(f"http://127.0.0.1:{server.server_address[1]}/")
        desk.server.follow_up(int(ref), "hello")
        desk.server.follow_up(int(ref), "a private thought", public=False)
        desk.helpdesk.append(ref, entry(made, "a parent's words"))
    finally:
        desk.server.calls("")
        (desk._folder / "webhook").unlink()
        server.shutdown()
        server.server_close()

    assert len(bodies) == 3
    told = {e.remote_id: e.text for body in bodies for e in desk.helpdesk.parse({}, body)}
    polled = {e.remote_id: e.text for e in desk.helpdesk.events(cursor, [ref])[0]}
    assert told == polled
    assert list(told.values()) == ["hello"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"ticket": 1}', json.dumps("x").encode()])
def test_a_call_of_another_form_is_nonsense(desk: DjangoRig, body: bytes) -> None:
    with pytest.raises(Nonsense):
        desk.helpdesk.parse({}, body)


def test_a_wrong_token_is_a_refusal(desk: DjangoRig) -> None:
    wrong = DjangoHelpdesk(desk.server.url, token=secrets.token_hex(20), queue=1)
    try:
        with pytest.raises(Refused):
            wrong.open(replace(ticket(), title="x"))
    finally:
        wrong._http.close()


@pytest.mark.parametrize("text", ["{{", "{%", "{#", "}}", "%}", "#}", "{{{%%}}}"])
def test_no_sign_of_a_tag_is_left_whole(text: str) -> None:
    made = plain(text)

    assert not any(sign in made for sign in ("{{", "{%", "{#", "}}", "%}", "#}"))
    assert made.replace("\u2060", "") == text
