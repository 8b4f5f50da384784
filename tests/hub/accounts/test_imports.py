"""Lists of people to invite."""

import pytest

from hub.accounts import imports, invitations, relay
from hub.accounts.errors import ImportRejected, NotFound
from hub.store.tables import ImportRow
from tests.hub.people import register


def finish(hub) -> None:
    while relay.sweep(hub):
        pass


def test_everyone_on_the_list_is_invited_once_and_refusals_are_told_by_line(
    hub, mails, invite
) -> None:
    register(hub, invite("done@example.com"))
    content = (
        b"Name,Email\nA,a@example.com\nB,not an address\nC,A@example.com\n\n"
        b"D,done@example.com\nE\nF,f@example.com\n"
    )
    mails.all.clear()

    import_id = imports.begin(hub, content, actor="test")
    begun = imports.report(hub, import_id)
    finish(hub)
    done = imports.report(hub, import_id)

    assert (begun.total, begun.done) == (6, 3)
    assert (done.total, done.done, done.invited) == (6, 6, 2)
    assert [(row.line, row.reason) for row in done.refused] == [
        (3, "email-not-accepted"),
        (4, "duplicate"),
        (6, "registration-complete"),
        (7, "email-not-accepted"),
    ]
    assert sorted(mail.to for mail in mails.all) == ["a@example.com", "f@example.com"]


def test_an_address_that_was_invited_too_often_is_refused(hub) -> None:
    for _ in range(3):
        invitations.invite(hub, email="often@example.com", actor="test")

    import_id = imports.begin(hub, b"often@example.com\nother@example.com", actor="test")
    finish(hub)

    assert [row.reason for row in imports.report(hub, import_id).refused] == ["too-many-requests"]


def test_no_address_is_kept_when_the_list_is_done(hub) -> None:
    import_id = imports.begin(hub, b"a@example.com", actor="test")
    finish(hub)

    with hub.store.transaction() as session:
        row = session.get_one(ImportRow, (import_id, 1))
    assert row.email_sealed is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "not_text"),
        (b"", "no_rows"),
        (b"\n\n", "no_rows"),
        (b"email\n", "no_rows"),
        (b"name,phone\nA,1\n", "no_email_column"),
        (b"nothing\n", "no_email_column"),
        (b"a@example.com\n" * 10_001, "too_many_rows"),
    ],
)
def test_a_list_that_cannot_be_read_invites_nobody(hub, content, reason) -> None:
    with pytest.raises(ImportRejected) as refusal:
        imports.begin(hub, content, actor="test")

    assert refusal.value.reason == reason


def test_an_unknown_list_is_not_found(hub) -> None:
    with pytest.raises(NotFound):
        imports.report(hub, "unknown")


def test_a_line_that_cannot_be_opened_stops_no_other(hub, mails) -> None:
    import_id = imports.begin(hub, b"a@example.com\nb@example.com", actor="test")
    with hub.store.transaction() as session:
        session.get_one(ImportRow, (import_id, 1)).email_sealed = "1.gone.AAAA"

    finish(hub)

    report = imports.report(hub, import_id)
    assert [(row.line, row.reason) for row in report.refused] == [(1, "unreadable")]
    assert [mail.to for mail in mails.all] == ["b@example.com"]


def test_a_part_of_the_relay_that_fails_stops_no_other(hub, mails, monkeypatch) -> None:
    def broken(_hub) -> int:
        raise ValueError("broken")

    monkeypatch.setattr(relay, "PARTS", (broken, *relay.PARTS))
    imports.begin(hub, b"a@example.com", actor="test")

    while relay.Relay(hub)._sweep():
        pass

    assert [mail.to for mail in mails.all] == ["a@example.com"]
