"""The pages as the server renders them, without a browser."""

import pytest
from pytest_httpserver import HTTPServer
from twilio.rest import Client

from simulator.invite import NOT_ACCEPTED, HubInvitations
from simulator.pages.reading import clock_time, link_up
from simulator.world import World
from tests.simulator.conftest import SERVICE
from tests.simulator.test_listing import AT
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def page(simulator: SimulatorCarrier, path: str) -> str:
    answer = simulator._client.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("path", ["/", "/phones", "/mailbox", "/invite", "/debugger"])
def test_every_page_says_where_one_is_and_loads_nothing_from_elsewhere(
    simulator: SimulatorCarrier, path: str
) -> None:
    answer = simulator._client.get(path)

    assert "<h1>" in answer.text
    assert "https://" not in answer.text.replace("https://www.twilio.com", "")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_start_page_names_every_magic_number(simulator: SimulatorCarrier) -> None:
    html = page(simulator, "/")

    assert html.count("07700 9009") == 17
    assert "a-token-for-tests" not in html


def test_words_in_a_text_cannot_become_part_of_the_page(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    twilio.messages.create(
        to=PARENT, from_=SERVICE, body="<script>alert(1)</script> http://x/?a=1&b=<b>"
    )
    simulator.phone(PARENT).wait_for_reply()

    html = page(simulator, "/phones")

    assert "<script>alert" not in html
    assert '<a href="http://x/?a=1&amp;b=" target="_blank" rel="noopener noreferrer">' in html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://hub.example/a?b=1&c=2.", ["https://hub.example/a?b=1&amp;c=2"]),
        ("(http://127.0.0.1:8081/x)", ["http://127.0.0.1:8081/x"]),
        ("javascript:alert(1) ftp://x", []),
        ('http://x/"onclick="y', ["http://x/"]),
        ("http://", []),
        ("", []),
    ],
)
def test_only_web_addresses_become_links(text: str, links: list[str]) -> None:
    html = str(link_up(text))

    assert [part.split('"')[0] for part in html.split('<a href="')[1:]] == links


def test_times_are_britains() -> None:
    assert clock_time(AT) == "00:30:15"
    assert clock_time(AT.replace(hour=1, minute=0)) == "02:00:15"


@pytest.mark.parametrize("typed", ["", "hello", "0770"])
def test_a_phone_with_no_number_is_refused_beside_the_field(
    simulator: SimulatorCarrier, typed: str
) -> None:
    answer = simulator._client.post("/phones", data={"number": typed})

    assert answer.status_code == 400
    assert 'aria-describedby="new-number-error"' in answer.text
    assert 'id="new-number-error"' in answer.text


def test_only_the_last_phones_are_shown_when_there_are_many(simulator: SimulatorCarrier) -> None:
    for number in range(20):
        simulator.switch(f"+4477009002{number:02}", behaviour=None)

    html = page(simulator, "/phones")

    assert html.count('class="phone"') == 12
    assert "11 more are not shown" in html


@pytest.mark.parametrize(
    "path", ["/mailbox/999", "/mailbox/999/html", "/phones/nobody/screen", "/static/none.css"]
)
def test_what_is_not_there_is_404(simulator: SimulatorCarrier, path: str) -> None:
    assert simulator._client.get(path).status_code == 404


def test_a_mails_html_is_shut_in(simulator: SimulatorCarrier, world: World) -> None:
    html = b"Content-Type: text/html\r\n\r\n<script>parent.location='x'</script>"
    mail = world.mailbox.receive("a@example.com", ["b@example.com"], html)

    answer = simulator._client.get(f"/mailbox/{mail.id}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups ")
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_an_invitation_that_is_not_set_up_is_said_so(simulator: SimulatorCarrier) -> None:
    assert "SIMULATOR_HUB_INVITE_URL" in page(simulator, "/invite")
    assert simulator._client.post("/invite", data={"email": "a@b.c"}).status_code == 503


@pytest.fixture
def hub(world: World, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    invitations = HubInvitations(url=httpserver.url_for("/v1/invitations"), api_key="key")
    monkeypatch.setattr(world, "invitations", invitations)
    return httpserver


def test_an_invited_parent_is_confirmed(simulator: SimulatorCarrier, hub: HTTPServer) -> None:
    answer = {"invitation_id": "1", "expires_at": "2026-11-26T19:00:00Z"}
    hub.expect_request("/v1/invitations").respond_with_json(answer, status=201)

    page = simulator._client.post("/invite", data={"email": " parent@example.com "})

    assert page.status_code == 200
    assert "parent@example.com was invited" in page.text
    assert hub.log[0][0].get_json() == {"email": "parent@example.com"}


def test_a_refused_invitation_says_why_and_keeps_what_was_typed(
    simulator: SimulatorCarrier, hub: HTTPServer
) -> None:
    hub.expect_request("/v1/invitations").respond_with_json({}, status=422)

    page = simulator._client.post("/invite", data={"email": "parent@example"})

    assert page.status_code == 502
    assert NOT_ACCEPTED in page.text
    assert 'value="parent@example"' in page.text


def test_an_empty_address_is_not_sent(simulator: SimulatorCarrier, hub: HTTPServer) -> None:
    page = simulator._client.post("/invite", data={"email": " "})

    assert page.status_code == 400
    assert hub.log == []


def test_the_event_stream_tells_of_a_change(simulator: SimulatorCarrier) -> None:
    with simulator._client.stream("GET", "/events", timeout=5) as events:
        lines = events.iter_lines()
        assert next(lines) == "retry: 1000"
        simulator.inbound(PARENT, "Hello")

        assert next(line for line in lines if line).startswith("data: ")


def test_a_mail_can_be_read_in_source_and_stands_in_the_list(
    simulator: SimulatorCarrier, world: World
) -> None:
    mail = world.mailbox.receive("a@example.com", ["b@example.com"], b"Subject: Hi\r\n\r\n<b>")

    source = simulator._client.get(f"/mailbox/{mail.id}/source")

    assert source.headers["Content-Type"].startswith("text/plain")
    assert source.content == b"Subject: Hi\r\n\r\n<b>"
    assert "b@example.com" in page(simulator, "/mailbox/list")
    assert "&lt;b&gt;" in page(simulator, f"/mailbox/{mail.id}")


def test_the_debugger_can_be_cleared(simulator: SimulatorCarrier, world: World) -> None:
    world.debugger.report(11200, "answered 500")
    assert "answered 500" in page(simulator, "/debugger/list")

    answer = simulator._client.post("/debugger/clear")

    assert answer.status_code == 303
    assert "Nothing has gone wrong" in page(simulator, "/debugger")
