"""The pages in a real browser: by hand, by keyboard, on a small screen, without scripts."""

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from simulator.world import World
from tests.simulator.application import Application, Told
from tests.standins.simulated import SimulatorCarrier

CHROMIUM = "/usr/bin/chromium"
PARENT = "+447700900123"
MAIL = (
    b"From: EHC Hub <noreply@hub.example>\r\nSubject: Complete your registration\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain\r\n\r\nOpen http://127.0.0.1:9/register.\r\n"
    b"--x\r\nContent-Type: text/html\r\n\r\n<html lang=en><title>Mail</title><h1>Hello</h1>"
    b'<p><a href="/healthz">Complete your registration</a></p>'
    b"<script>document.body.textContent = 'ran'</script></html>\r\n--x--\r\n"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which(CHROMIUM), reason="needs the package chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, simulator: SimulatorCarrier) -> Iterator[Page]:
    context = browser.new_context(
        base_url=simulator.base_url, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


def receive(world: World) -> None:
    world.mailbox.receive("noreply@hub.example", ["parent@example.com"], MAIL)


def test_a_text_is_sent_with_enter_and_its_answer_appears_by_itself(
    page: Page, simulator: SimulatorCarrier, application: Application
) -> None:
    link = "http://127.0.0.1:9/continue/abc"
    application.answers["/sms"] = [
        Told(body=f"<Response><Message>Go on at {link}.</Message></Response>")
    ]
    page.goto("/phones")
    box = page.get_by_label("Text from 07700 900123")

    box.fill("I have an invitation 😀")
    box.press("Enter")

    screen = page.get_by_role("log", name="Texts on 07700 900123")
    expect(screen).to_contain_text("I have an invitation 😀")
    expect(screen.get_by_role("link", name=link)).to_be_visible()
    expect(screen).to_contain_text("1 segment (UCS-2)")
    expect(screen).to_contain_text("✓✓ delivered")
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    other = page.get_by_role("log", name="Texts on 07700 900456")
    expect(other).to_contain_text("No texts yet")


def test_what_one_is_typing_stays_when_texts_come_in(
    page: Page, simulator: SimulatorCarrier
) -> None:
    page.goto("/phones")
    box = page.get_by_label("Text from 07700 900123")
    box.fill("half a sen")

    simulator.inbound(PARENT, "meanwhile")

    expect(page.get_by_role("log", name="Texts on 07700 900123")).to_contain_text("meanwhile")
    expect(box).to_have_value("half a sen")


def test_long_texts_scroll_inside_their_phone(page: Page, simulator: SimulatorCarrier) -> None:
    page.goto("/phones")
    height = page.evaluate("document.documentElement.scrollHeight")

    for number in range(3):
        simulator.inbound(PARENT, f"{number}: {'a1.' * 500}")

    screen = page.get_by_role("log", name="Texts on 07700 900123")
    expect(screen).to_contain_text("2: a1.")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert screen.evaluate("log => log.scrollHeight > log.clientHeight")


def test_a_phone_is_added_and_its_switches_work(page: Page, simulator: SimulatorCarrier) -> None:
    page.goto("/phones")
    page.get_by_label("Add a phone").fill("07700 900 555")
    page.get_by_role("button", name="Add").click()
    phone = page.get_by_role("region", name="07700 900555")

    phone.get_by_text("Switches").click()
    phone.get_by_label("Airplane mode").check()
    expect(phone.get_by_role("log")).to_contain_text("Airplane mode")
    phone.get_by_label("Network").select_option(label="Blocks the sender (30004)")

    expect(phone.get_by_role("log")).to_contain_text("Blocks the sender")
    state = simulator.get("/phones/+447700900555")
    assert (state["airplane_mode"], state["behaviour"]) == (True, "blocked")


def test_a_stopped_phone_shows_it(page: Page, simulator: SimulatorCarrier) -> None:
    page.goto("/phones")

    simulator.inbound(PARENT, "STOP")

    screen = page.get_by_role("log", name="Texts on 07700 900123")
    expect(screen).to_contain_text("Opted out of 07700 900000")


def test_a_text_that_the_service_did_not_take_shows_it(
    page: Page, simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(status=500)]
    page.goto("/phones")

    simulator.inbound(PARENT, "Hello")

    screen = page.get_by_role("log", name="Texts on 07700 900123")
    expect(screen).to_contain_text("the service did not take it")
    page.get_by_role("link", name="Debugger").click()
    expect(page.get_by_role("table")).to_contain_text("answered 500")


def test_a_mail_comes_in_is_read_and_its_link_opens(
    page: Page, simulator: SimulatorCarrier, world: World
) -> None:
    page.goto("/mailbox")
    expect(page.get_by_text("No mail yet")).to_be_visible()

    receive(world)
    page.get_by_role("link", name="Complete your registration").click()

    frame = page.frame_locator("iframe[title='The mail']")
    expect(frame.get_by_role("heading", name="Hello")).to_be_visible()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Complete your registration").click()
    assert opened.value.url == f"{simulator.base_url}/healthz"
    page.get_by_text("Reply", exact=True).click()
    page.get_by_label("Your reply").fill("Thank you")
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_role("status")).to_contain_text("Your reply was sent")


def test_everything_works_without_scripts(
    browser: Browser, simulator: SimulatorCarrier, application: Application
) -> None:
    context = browser.new_context(base_url=simulator.base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/phones")

    page.get_by_label("Text from 07700 900123").fill("Hello")
    page.get_by_role("button", name="Send from 07700 900123").click()

    expect(page).to_have_url(re.compile(r"/phones#phone-447700900123$"))
    assert application.wait_for(1)[0].form["Body"] == "Hello"
    context.close()


PATHS = ["/", "/phones", "/mailbox", "/mailbox/{mail}", "/invite", "/debugger"]


def fill(simulator: SimulatorCarrier, world: World) -> dict[str, int]:
    """Give every page something to show."""
    receive(world)
    simulator.set_up(sms_webhook=None)
    simulator.switch("+447700900789", behaviour="late", airplane_mode=True)
    phone = simulator.phone(PARENT)
    assert phone.says("HELP")
    assert phone.says("STOP")
    simulator.alerts(wait_s=5)
    return {"mail": world.mailbox.listed()[-1].id}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_page_is_accessible_and_fits(
    browser: Browser, simulator: SimulatorCarrier, world: World, width: int, scheme: str
) -> None:
    ids = fill(simulator, world)
    context = browser.new_context(
        base_url=simulator.base_url,
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()

    found: dict[str, object] = {}
    for path in PATHS:
        page.goto(path.format(**ids))
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true; }")
        results = Axe().run(page)
        if results.violations_count:
            found[path] = results.generate_report()
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found[f"{path} is too wide"] = needed

    assert found == {}
    context.close()
