"""A whole handoff through running processes, by email and by django-helpdesk."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from messaging.handoff import consent
from messaging.handoff.outgoing import LEASE
from tests.clients.helpdesk.conftest import needs_dovecot
from tests.clients.helpdesk.rigs import REPLIES, TO, DjangoRig, EmailRig
from tests.messaging.world import World
from tests.messaging.world import until as until_within
from tests.standins import django_helpdesk

TEAM = "the SEND team"
COMMON = {"HELPDESK_TEAM": TEAM, "HELPDESK_POLL_S": "0.5", "HUB_PUBLIC_URL": "http://127.0.0.1:9"}


def until(condition: Callable[[], Any]) -> Any:
    """Wait: the helpdesk, the workers and the clock each have a pace of their own."""
    return until_within(condition, within_s=60.0)


def offers(turn: Any) -> dict[str, Any] | None:
    """Offer a person to whoever asks for one, as the assistant does."""
    if "person" not in turn["text"]:
        return None
    has_number = turn["sender"] is not None
    offer = {"offer": consent.VERSION, "with_number": has_number}
    return {"reason": "asked", **offer, "facts": {}}


def started(folder: Any, **environment: str) -> World:
    world = World(folder, **COMMON, **environment)
    world.start()
    world.assistant.handoff = offers
    return world


@pytest.fixture(scope="module")
def by_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, EmailRig]]:
    rig = EmailRig()
    world = started(
        tmp_path_factory.mktemp("by-mail"),
        HELPDESK="email",
        HELPDESK_MAIL_TO=TO,
        HELPDESK_MAIL_FROM=REPLIES,
        HELPDESK_IMAP_URL=rig.dovecot.url,
        SMTP_URL=rig.server.url,
    )
    yield world, rig
    world.stop()
    rig.close()


@pytest.fixture(scope="module")
def by_django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, DjangoRig]]:
    if not django_helpdesk.is_installed():
        pytest.skip("needs requirements/helpdesk.txt: scripts/environments.sh helpdesk")
    rig = DjangoRig()
    key = secrets.token_urlsafe(24)
    world = started(
        tmp_path_factory.mktemp("by-django"),
        HELPDESK="django-helpdesk",
        HELPDESK_URL=rig.server.url,
        HELPDESK_TOKEN=rig.server.ours,
        HELPDESK_WEBHOOK_KEY=key,
    )
    rig.server.calls(world.public(f"/webhooks/helpdesk/{key}"))
    yield world, rig
    world.stop()
    rig.close()


def number() -> str:
    return f"+447700900{secrets.randbelow(900) + 100}"


def passed_on(world: World, parent: str) -> str:
    """Pass a parent on; return the reference that they were told."""
    world.text(parent, "i want to talk to a person")
    until(lambda: world.carrier.bodies(parent))
    world.text(parent, "1")
    told = until(lambda: [b for b in world.carrier.bodies(parent) if "EHC-" in b])
    return next(word for word in told[0].split() if word.startswith("EHC-")).rstrip(".,")


@needs_dovecot
def test_by_email_a_parent_and_a_person_talk_and_it_ends(
    by_mail: tuple[World, EmailRig],
) -> None:
    world, rig = by_mail
    parent = number()
    reference = passed_on(world, parent)
    until(lambda: rig.count(reference))

    rig.replies(reference, "Hello, I can see your invitation.")
    until(lambda: any("I can see your invitation" in b for b in world.carrier.bodies(parent)))
    world.text(parent, "great, what is next, my number is 07700 900456")
    until(lambda: len(rig.seen(reference).posts) == 1)
    rig.replies(reference, "Press Send Code.\nresolve")
    until(lambda: any("has closed this" in b for b in world.carrier.bodies(parent)))

    bodies = world.carrier.bodies(parent)
    assert parent in rig.seen(reference).body
    assert "07700 900456" in rig.seen(reference).posts[0]
    assert sum(f"Sam, {TEAM}:" in body for body in bodies) == 2
    assert not any("SEND officer" in body or "wrote:" in body for body in bodies)
    assert not any("great, what is next" in turn["text"] for turn in world.assistant.turns)


@needs_dovecot
def test_the_link_in_a_mail_shows_the_conversation(by_mail: tuple[World, EmailRig]) -> None:
    world, rig = by_mail
    parent = number()
    reference = passed_on(world, parent)
    until(lambda: rig.count(reference))
    link = next(w for w in rig.seen(reference).body.split() if "/helpdesk/conversations/" in w)

    page = httpx.get(world.public(link.split(".example.gov.uk")[1]))

    assert page.status_code == 200
    assert "i want to talk to a person" in page.text
    assert parent[-6:] not in page.text


@needs_dovecot
def test_a_helpdesk_that_was_down_gets_everything_once_and_in_order(
    by_mail: tuple[World, EmailRig],
) -> None:
    world, rig = by_mail
    parent = number()
    rig.goes_down()
    try:
        reference = passed_on(world, parent)
        world.text(parent, "the first thing")
        world.text(parent, "the second thing")
        until(lambda: len(world.carrier.bodies(parent)) >= 3)
        world.kill("workers")
        world.start("workers")
    finally:
        rig.comes_back()

    until_within(
        lambda: rig.count(reference) and len(rig.seen(reference).posts) == 2,
        # What a worker held when it was killed is taken up at the end of its lease.
        within_s=2 * LEASE.total_seconds(),
    )
    posts = rig.seen(reference).posts
    assert ["the first thing" in posts[0], "the second thing" in posts[1]] == [True, True]


@needs_dovecot
def test_with_redis_away_words_still_go_to_and_fro(by_mail: tuple[World, EmailRig]) -> None:
    world, rig = by_mail
    parent = number()
    reference = passed_on(world, parent)
    until(lambda: rig.count(reference))
    world.redis.stop()
    try:
        rig.replies(reference, "Hello without Redis.")
        until(lambda: any("Hello without Redis" in b for b in world.carrier.bodies(parent)))
        world.text(parent, "and back")
        until(lambda: any("and back" in p for p in rig.seen(reference).posts))
    finally:
        world.mend()


def test_by_django_helpdesk_both_ways_once_and_no_private_note(
    by_django: tuple[World, DjangoRig],
) -> None:
    world, rig = by_django
    parent = number()
    reference = passed_on(world, parent)
    until(lambda: rig.count(reference))
    ticket = rig.number(reference)

    rig.server.follow_up(ticket, "he has rung three times", public=False)
    rig.server.follow_up(ticket, "Hello, I can see your invitation.")
    until(lambda: any("I can see your invitation" in b for b in world.carrier.bodies(parent)))
    world.text(parent, "and {{ ticket.title }}?")
    until(lambda: len(rig.seen(reference).posts) == 3)
    rig.server.follow_up(ticket, "Done.", new_status=3)
    until(lambda: any("has closed this" in b for b in world.carrier.bodies(parent)))
    world.text(parent, "it still does not work")
    until(lambda: rig._tickets(reference)[0]["status"] == 2)

    bodies = " ".join(world.carrier.bodies(parent))
    assert "rung three times" not in bodies
    assert bodies.count("I can see your invitation") == 1
    assert bodies.count("Done.") == 1
    assert rig._tickets(reference)[0]["custom_phone"] == parent


def test_while_our_door_is_shut_the_poll_brings_the_reply(
    by_django: tuple[World, DjangoRig],
) -> None:
    world, rig = by_django
    parent = number()
    reference = passed_on(world, parent)
    until(lambda: rig.count(reference))
    world.kill("edge")
    try:
        answer = rig.server.follow_up(rig.number(reference), "Hello while the door is shut.")
        until(lambda: any("door is shut" in b for b in world.carrier.bodies(parent)))
    finally:
        world.mend()

    # The helpdesk's person is shown an error although the words were kept, and came.
    assert answer.status_code == 500
    assert sum("door is shut" in b for b in world.carrier.bodies(parent)) == 1
