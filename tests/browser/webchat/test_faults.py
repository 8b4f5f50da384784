"""The network, the edge, Redis and the assistant go away in mid-conversation and come back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import ChatWorld

pytestmark = pytest.mark.browser

BACK_WITHIN_MS = 45_000


def everything_once(parent: Parent, texts: list[str]) -> None:
    """Wait until every message and its answer stand in the conversation, once and in order."""
    expected = sorted([*texts, *(f"You said: {text}" for text in texts)])
    last = parent.log.locator(".msg .bubble").filter(has_text=f"You said: {texts[-1]}")
    expect(last).to_have_count(1, timeout=BACK_WITHIN_MS)
    parent.page.wait_for_timeout(500)
    said = parent.said()
    assert sorted(said) == expected
    assert [one for one in said if one in texts] == texts
    assert [one for one in said if one not in texts] == [f"You said: {text}" for text in texts]


@pytest.mark.short
def test_messages_written_offline_go_when_the_network_is_back(
    context: BrowserContext, page: Page, world: ChatWorld
) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("before")

    context.set_offline(True)
    parent.write("one")
    parent.write("another")
    expect(parent.panel.get_by_text("You are offline", exact=False).first).to_be_visible()
    expect(parent.log.get_by_text("Not sent yet", exact=False).first).to_be_visible()
    context.set_offline(False)

    everything_once(parent, ["before", "one", "another"])
    expect(parent.panel.locator(".strip")).to_be_hidden()


def test_unsent_messages_survive_a_reload(page: Page, world: ChatWorld) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("before")
    page.route("**/v1/messages", lambda route: route.abort())
    parent.write("while away")
    expect(parent.log.get_by_text("Not sent yet", exact=False)).to_be_visible()

    page.unroute("**/v1/messages")
    page.reload()

    everything_once(parent, ["before", "while away"])


@pytest.mark.short
def test_a_lost_answer_doubles_nothing(page: Page, world: ChatWorld) -> None:
    parent = Parent(page, world.page()).open()
    parent.ask("before")
    lost = []

    def lose(route: object) -> None:
        if len(lost) < 2:
            lost.append(route.fetch())  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/v1/messages", lose)
    parent.write("once")

    everything_once(parent, ["before", "once"])
    assert {answer.status for answer in lost} == {202}


def test_answers_come_by_long_poll_where_streams_do_not_get_through(
    page: Page, world: ChatWorld
) -> None:
    page.route("**/v1/events", lambda route: route.abort())
    parent = Parent(page, world.page()).open()

    for text in ("one", "another", "third"):
        parent.ask(text)

    everything_once(parent, ["one", "another", "third"])


@pytest.mark.short
def test_a_cut_wire_loses_and_doubles_nothing(page: Page, fragile_world: ChatWorld) -> None:
    parent = Parent(page, fragile_world.page()).open()
    parent.ask("before")

    fragile_world.proxy.cut()
    parent.write("one")
    expect(parent.panel.get_by_text("Connecting again", exact=False).first).to_be_visible()
    parent.write("another")
    fragile_world.proxy.join()

    everything_once(parent, ["before", "one", "another"])


def test_a_long_break_is_said_so_once_and_ends_by_itself(page: Page, world: ChatWorld) -> None:
    page.clock.install()
    parent = Parent(page, world.page()).open()
    parent.ask("before")
    parent.listen()

    page.route("**/v1/**", lambda route: route.abort())
    world.proxy.drop()
    expect(parent.panel.get_by_text("Connecting again", exact=False).first).to_be_visible()
    page.clock.fast_forward("00:45")
    page.clock.fast_forward("00:45")
    expect(parent.panel.get_by_text("cannot be reached at the moment").first).to_be_visible()
    page.unroute("**/v1/**")
    page.clock.fast_forward("00:45")

    expect(parent.panel.locator(".strip")).to_have_text("You are connected again.")
    parent.ask("after")
    assert parent.spoken()[:3] == [
        "Connecting again. Nothing is lost.",
        "The chat cannot be reached at the moment. Your messages are kept and we keep trying.",
        "You are connected again.",
    ]


@pytest.mark.parametrize("victim", ["edge", "workers"])
def test_a_killed_process_loses_and_doubles_nothing(
    page: Page, fragile_world: ChatWorld, victim: str
) -> None:
    parent = Parent(page, fragile_world.page()).open()
    parent.ask("before")

    fragile_world.kill(victim)
    parent.write("one")
    page.wait_for_timeout(1500)
    parent.write("another")
    fragile_world.start(victim)

    everything_once(parent, ["before", "one", "another"])


def test_without_redis_messages_are_answered_all_the_same(
    page: Page, fragile_world: ChatWorld
) -> None:
    parent = Parent(page, fragile_world.page()).open()
    parent.ask("before")

    fragile_world.redis.stop()
    parent.write("one")
    everything_once(parent, ["before", "one"])
    fragile_world.redis.start()
    parent.write("another")

    everything_once(parent, ["before", "one", "another"])


def test_an_assistant_that_is_away_is_said_so_and_answers_later(
    page: Page, fragile_world: ChatWorld
) -> None:
    parent = Parent(page, fragile_world.page()).open()
    parent.ask("before")

    fragile_world.assistant.fault = lambda turn: (503, {})
    parent.write("one")
    waiting = parent.log.get_by_text("This is taking longer than usual", exact=False)
    expect(waiting).to_be_visible(timeout=20_000)
    fragile_world.assistant.fault = lambda turn: None

    everything_once(parent, ["before", "one"])
    expect(waiting).to_be_hidden()
