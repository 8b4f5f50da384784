"""The traps of django-helpdesk 2.6, against the real thing."""

import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from clients.errors import Nonsense, Refused, Unreachable
from clients.helpdesk import LONGEST_CALL_S, EventKind, Ticket
from clients.helpdesk.django_helpdesk import DjangoHelpdesk, plain
from messaging.handoff.outgoing import LEASE
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


def test_a_reply_before_we_know_the_ticket_comes_by_its_number(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    desk.server.follow_up(int(ref), "quick")

    events, _ = desk.helpdesk.events(cursor, [])

    assert [event.ticket for event in events] == [ref]


@pytest.mark.parametrize(("queue", "title"), [(1, "A pothole"), (2, "[EHC-7F3KMX] A pothole")])
def test_tickets_that_are_not_ours_are_left_alone(
    desk: DjangoRig, case: tuple[Ticket, str, str], queue: int, title: str
) -> None:
    _, ref, cursor = case
    other = desk.server.ticket(queue=queue, title=title)
    desk.server.follow_up(other, "we will mend it")

    assert desk.helpdesk.events(cursor, [ref])[0] == []


def test_a_ticket_of_somebody_else_with_our_reference_speaks_for_no_case_of_ours(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, cursor = case
    copy = desk.server.ticket(title=f"Fwd: [{made.reference}] about another family")
    desk.server.follow_up(copy, "the other family's words")

    polled, _ = desk.helpdesk.events(cursor, [ref])
    told = desk.helpdesk.parse({}, desk.server.told_of(copy))

    assert {event.ticket for event in (*polled, *told)} == {str(copy)}


def test_no_ticket_of_somebody_else_is_taken_for_ours(desk: DjangoRig) -> None:
    made = ticket()
    copy = desk.server.ticket(title=f"[{made.reference}] copied from somewhere")

    opened = desk.helpdesk.open(made)

    assert opened.remote_ref != str(copy)
    assert desk.helpdesk.open(made).remote_ref == opened.remote_ref


@pytest.fixture
def small(desk: DjangoRig) -> Iterator[DjangoHelpdesk]:
    """An adapter that has just been started, and reads two to a page."""
    made = DjangoHelpdesk(desk.server.url, token=desk.server.ours, queue=1, page=2)
    yield made
    made._http.close()


def test_a_ticket_is_found_again_behind_a_page_of_newer_ones(
    desk: DjangoRig, small: DjangoHelpdesk
) -> None:
    made = ticket()
    opened = desk.helpdesk.open(made)
    for number in range(3):
        desk.server.ticket(title=f"A pothole {number}")

    again = small.open(made)

    assert again == opened


def test_more_news_than_a_page_are_all_read(
    desk: DjangoRig, small: DjangoHelpdesk, case: tuple[Ticket, str, str]
) -> None:
    _, ref, cursor = case
    for number in range(5):
        desk.server.follow_up(int(ref), f"reply {number}")

    events, later = small.events(cursor, [ref])

    assert [event.text for event in events] == [f"reply {number}" for number in range(5)]
    once_more, at_last = small.events(later, [ref])
    assert {event.remote_id for event in once_more} <= {event.remote_id for event in events}
    assert small.events(at_last, [ref]) == ([], at_last)


def test_what_was_there_before_us_is_not_read_through(
    desk: DjangoRig, small: DjangoHelpdesk, case: tuple[Ticket, str, str]
) -> None:
    _, ref, _ = case
    for number in range(5):
        desk.server.follow_up(int(ref), f"old {number}")

    events, cursor = small.events(None, [ref])

    assert len(events) <= 2
    desk.server.follow_up(int(ref), "new")
    assert "new" in [event.text for event in desk.helpdesk.events(cursor, [ref])[0]]


def test_the_words_of_a_person_who_copied_a_post_of_ours_are_heard(
    desk: DjangoRig, small: DjangoHelpdesk, case: tuple[Ticket, str, str]
) -> None:
    made, ref, cursor = case
    desk.helpdesk.append(ref, entry(made, "the parent's words"))
    ours = desk.seen(made.reference).posts[-1]
    desk.server.follow_up(int(ref), f"You wrote this, and I agree:\n{ours}")

    for fresh in (desk.helpdesk, small):
        (event,) = fresh.events(cursor, [ref])[0]
        assert event.text.startswith("You wrote this")
        assert "[message" not in event.text
    told = desk.helpdesk.parse({}, desk.server.told_of(int(ref)))
    assert [e.text.partition(",")[0] for e in told] == ["You wrote this"]


def test_follow_ups_of_both_sides_have_one_order(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, cursor = case
    ours = desk.helpdesk.append(ref, entry(made, "the parent's words"))
    desk.server.follow_up(int(ref), "Done.", new_status=3)
    later = desk.helpdesk.append(ref, entry(made, "more words"))

    *_, resolved = desk.helpdesk.events(cursor, [ref])[0]

    order = [desk.helpdesk.order(one) for one in (ours, resolved.remote_id, later)]
    assert None not in order
    assert order == sorted(order, key=lambda place: place or 0)


def test_an_urgent_entry_raises_the_ticket_and_a_later_consent_fills_the_field(
    desk: DjangoRig, case: tuple[Ticket, str, str]
) -> None:
    made, ref, _ = case
    before = desk._tickets(made.reference)[0]
    desk.helpdesk.append(ref, entry(made, "help me", urgent=True))
    desk.helpdesk.append(ref, entry(made, "yes", is_note=True, fields={"phone": "+447700900101"}))
    after = desk._tickets(made.reference)[0]

    assert (before["priority"], before["custom_phone"]) == (3, "")
    assert (after["priority"], after["custom_phone"]) == (1, "+447700900101")


def test_a_ticket_that_is_gone_or_merged_is_a_refusal_and_is_opened_anew(
    desk: DjangoRig,
) -> None:
    made, target = ticket(), desk.server.ticket(title="Another")
    ref = desk.helpdesk.open(made).remote_ref
    desk.server.person.patch(f"/api/tickets/{ref}/", json={"merged_to": target})

    with pytest.raises(Refused) as refused:
        desk.helpdesk.append(ref, entry(made, "words"))
    again = desk.helpdesk.open(made).remote_ref
    desk.server.person.delete(f"/api/tickets/{again}/")
    with pytest.raises(Refused) as gone:
        desk.helpdesk.append(again, entry(made, "words"))

    assert (refused.value.status, gone.value.status) == (404, 404)
    assert again not in (ref, str(target))


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


class Shelf:
    """A list of follow-ups that a test fills, in django-helpdesk's words."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []
        self.desk = DjangoHelpdesk("http://desk.example", token="t", queue=1)
        self.desk._http.close()
        self.desk._http = httpx.Client(
            base_url="http://desk.example", transport=httpx.MockTransport(self._answer)
        )

    def put(self, number: int, *, files: int = 0) -> None:
        row = {"id": number, "ticket": 1, "user": 2, "comment": f"reply {number}", "public": True}
        self.rows = [one for one in self.rows if one["id"] != number]
        self.rows.append({**row, "new_status": None, "followupattachment_set": [{}] * files})
        self.rows.sort(key=lambda one: int(str(one["id"])))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"count": len(self.rows), "results": self.rows})


def test_a_follow_up_that_is_seen_after_a_higher_number_is_not_passed_over() -> None:
    shelf = Shelf()
    shelf.put(1)
    _, cursor = shelf.desk.events(None, ["1"])
    shelf.put(3)
    _, cursor = shelf.desk.events(cursor, ["1"])
    shelf.put(2)

    events, cursor = shelf.desk.events(cursor, ["1"])

    assert "reply 2" in [event.text for event in events]
    _, cursor = shelf.desk.events(cursor, ["1"])
    assert shelf.desk.events(cursor, ["1"])[0] == []
    assert len(cursor) <= 250


def test_files_that_are_saved_after_their_follow_up_are_seen() -> None:
    shelf = Shelf()
    shelf.put(1)
    _, cursor = shelf.desk.events(None, ["1"])
    shelf.put(2)
    first, cursor = shelf.desk.events(cursor, ["1"])
    shelf.put(2, files=1)

    second, _ = shelf.desk.events(cursor, ["1"])

    assert [event.files for event in first if event.text == "reply 2"] == [0]
    assert [event.files for event in second if event.text == "reply 2"] == [1]


def test_a_slow_helpdesk_is_given_up_before_anybody_else_would_begin_the_same() -> None:
    now = [0.0]

    def slow(request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions["timeout"]
        now[0] += max(timeouts.values())
        assert now[0] <= LONGEST_CALL_S
        return httpx.Response(200, json={"count": 1_000, "results": []})

    desk = DjangoHelpdesk(
        "http://desk.example", token="t", queue=1, monotonic=lambda: now[0], page=2
    )
    desk._http.close()
    desk._http = httpx.Client(base_url="http://desk.example", transport=httpx.MockTransport(slow))

    with pytest.raises(Unreachable):
        desk.open(ticket())
    assert timedelta(seconds=now[0]) < LEASE


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
