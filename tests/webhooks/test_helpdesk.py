"""The helpdesk's doors: who may call, what is kept, and what a link shows."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from clients.sealing import Sealer
from messaging.handoff import cases
from messaging.handoff import relays as handed_over
from messaging.handoff.cases import Case
from messaging.handoff.links import LIFETIME, Links
from messaging.handoff.schema import relays
from messaging.log import append
from tests.messaging.fakes import FakeClock
from tests.webhooks.conftest import API_KEY, PAGE_KEY, PUBLIC, StaffedEdge
from webhooks.app import Edge

KEY = "w" * 32
NUMBER = "+447700900123"


def told(*followups: dict[str, object]) -> bytes:
    """Return what django-helpdesk posts."""
    ticket = {"id": 5, "queue": 1, "title": "[EHC-7F3KMX] x", "followup_set": list(followups)}
    document = {"ticket": ticket}
    return json.dumps(document | {"queue_slug": "send", "followup_id": 1}).encode()


def followup(number: int, comment: str = "hello", **more: object) -> dict[str, object]:
    made = {"id": number, "comment": comment, "public": True, "user": 2, "new_status": None}
    return made | {"date": "2026-11-23T10:00:00Z", "followupattachment_set": []} | more


def kept(edge: StaffedEdge) -> list[str]:
    with edge.database.reading() as connection:
        return list(connection.execute(select(relays.c.remote_id).order_by(relays.c.seq)).scalars())


def test_a_call_is_kept_once_however_often_it_comes(staffed_edge: StaffedEdge) -> None:
    client = staffed_edge.public.test_client()
    bodies = [told(followup(8)), told(followup(8)), told(followup(8), followup(7))]

    answers = [client.post(f"/webhooks/helpdesk/{KEY}", data=body) for body in bodies]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert kept(staffed_edge) == ["followup:8", "followup:7"]


def test_private_notes_are_not_kept(staffed_edge: StaffedEdge) -> None:
    client = staffed_edge.public.test_client()
    client.post(f"/webhooks/helpdesk/{KEY}", data=told(followup(8, public=False)))

    assert kept(staffed_edge) == []


@pytest.mark.parametrize("key", ["x" * 32, "w", KEY + "w", "%00"])
def test_who_does_not_know_the_key_finds_nothing(staffed_edge: StaffedEdge, key: str) -> None:
    answer = staffed_edge.public.test_client().post(
        f"/webhooks/helpdesk/{key}", data=told(followup(8))
    )

    assert answer.status_code == 404
    assert kept(staffed_edge) == []


def test_nonsense_is_refused(staffed_edge: StaffedEdge) -> None:
    client = staffed_edge.public.test_client()

    assert client.post(f"/webhooks/helpdesk/{KEY}", data=b"{}").status_code == 400


def opened_case(edge: StaffedEdge, clock: FakeClock) -> tuple[Links, Case]:
    """Put a case and a few words into the database; return what makes its links."""
    client = edge.public.test_client()
    settings = edge.edge._settings
    links = Links(PUBLIC, settings.messaging_seal_key.get_secret_value(), clock)
    conversation_id = edge.contacts.conversation_id(NUMBER)
    case = Case(
        case_id="a" * 32,
        conversation_id=conversation_id,
        reference="EHC-7F3KMX",
        adapter="django-helpdesk",
        reason="asked",
        journey=None,
        step=None,
        urgent=False,
        consent=cases.NO_NUMBER,
        consent_version="1",
        in_hours=True,
        created_at=clock.now(),
    )
    assert client is not None
    with edge.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO conversations (conversation_id, channel, created_at, last_message_at)"
                " VALUES (:id, 'sms', '2026-11-23', '2026-11-23')"
            ),
            {"id": conversation_id},
        )
        for author, words in (
            ("person", "<script>alert(1)</script> my code is __code__"),
            ("assistant", "Here it is: __vault_0123456789abcdef0123456789abcdef__"),
        ):
            append(connection, conversation_id, author=author, text=words, now=clock.now())
        cases.add(connection, case)
    return links, case


def test_a_link_shows_the_conversation_masked_and_leaves_no_trace(
    staffed_edge: StaffedEdge,
) -> None:
    links, case = opened_case(staffed_edge, FakeClock())
    path = links.make(case.case_id).removeprefix(PUBLIC)

    answer = staffed_edge.public.test_client().get(path)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "EHC-7F3KMX" in page
    assert "[code hidden]" in page
    assert "[link or code, seen by the parent only]" in page
    assert "<script>" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def said(edge: StaffedEdge, case: Case, author: str, words: str, *, to_people: bool) -> None:
    """Let something be said after the case was made."""
    now = case.created_at + timedelta(minutes=1)
    with edge.database.transaction() as connection:
        made = append(connection, case.conversation_id, author=author, text=words, now=now)
        if to_people:
            handed_over.add(
                connection,
                Sealer(b"k" * 32),
                case_id=case.case_id,
                adapter=case.adapter,
                direction=handed_over.OUT,
                cause=f"parent/{made.message_id}",
                kind=handed_over.PARENT,
                body={},
                now=now,
            )


def test_a_link_shows_what_was_said_to_people_and_nothing_that_was_said_to_the_assistant(
    staffed_edge: StaffedEdge,
) -> None:
    links, case = opened_case(staffed_edge, FakeClock())
    said(staffed_edge, case, "person", "these words are for people", to_people=True)
    said(staffed_edge, case, "helper", "a person answers", to_people=False)
    said(staffed_edge, case, "person", "these are for the assistant", to_people=False)
    said(staffed_edge, case, "assistant", "the assistant answers", to_people=False)

    page = _page(staffed_edge, links, case)

    assert "these words are for people" in page
    assert "a person answers" in page
    assert "for the assistant" not in page
    assert "the assistant answers" not in page
    assert "The parent is with the assistant" in page


def test_a_link_shows_nothing_that_was_said_after_the_case_was_closed(
    staffed_edge: StaffedEdge,
) -> None:
    links, case = opened_case(staffed_edge, FakeClock())
    with staffed_edge.database.transaction() as connection:
        cases.change(connection, case.case_id, closed_at=case.created_at + timedelta(seconds=30))
    said(staffed_edge, case, "helper", "of another case", to_people=False)

    page = _page(staffed_edge, links, case)

    assert "of another case" not in page
    assert "The case is closed." in page


def _page(edge: StaffedEdge, links: Links, case: Case) -> str:
    path = links.make(case.case_id).removeprefix(PUBLIC)
    return edge.public.test_client().get(path).get_data(as_text=True)


@pytest.mark.parametrize(("seconds", "is_good"), [(-1, True), (0, False), (1, False)])
def test_a_link_is_good_for_an_hour(staffed_edge: StaffedEdge, seconds: int, is_good: bool) -> None:
    past = FakeClock()
    past.time -= LIFETIME + timedelta(seconds=seconds)
    links, case = opened_case(staffed_edge, past)
    path = links.make(case.case_id).removeprefix(PUBLIC)

    answer = staffed_edge.public.test_client().get(path)

    assert (answer.status_code == 200) is is_good
    assert ("EHC-7F3KMX" in answer.get_data(as_text=True)) is is_good


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "AA", lambda t: "x", lambda t: "A" + t])
def test_a_forged_link_opens_nothing(staffed_edge: StaffedEdge, change: object) -> None:
    links, case = opened_case(staffed_edge, FakeClock())
    head, _, token = links.make(case.case_id).removeprefix(PUBLIC).rpartition("/")

    answer = staffed_edge.public.test_client().get(f"{head}/{change(token)}")  # type: ignore[operator]

    assert answer.status_code == 404
    assert "This link is over" in answer.get_data(as_text=True)


def test_a_link_only_reads(staffed_edge: StaffedEdge) -> None:
    links, case = opened_case(staffed_edge, FakeClock())
    path = links.make(case.case_id).removeprefix(PUBLIC)
    client = staffed_edge.public.test_client()

    assert {client.open(path, method=m).status_code for m in ("POST", "PUT", "DELETE")} == {405}


def test_the_managers_page_counts_and_opens_with_the_key_only(staffed_edge: StaffedEdge) -> None:
    opened_case(staffed_edge, FakeClock())
    client = staffed_edge.internal.test_client()

    refused = client.get("/handoffs")
    by_browser = client.get("/handoffs", auth=("manager", PAGE_KEY))
    by_machine = client.get("/handoffs", headers={"Authorization": f"Bearer {PAGE_KEY}"})

    page = by_browser.get_data(as_text=True)
    assert refused.status_code == 401
    assert "Basic" in refused.headers["WWW-Authenticate"]
    for wrong in ("wrong", API_KEY):
        assert client.get("/handoffs", auth=("manager", wrong)).status_code == 401
    assert by_machine.status_code == by_browser.status_code == 200
    assert "asked for a person</th><td>1</td>" in page
    assert "Needed nobody</th><td>0 %</td>" in page
    assert NUMBER[-6:] not in page
    assert staffed_edge.public.test_client().get("/handoffs").status_code == 404


def test_the_key_of_the_managers_page_opens_nothing_else(staffed_edge: StaffedEdge) -> None:
    client = staffed_edge.internal.test_client()
    headers = {"Authorization": f"Bearer {PAGE_KEY}", "Idempotency-Key": "one"}

    assert client.post("/v1/texts", json={}, headers=headers).status_code == 401
    assert client.get("/v1/handoffs/x/offer", headers=headers).status_code == 401
    assert client.get("/metrics", headers=headers).status_code == 401


def test_without_a_key_of_its_own_nobody_sees_the_managers_page(edge: Edge) -> None:
    client = edge.internal.test_client()

    assert client.get("/handoffs", auth=("manager", API_KEY)).status_code == 401
    assert client.get("/handoffs", auth=("manager", "")).status_code == 401
