"""What a parent does with the chat, in real Chromium, on the running processes."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.webchat import states
from tests.browser.webchat.parent import Parent, look_away
from tests.browser.webchat.world import SETUP_KEY, ChatWorld
from tests.messaging.world import until

pytestmark = pytest.mark.browser


@pytest.mark.short
def test_nothing_is_stored_or_asked_before_the_parent_opens_the_chat(
    context: BrowserContext, page: Page, world: ChatWorld
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    parent = Parent(page, world.page())
    page.wait_for_timeout(300)

    assert not [url for url in asked if "/v1/" in url]
    assert parent.storage() == {"session": {}, "local": {}, "cookies": ""}
    assert context.cookies() == []


def test_opening_stores_nothing_and_writing_sets_no_cookie(
    parent: Parent, context: BrowserContext
) -> None:
    parent.open()
    before = parent.storage()

    parent.ask("Hello")

    assert before == {"session": {}, "local": {}, "cookies": ""}
    assert list(parent.storage()["session"]) == ["ehc-chat"]
    assert parent.storage()["local"] == {}
    assert context.cookies() == []


def test_a_message_is_answered_and_shows_its_time(parent: Parent) -> None:
    parent.open().ask("Hello")

    expect(parent.log.locator(".from-parent .meta")).to_have_text(re.compile(r"Sent \d\d?:\d\d"))
    expect(parent.log.locator(".from-assistant time")).to_have_attribute(
        "datetime", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    )
    assert parent.said() == ["Hello", "You said: Hello"]


def test_the_first_words_say_for_how_long_they_are_kept(parent: Parent) -> None:
    parent.open()

    expect(parent.log.get_by_text("kept for 14 days", exact=False)).to_be_visible()


def test_typing_shows_while_the_assistant_works_and_goes_with_its_answer(
    parent: Parent, world: ChatWorld
) -> None:
    parent.open().ask("Hello")
    world.assistant.fault = lambda turn: (503, {})
    dots = parent.log.get_by_text("The assistant is writing")

    parent.write("Hello again")
    expect(dots).to_be_visible()
    world.assistant.fault = lambda turn: None

    parent.sees("You said: Hello again")
    expect(dots).to_be_hidden()


def test_a_code_is_hidden_as_soon_as_it_is_taken(parent: Parent) -> None:
    parent.open().write("My code is 482915")

    parent.sees("You said: My code is code hidden")

    assert "482915" not in parent.page.content() + str(parent.said()) + str(parent.storage())


def test_a_pressed_button_sends_the_id_that_the_server_issued(parent: Parent) -> None:
    parent.open().ask("buttons", "How do you want to get your codes?")

    parent.press("Use an app")

    parent.sees("You said by button: choose_app")


def test_buttons_stay_readable_after_use(parent: Parent) -> None:
    parent.open().ask("buttons", "How do you want to get your codes?")
    parent.press("Use an app")
    parent.sees("You said by button: choose_app")

    chosen = parent.page.get_by_role("button", name="Use an app (chosen)")
    other = parent.page.get_by_role("button", name="Use text messages")

    for button in (chosen, other):
        expect(button).to_be_visible()
        expect(button).to_have_attribute("aria-disabled", "true")
        expect(button).to_have_attribute("tabindex", "-1")
    other.click(force=True)
    parent.page.wait_for_timeout(300)
    assert parent.said()[-1] == "You said by button: choose_app"


def test_typed_words_that_look_like_a_payload_are_words(parent: Parent) -> None:
    for text in ("/restart", '/inform{"code": "1"}', "choose_app", '{"choice": "x"}'):
        parent.open() if not parent.panel.is_visible() else None
        parent.ask(text)


@pytest.mark.short
def test_script_and_html_are_shown_as_text_in_every_field(parent: Parent, world: ChatWorld) -> None:
    typed = "<img src=x onerror=alert(9)><script>alert(9)</script>"
    coded = "<b onmouseover=alert(5)>"
    name = "<img src=x onerror=alert(6)>"
    parent.page.on("dialog", lambda dialog: parent.console.append(f"dialog {dialog.message}"))
    parent.open().ask(typed)

    parent.write("hostile")
    parent.sees("<script>alert(2)</script>")
    parent.press("<img src=x onerror=alert(8)>")
    parent.sees("You said by button: hostile_button")
    parent.ask("code", "A security code is on its way")
    parent.page.get_by_role("textbox", name="Security code").fill(coded)
    parent.press("Check the code")
    parent.sees(f"You said: {coded}")
    world.pass_on(agent=name, says="<script>alert(7)</script>")
    parent.sees("<script>alert(7)</script>")
    expect(parent.panel.get_by_text(f"You are talking to {name}")).to_be_visible()

    assert parent.said()[0] == typed
    assert parent.panel.locator("img, script, b, [onerror], [onmouseover]").count() == 0
    links = parent.log.locator(".msg a").evaluate_all("all => all.map(one => one.href)")
    assert links == ["https://example.org/"]


def test_links_open_in_a_new_tab_that_knows_nothing_of_this_one(parent: Parent) -> None:
    parent.open().write("link")

    link = parent.log.locator(".msg a")

    expect(link).to_have_attribute("href", "https://hub.example.org/continue?t=SECRET")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_accessible_name(re.compile(r"opens in a new tab"))


@pytest.mark.short
def test_qr_code_and_setup_key_are_shown_once_and_the_key_can_be_copied(
    parent: Parent, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    parent.open().write("app")
    expect(parent.page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    expect(parent.log.locator(".key")).to_have_text(re.compile(r"^JBSW Y3DP EHPK"))

    parent.press("Copy the setup key")

    expect(parent.log.get_by_text("The setup key is copied.")).to_be_visible()
    assert parent.page.evaluate("navigator.clipboard.readText()") == SETUP_KEY
    parent.page.reload()
    expect(parent.log.locator(".key")).to_have_text("(no longer shown, ask for it again)")
    expect(parent.page.get_by_role("img", name=re.compile("QR code"))).to_have_count(0)


def test_a_security_code_can_be_pasted_into_one_field(parent: Parent) -> None:
    parent.open().ask("code", "A security code is on its way")
    field = parent.page.get_by_role("textbox", name="Security code")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    expect(field).to_have_attribute("inputmode", "numeric")

    field.fill("123 456")
    field.press("Enter")

    parent.sees("You said: code hidden")
    expect(field).to_have_value("")
    expect(field).to_have_js_property("readOnly", value=True)


def test_an_empty_security_code_says_what_to_do(parent: Parent) -> None:
    parent.open().ask("code", "A security code is on its way")

    parent.press("Check the code")

    expect(parent.log.get_by_text("Enter the code from your text message or app.")).to_be_visible()
    assert parent.focused() == "Security code"


@pytest.mark.parametrize(("length", "goes"), [(1599, True), (1600, True), (1601, False)])
def test_a_message_has_at_most_1600_characters(parent: Parent, length: int, goes: bool) -> None:
    parent.open().field.fill("😀" * length)
    parent.field.press("Enter")

    if goes:
        expect(parent.log.locator(".from-assistant.msg")).to_have_count(1)
    else:
        expect(parent.panel.get_by_text("Your message is too long by 1").first).to_be_visible()
        assert len(parent.field.input_value()) == length


def test_the_conversation_is_there_after_a_reload_and_in_order(parent: Parent) -> None:
    parent.open()
    for text in ("one", "two", "three"):
        parent.ask(text, "Second message." if text == "two" else None)
    before = parent.said()

    parent.page.reload()

    expect(parent.log.locator(".msg")).to_have_count(len(before))
    assert parent.said() == before
    expect(parent.panel).to_be_visible()


@pytest.mark.parametrize("way", ["stream", "long poll"])
def test_a_page_that_comes_back_shows_the_newest_message(parent: Parent, way: str) -> None:
    parent.open()
    for text in ("one", "another", "third", "fourth", "fifth"):
        parent.ask(text)
    if way == "long poll":
        parent.page.route("**/v1/events", lambda route: route.abort())

    parent.page.reload()

    newest = parent.log.locator(".msg .bubble").filter(has_text="You said: fifth")
    expect(newest).to_be_in_viewport(ratio=1, timeout=20_000)
    parent.page.wait_for_timeout(500)
    expect(newest).to_be_in_viewport(ratio=1)


def test_what_was_not_sent_when_the_chat_ended_goes_with_a_new_one(
    parent: Parent, world: ChatWorld
) -> None:
    states.ended(parent, world)
    expect(parent.log.locator(".pending .meta")).to_have_text(
        "Not sent. If you start a new chat, it goes with it."
    )

    parent.press("Start a new chat")

    parent.sees("You said: Hello again")
    assert parent.said() == ["Hello again", "You said: Hello again"]
    parent.console.clear()  # the browser itself tells that the old chat was refused


@pytest.mark.short
def test_the_conversation_is_there_on_another_page_and_after_going_back(parent: Parent) -> None:
    parent.open().ask("Hello")

    parent.page.goto(parent.url + "?other-page")
    expect(parent.log.locator(".msg")).to_have_count(2)
    parent.ask("Again")
    parent.page.go_back()

    expect(parent.log.locator(".msg")).to_have_count(4)
    parent.ask("And again")


@pytest.mark.short
def test_two_tabs_show_one_conversation(
    parent: Parent, context: BrowserContext, world: ChatWorld
) -> None:
    parent.open().ask("From the first tab")
    second = Parent(context.new_page(), world.page())

    second.open()

    second.sees("You said: From the first tab")
    second.ask("From the second tab")
    parent.sees("You said: From the second tab")
    assert parent.said() == second.said()


def test_ending_clears_the_chat_in_every_tab(
    parent: Parent, context: BrowserContext, world: ChatWorld
) -> None:
    parent.open().ask("Hello")
    second = Parent(context.new_page(), world.page()).open()
    second.sees("You said: Hello")

    parent.press("More")
    parent.press("End and clear this chat")
    parent.press("End and clear")

    for tab in (parent, second):
        expect(tab.log.locator(".msg")).to_have_count(0)
        assert tab.storage()["session"] == {}
    parent.ask("A new chat")
    assert parent.said() == ["A new chat", "You said: A new chat"]


def test_a_chat_is_kept_on_the_device_only_where_the_parent_asks_for_it(
    parent: Parent, context: BrowserContext, world: ChatWorld
) -> None:
    parent.open().ask("Hello")
    parent.press("More")
    parent.page.get_by_label("Keep this chat on this device for 24 hours").check()
    parent.page.close()

    later = Parent(context.new_page(), world.page())
    later.open()

    later.sees("You said: Hello")
    later.press("More")
    later.page.get_by_label("Keep this chat on this device for 24 hours").uncheck()
    assert later.storage()["local"] == {}


def test_a_message_for_a_closed_chat_shows_as_unread(parent: Parent, world: ChatWorld) -> None:
    parent.open()
    world.assistant.fault = lambda turn: (503, {})
    parent.write("Hello")
    expect(parent.log.locator(".from-parent.msg .meta")).to_contain_text("Sent")
    parent.press("Close chat")
    world.assistant.fault = lambda turn: None

    expect(parent.launcher).to_have_accessible_name("Chat with us, 1 new message")

    parent.open()
    parent.sees("You said: Hello")
    parent.press("Close chat")
    expect(parent.launcher).to_have_accessible_name("Chat with us")


def test_a_message_in_a_hidden_tab_shows_in_its_title(parent: Parent, world: ChatWorld) -> None:
    parent.open()
    title = parent.page.title()
    world.assistant.fault = lambda turn: (503, {})
    parent.write("Hello")
    expect(parent.log.locator(".from-parent.msg .meta")).to_contain_text("Sent")
    look_away(parent.page, is_hidden=True)
    world.assistant.fault = lambda turn: None

    expect(parent.page).to_have_title(f"(1) {title}")

    look_away(parent.page, is_hidden=False)
    expect(parent.page).to_have_title(title)


def test_a_person_is_named_and_can_be_asked_for(parent: Parent) -> None:
    parent.open()

    parent.press("Talk to a person")

    for text in ("01632 960 123", "help@council.example", "Monday to Friday, 9am to 5pm"):
        expect(parent.panel.get_by_text(text)).to_be_visible()
    parent.press("Ask to be passed on in this chat")
    parent.sees("You said: I want to talk to a person")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({"open": True, "back": None}, r"Open now"),
        (
            {"open": False, "back": "2026-11-30T09:00:00Z"},
            r"Closed now, open again Monday,? 30 November at 0?9:00",
        ),
    ],
)
def test_opening_hours_say_whether_people_are_there_now(
    page: Page, world: ChatWorld, now: dict[str, object], words: str
) -> None:
    def answer(route: Route) -> None:
        document = route.fetch().json()
        document["contact"] |= now
        route.fulfill(json=document)

    page.route("**/v1/config*", answer)
    parent = Parent(page, world.page()).open()

    parent.press("Talk to a person")

    expect(parent.panel.get_by_text(re.compile(words))).to_be_visible()


def test_the_text_message_way_is_shown_with_its_number(parent: Parent) -> None:
    parent.open().press("More")

    parent.press("Continue by text message")

    link = parent.panel.get_by_role("link", name="Write a text to 07700 900999")
    expect(link).to_have_attribute("href", re.compile(r"^sms:\+447700900999$"))


@pytest.mark.short
def test_the_chat_goes_on_by_text_message_and_comes_back(parent: Parent, world: ChatWorld) -> None:
    phone = "+447700900121"
    parent.open().ask("Hello")
    parent.press("More")
    parent.press("Continue by text message")
    words = parent.panel.locator(".words .key").inner_text()
    expect(parent.panel.get_by_role("link", name=re.compile("Write a text to"))).to_have_attribute(
        "href", re.compile(r"^sms:\+447\d+\?&body=CHAT%20" + words.split()[1])
    )
    parent.listen()

    world.text(phone, words)
    expect(parent.panel.get_by_text("The phone that ends in 121 takes part")).to_be_visible()
    assert parent.focused() == "Continue by text message"
    parent.page.keyboard.press("Escape")
    world.text(phone, "from my phone")
    parent.sees("You said: from my phone")
    parent.ask("from the chat")
    parent.press("More")
    parent.press("Continue by text message")
    parent.press("Go on in this chat only")
    expect(parent.panel.get_by_text("also by text")).to_have_count(0)
    world.text(phone, "on my own")
    until(lambda: "You said: on my own" in world.carrier.bodies(phone))

    assert parent.said()[2:] == [
        "from my phone",
        "You said: from my phone",
        "from the chat",
        "You said: from the chat",
    ]
    sent = parent.log.locator(".from-parent .meta")
    expect(sent.nth(1)).to_have_text(re.compile(r"^Sent by text message \d"))
    expect(sent.nth(2)).to_have_text(re.compile(r"^Sent \d"))
    texts = [body for body in world.carrier.bodies(phone) if body.startswith("You said")]
    assert texts == ["You said: from my phone", "You said: on my own"]
    assert parent.spoken() == [
        "You can now carry on by text message, on the phone that ends in 121.",
        "Assistant: You said: from my phone",
        "Assistant: You said: from the chat",
        "You are back in this chat only.",
    ]


def test_details_that_come_late_are_shown_in_a_menu_that_is_open(
    page: Page, world: ChatWorld
) -> None:
    waiting: list[Route] = []
    page.route("**/v1/config*", lambda route: waiting.append(route))
    parent = Parent(page, world.page()).open()
    parent.press("Talk to a person")
    expect(parent.panel.get_by_text("Ask here and the assistant", exact=False)).to_be_visible()

    while not waiting:
        page.wait_for_timeout(50)
    waiting[0].continue_()

    expect(parent.panel.get_by_text("01632 960 123")).to_be_visible()
    assert parent.focused() == "Talk to a person"


def test_the_transcript_can_be_copied_and_saved_without_secrets(
    parent: Parent, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    parent.open().write("My code is 482915")
    parent.sees("You said: My code is code hidden")
    parent.ask("link", "Choose your password here")
    parent.press("More")

    parent.press("Copy the chat")

    expect(parent.panel.get_by_text("The chat is copied.").last).to_be_visible()
    copied = parent.page.evaluate("navigator.clipboard.readText()")
    assert "You: My code is (code hidden)" in copied
    assert "SECRET" not in copied
    assert "482915" not in copied
    with parent.page.expect_download() as download:
        parent.press("Save the chat as a file")
    assert download.value.suggested_filename == "chat.txt"
    assert download.value.path().read_text() == copied


def test_only_the_conversation_is_printed_and_without_secrets(parent: Parent) -> None:
    parent.open().write("My code is 482915")
    parent.sees("You said: My code is code hidden")
    parent.press("More")
    parent.page.evaluate("window.print = () => {}")

    parent.press("Print the chat")

    parent.page.emulate_media(media="print")
    on_paper = parent.page.evaluate("document.body.innerText")
    parent.page.emulate_media(media="screen")
    assert "You: My code is (code hidden)" in on_paper
    assert "Before you start" not in on_paper
    parent.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert "Before you start" in parent.page.evaluate("document.body.innerText")
    assert parent.page.locator("ehc-chat-paper").count() == 0


def test_sizes_change_and_are_kept_for_the_next_page(parent: Parent) -> None:
    parent.open().ask("Hello")
    parent.press("More")
    bubble = parent.log.locator(".bubble").first
    size = "one => parseFloat(getComputedStyle(one).fontSize)"
    before = bubble.evaluate(size)

    parent.page.get_by_label("Largest").check()
    parent.page.reload()

    expect(parent.panel).to_be_visible()
    assert bubble.evaluate(size) > before * 1.4
