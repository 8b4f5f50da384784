"""Every state that the chat can be seen in; each begins on the page with the chat closed."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.webchat.parent import Parent
from tests.browser.webchat.world import URDU, ChatWorld

QUESTION = "How do you want to get your codes?"
SENT = "A security code is on its way"
PHONE = "+447700900141"

State = Callable[[Parent, ChatWorld], None]


def closed(_parent: Parent, _world: ChatWorld) -> None:
    """Nothing has been opened."""


def opened(parent: Parent, _world: ChatWorld) -> None:
    parent.open()


def talked(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("Hello")
    parent.ask("code", SENT)
    parent.ask("buttons", QUESTION)


def answered(parent: Parent, world: ChatWorld) -> None:
    talked(parent, world)
    parent.press("Use an app")
    parent.sees("You said by button")


def code(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("code", SENT)


def authenticator(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("app", "Scan this code")
    expect(parent.page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()


def gone(parent: Parent, world: ChatWorld) -> None:
    """A page brought back shows no secret a second time."""
    authenticator(parent, world)
    parent.page.reload()
    if not parent.panel.is_visible():
        parent.open()
    expect(parent.log.locator(".key")).to_contain_text("no longer shown")


def menu(parent: Parent, world: ChatWorld) -> None:
    talked(parent, world)
    parent.press("More")


def large(parent: Parent, world: ChatWorld) -> None:
    """The largest words."""
    menu(parent, world)
    parent.page.get_by_label("Largest").check()
    parent.page.keyboard.press("Escape")


def person(parent: Parent, _world: ChatWorld) -> None:
    parent.open().press("Talk to a person")


def sms(parent: Parent, _world: ChatWorld) -> None:
    parent.open().press("More")
    parent.press("Continue by text message")


def sms_words(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("Hello")
    parent.press("More")
    parent.press("Continue by text message")
    expect(parent.panel.get_by_text(re.compile("CHAT [2-9A-Z]{4}-"))).to_be_visible()


def joined(parent: Parent, world: ChatWorld) -> None:
    """A phone takes part."""
    sms_words(parent, world)
    world.text(PHONE, parent.panel.locator(".words .key").inner_text())
    expect(parent.panel.get_by_text("The phone that ends in 141 takes part")).to_be_visible()


def ending(parent: Parent, world: ChatWorld) -> None:
    menu(parent, world)
    parent.press("End and clear this chat")


def ended(parent: Parent, world: ChatWorld) -> None:
    """Another window has ended the chat."""
    parent.open().ask("Hello")
    session = json.loads(parent.storage()["session"]["ehc-chat"])["session"]
    parent.page.request.delete(
        world.page("/webchat/v1/sessions/current"),
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    parent.write("Hello again")
    expect(parent.page.get_by_role("button", name="Start a new chat")).to_be_visible()


def too_long(parent: Parent, _world: ChatWorld) -> None:
    parent.open().field.fill("a" * 1700)


def empty_code(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("code", SENT)
    parent.press("Check the code")


def offline(parent: Parent, _world: ChatWorld) -> None:
    parent.open().ask("Hello")
    parent.page.context.set_offline(True)
    parent.write("While away")
    expect(parent.panel.get_by_text("You are offline", exact=False).first).to_be_visible()


def reconnecting(parent: Parent, world: ChatWorld) -> None:
    """The signal is there, the chat does not answer."""
    parent.open().ask("Hello")
    parent.page.route("**/v1/**", lambda route: route.abort())
    world.proxy.drop()
    expect(parent.panel.get_by_text("Connecting again", exact=False).first).to_be_visible()


def slowed(parent: Parent, world: ChatWorld) -> None:
    """More messages in a minute than are taken, as the server says it."""
    talked(parent, world)
    problem = json.dumps({"type": "urn:ehc-hub:problem:too-many-messages"})
    headers = {"Retry-After": "30"}
    parent.page.route(
        "**/v1/messages",
        lambda route: route.fulfill(status=429, body=problem, headers=headers),
    )
    parent.write("And one more question")
    expect(parent.log.get_by_text("sending messages quickly", exact=False)).to_be_visible()


def working(parent: Parent, world: ChatWorld) -> None:
    """The assistant is writing."""
    parent.open().ask("Hello")
    world.assistant.fault = lambda turn: (503, {})
    parent.write("Hello again")
    expect(parent.log.get_by_text("The assistant is writing")).to_be_visible()


def unread(parent: Parent, world: ChatWorld) -> None:
    """Closed, and an answer has come."""
    working(parent, world)
    parent.page.keyboard.press("Escape")
    world.assistant.fault = lambda turn: None
    expect(parent.launcher).to_have_accessible_name("Chat with us, 1 new message")


def scrolled_up(parent: Parent, world: ChatWorld) -> None:
    """An answer has come while the parent reads further up."""
    parent.open().ask("long", "Line 1 of a long answer.")
    world.assistant.fault = lambda turn: (503, {})
    parent.write("Hello again")
    expect(parent.log.get_by_text("The assistant is writing")).to_be_visible()
    parent.log.hover()
    parent.page.mouse.wheel(0, -600)
    world.assistant.fault = lambda turn: None
    expect(parent.page.get_by_role("button", name="Go to new messages")).to_be_visible()


def other_language(parent: Parent, _world: ChatWorld) -> None:
    """Answered in the parent's own language."""
    parent.open().write("Dzień dobry, nie mówię po angielsku, proszę o pomoc z rejestracją")
    expect(parent.log.locator(".from-service .bubble[lang=pl]").first).to_be_visible()


def waiting(parent: Parent, world: ChatWorld) -> None:
    """Passed on, nobody has answered yet."""
    parent.open().ask("Hello")
    world.pass_on()
    expect(parent.panel.get_by_text("Waiting for a person")).to_be_visible()


def helper(parent: Parent, world: ChatWorld) -> None:
    """A person has the conversation."""
    parent.open().ask("Hello")
    world.pass_on(agent="Sam", says="Hello, this is Sam. How can I help?")
    expect(parent.panel.get_by_text("You are talking to Sam")).to_be_visible()
    parent.sees("Hello, this is Sam")


def speak_on_the_page(page: Page, lang: str) -> None:
    """Let the page's tag say which language it wants."""
    page.route(
        "**/webchat/demo",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace("async></script>", f'async data-lang="{lang}"></script>'),
        ),
    )


def urdu(parent: Parent, _world: ChatWorld) -> None:
    """From right to left, in the council's own words; what it has no words for is in English."""
    speak_on_the_page(parent.page, "ur")
    parent.page.goto(parent.url)
    parent.launcher.click()
    page = parent.page
    expect(page.get_by_role("dialog", name=URDU["title"])).to_be_visible()
    page.get_by_role("textbox", name=URDU["composer"]).fill("buttons")
    page.get_by_role("button", name=URDU["send"]).click()
    parent.sees(QUESTION)


STATES: list[State] = [
    closed,
    opened,
    talked,
    answered,
    code,
    authenticator,
    gone,
    menu,
    large,
    person,
    sms,
    sms_words,
    joined,
    ending,
    ended,
    too_long,
    empty_code,
    offline,
    reconnecting,
    slowed,
    working,
    unread,
    scrolled_up,
    other_language,
    waiting,
    helper,
    urdu,
]
