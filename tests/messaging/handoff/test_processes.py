"""What must hold, through running processes, by email (a real dovecot) and by django-helpdesk.

One short dialogue of each stands in `make test`; the rest is marked `long` and left to
`make check-handoff`.
"""

import secrets
from collections.abc import Iterator

import pytest

from messaging.handoff.outgoing import LEASE
from tests.clients.helpdesk.conftest import needs_dovecot
from tests.messaging.handoff.desks import TEAM, Desk, DjangoDesk, MailDesk, until
from tests.messaging.world import until as until_within
from tests.standins import django_helpdesk, plain

long = pytest.mark.long
both = pytest.mark.parametrize(
    "desk",
    [pytest.param("mail", marks=needs_dovecot), pytest.param("django")],
    indirect=True,
    scope="module",
)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = MailDesk(tmp_path_factory.mktemp("by-mail"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if not django_helpdesk.is_installed():
        pytest.skip("needs requirements/helpdesk.txt: scripts/environments.sh helpdesk")
    made = DjangoDesk(tmp_path_factory.mktemp("by-django"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def parent() -> str:
    return f"+447700900{secrets.randbelow(900) + 100}"


@pytest.fixture(autouse=True)
def mended(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test broke is whole again for the next one."""
    desk: Desk | None = None
    if "desk" in request.fixturenames:
        desk = request.getfixturevalue("desk")
    yield
    if desk is not None:
        desk.breaks(False)
        desk.loses(False)
        desk.rig.comes_back()
        desk.world.mend()


def opened(desk: Desk, parent: str) -> str:
    """Pass a parent on, and wait until people see it."""
    reference = desk.passes_on(parent)
    until(lambda: desk.rig.count(reference))
    until(desk.is_settled)
    return reference


@both
def test_both_ways_once_and_to_the_end(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)

    desk.says(reference, "Hello, I can see your invitation.")
    until(lambda: desk.hears(parent, "I can see your invitation"))
    desk.world.text(parent, "what is {{ ticket.title }}, call me on 07700 900456")
    until(lambda: any("call me on" in post for post in desk.posts(reference)))
    until(desk.is_settled)
    desk.resolves(reference)
    until(lambda: desk.hears(parent, "has closed this"))
    desk.world.text(parent, "it still does not work")
    until(lambda: any("still does not work" in post for post in desk.posts(reference)))
    until(desk.is_settled)
    assert not desk.is_closed(reference)
    desk.resolves(reference)
    until(lambda: len(desk.hears(parent, "has closed this")) == 2)

    assert parent in desk.rig.seen(reference).body
    assert len(desk.hears(parent, "I can see your invitation")) == 1
    assert any("07700 900456" in post for post in desk.posts(reference))
    assert not any("SEND officer" in body or "wrote:" in body for body in desk.hears(parent, ""))
    assert not any("what is" in turn["text"] for turn in desk.world.assistant.turns)


@long
def test_a_private_note_never_leaves_the_helpdesk(django: DjangoDesk, parent: str) -> None:
    reference = opened(django, parent)
    number = django.rig.number(reference)

    django.rig.server.follow_up(number, "he has rung three times", public=False)
    django.rig.server.follow_up(number, "Hello.")
    until(lambda: django.hears(parent, "Hello."))

    assert django.hears(parent, "rung three times") == []
    assert django.rig._tickets(reference)[0]["custom_phone"] == parent


@long
@both
def test_a_double_yes_is_one_ticket(desk: Desk, parent: str) -> None:
    desk.world.text(parent, "i want to talk to a person")
    until(lambda: desk.hears(parent, ""))
    for _ in range(2):
        desk.world.text(parent, "1")
    told = until(lambda: desk.hears(parent, "EHC-"))
    reference = next(word for word in told[0].split() if "EHC-" in word).rstrip(".,")
    until(lambda: desk.rig.count(reference))
    desk.says(reference, "Hello.")
    until(lambda: desk.hears(parent, "Hello."))

    assert desk.rig.count(reference) == 1
    assert not any("The parent writes" in post for post in desk.posts(reference))
    assert len(desk.hears(parent, "EHC-")) == 1


@long
@both
def test_a_call_that_comes_twice_and_out_of_order_is_heard_once(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.says(reference, "the first answer")
    desk.says(reference, "the second answer")
    first, second = desk.calls_of(reference)

    answers = [desk.tells(body) for body in (second, first, second, first)]
    until(lambda: desk.hears(parent, "the first") and desk.hears(parent, "the second"))
    desk.says(reference, "the last answer")
    until(lambda: desk.hears(parent, "the last answer"))

    assert set(answers) == {202}
    assert len(desk.hears(parent, "the first")) == len(desk.hears(parent, "the second")) == 1


@long
@both
def test_a_reply_before_open_has_returned_is_heard_once(desk: Desk, parent: str) -> None:
    desk.loses(True)
    reference = desk.passes_on(parent)
    until(lambda: desk.rig.count(reference))
    desk.says(reference, "a quick answer")
    desk.loses(False)

    until(lambda: desk.hears(parent, "a quick answer"))
    desk.world.text(parent, "thank you")
    until(lambda: any("thank you" in post for post in desk.posts(reference)))
    assert desk.rig.count(reference) == 1
    assert len(desk.hears(parent, "a quick answer")) == 1


@long
@both
def test_a_reply_after_the_end_still_arrives_and_can_be_answered(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.resolves(reference)
    until(lambda: desk.hears(parent, "has closed this"))
    desk.makes_old(reference, is_due=True)
    until(lambda: desk.state(reference) == "bot")

    desk.says(reference, "I forgot to say this.")
    until(lambda: desk.hears(parent, "I forgot to say this"))
    desk.world.text(parent, "good to know, but what now")
    until(lambda: any("but what now" in post for post in desk.posts(reference)))
    until(desk.is_settled)
    assert not desk.is_closed(reference)
    assert desk.state(reference) == "ticket"


@long
@both
def test_a_resolve_that_crosses_with_a_message_leaves_it_heard(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.breaks(True)
    desk.world.text(parent, "one more thing")
    until(lambda: not desk.is_settled())
    desk.resolves(reference)
    desk.breaks(False)

    until(lambda: any("while this was being closed" in post for post in desk.posts(reference)))
    until(desk.is_settled)
    assert any("one more thing" in post for post in desk.posts(reference))
    assert not desk.is_closed(reference)
    assert desk.hears(parent, "has closed this") == []
    desk.resolves(reference)
    until(lambda: desk.hears(parent, "has closed this"))


@long
@both
def test_two_people_who_answer_are_both_heard(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.says(reference, "Hello from one.")
    desk.says(reference, "Hello from the other.", other=True)

    until(lambda: desk.hears(parent, "from one") and desk.hears(parent, "from the other"))
    if isinstance(desk, MailDesk):
        assert desk.hears(parent, "from one")[0].startswith(f"Sam, {TEAM}: ")
        assert desk.hears(parent, "from the other")[0].startswith(f"Jo, {TEAM}: ")


@long
@both
def test_stop_while_a_person_has_it_silences_and_is_told(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.says(reference, "Hello.")
    until(lambda: desk.hears(parent, "Hello."))
    desk.world.text(parent, "STOP")
    until(lambda: desk.hears(parent, "no more texts"))
    desk.says(reference, "Are you still there?")

    until(lambda: any("was not delivered" in post for post in desk.posts(reference)))
    assert any("STOP" in post for post in desk.posts(reference))
    assert desk.hears(parent, "Are you still there") == []


@long
@both
def test_with_redis_away_words_still_go_to_and_fro(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    desk.world.redis.stop()

    desk.says(reference, "Hello without Redis.")
    until(lambda: desk.hears(parent, "Hello without Redis"))
    desk.world.text(parent, "and back")
    until(lambda: any("and back" in post for post in desk.posts(reference)))


@long
@both
def test_a_helpdesk_that_answers_500_gets_everything_once_and_in_order(
    desk: Desk, parent: str
) -> None:
    reference = opened(desk, parent)
    desk.breaks(True)
    for words in ("the first thing", "the second thing"):
        desk.world.text(parent, words)
    until(lambda: not desk.is_settled())
    desk.breaks(False)

    until(lambda: any("the second thing" in post for post in desk.posts(reference)))
    found = [post for post in desk.posts(reference) if " thing" in post]
    assert ["the first" in found[0], "the second" in found[1]] == [True, True]
    assert len(found) == 2


@long
@both
def test_a_helpdesk_that_was_down_and_a_death_lose_nothing(desk: Desk, parent: str) -> None:
    desk.rig.goes_down()
    reference = desk.passes_on(parent)
    for words in ("the first thing", "the second thing"):
        desk.world.text(parent, words)
    until(lambda: len(desk.hears(parent, "")) >= 3)
    desk.world.kill("workers")
    desk.world.start("workers")
    desk.rig.comes_back()

    until_within(
        lambda: desk.rig.count(reference) and len(desk.posts(reference)) == 2,
        # What a worker held when it was killed is taken up at the end of its lease.
        within_s=2 * LEASE.total_seconds(),
    )
    posts = desk.posts(reference)
    assert ["the first thing" in posts[0], "the second thing" in posts[1]] == [True, True]


@long
@both
def test_a_silence_of_more_than_an_hour_does_not_end_the_persons_turn(
    desk: Desk, parent: str
) -> None:
    reference = opened(desk, parent)
    desk.says(reference, "Hello.")
    until(lambda: desk.hears(parent, "Hello."))
    desk.makes_old(reference, is_due=False)
    desk.world.text(parent, "are you still there")

    until(lambda: any("are you still there" in post for post in desk.posts(reference)))
    assert not any("still there" in turn["text"] for turn in desk.world.assistant.turns)
    assert desk.state(reference) == "human"


@long
@both
def test_the_link_in_a_ticket_shows_the_conversation(desk: Desk, parent: str) -> None:
    reference = opened(desk, parent)
    words = desk.rig.seen(reference).body.split()
    link = next(word for word in words if "/helpdesk/conversations/" in word)

    page = plain.get(desk.world.public(link.split(".example.gov.uk")[1]))

    assert page.status_code == 200
    assert "i want to talk to a person" in page.text
    assert parent[-6:] not in page.text


@long
def test_while_our_door_is_shut_the_poll_brings_the_reply(django: DjangoDesk, parent: str) -> None:
    reference = opened(django, parent)
    django.world.kill("edge")
    try:
        number = django.rig.number(reference)
        answer = django.rig.server.follow_up(number, "Hello while the door is shut.")
        until(lambda: django.hears(parent, "door is shut"))
    finally:
        django.world.mend()

    # The helpdesk's person is shown an error although the words were kept, and came.
    assert answer.status_code == 500
    assert len(django.hears(parent, "door is shut")) == 1
