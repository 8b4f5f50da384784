"""The control API, by its own rules."""

import threading
import time

import pytest
from twilio.rest import Client

from simulator.world import World
from tests.simulator.application import Application
from tests.simulator.conftest import SERVICE
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def test_waiting_for_a_text_ends_when_it_comes(simulator: SimulatorCarrier, twilio: Client) -> None:
    def send_soon() -> None:
        time.sleep(0.3)
        twilio.messages.create(to=PARENT, from_=SERVICE, body="Hello")

    began = time.monotonic()
    thread = threading.Thread(target=send_soon)
    thread.start()
    texts = simulator.get(f"/phones/{PARENT}/texts?wait=10")["texts"]
    thread.join()

    assert [text["body"] for text in texts] == ["Hello"]
    assert 0.2 < time.monotonic() - began < 5


def test_waiting_in_vain_ends_in_time(simulator: SimulatorCarrier) -> None:
    began = time.monotonic()

    assert simulator.outbound(PARENT, wait_s=0.3) == []

    assert 0.3 <= time.monotonic() - began < 2


def test_a_phone_tells_what_it_sent_and_received(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    simulator.inbound(PARENT, "in")
    twilio.messages.create(to=PARENT, from_="StaffsEHC", body="out’")
    simulator.phone(PARENT).wait_for_reply()

    texts = simulator.get("/phones/07700 900123/texts?direction=all")["texts"]

    assert [(text["direction"], text["body"], text["other"]) for text in texts] == [
        ("sent", "in", SERVICE),
        ("received", "out’", "StaffsEHC"),
    ]
    assert (texts[1]["segments"], texts[1]["encoding"]) == (1, "UCS-2")
    assert texts[1]["status"] == "delivered"
    assert texts[0]["id"] < texts[1]["id"]


def test_clearing_forgets_everything(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.phone(PARENT).says("STOP")
    simulator.order("send", "refuse", times=9)
    simulator.set_up(opt_out="off")

    simulator.clear()

    assert simulator.get(f"/phones/{PARENT}")["stopped"] == []
    assert simulator.get("/faults")["faults"] == []
    assert simulator.get("/console")["opt_out"] == "default"
    assert twilio.messages.list() == []
    assert simulator.phone(PARENT).bodies() == []


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (f"/phones/{PARENT}/texts", {"body": 7}),
        (f"/phones/{PARENT}/texts", {"body": "a" * 10_001}),
        (f"/phones/{PARENT}/texts", {"body": "a", "media": "photo"}),
        (f"/phones/{PARENT}/texts", ["a"]),
        (f"/phones/{PARENT}", {"behaviour": "odd"}),
        ("/phones/nobody", {"behaviour": None}),
        ("/console", {"colour": "blue"}),
        ("/console", {"opt_out": "sometimes"}),
        ("/console", {"sms_webhook": 7}),
    ],
)
def test_what_is_not_understood_is_400_with_a_sentence(
    simulator: SimulatorCarrier, path: str, document: object
) -> None:
    answer = simulator._client.post(path, json=document)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query", ["wait=soon", "wait=-1", "wait=61", "wait=nan", "after=x", "direction=up"]
)
def test_a_query_that_is_not_understood_is_400(simulator: SimulatorCarrier, query: str) -> None:
    assert simulator._client.get(f"/phones/{PARENT}/texts?{query}").status_code == 400


def test_a_behaviour_is_set_and_taken_back(simulator: SimulatorCarrier) -> None:
    simulator.switch(PARENT, behaviour="landline")
    assert "30006" in simulator.get(f"/phones/{PARENT}")["title"]

    simulator.switch(PARENT, behaviour=None)
    assert simulator.get(f"/phones/{PARENT}")["behaviour"] is None


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("null", 403), (None, 201)],
)
def test_another_site_cannot_have_a_browser_send_texts(
    simulator: SimulatorCarrier, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"Origin": origin}

    answer = simulator._client.post(
        f"/phones/{PARENT}/texts", json={"body": "Hello"}, headers=headers
    )

    assert answer.status_code == status


def test_health_doors(simulator: SimulatorCarrier) -> None:
    assert simulator.get("/healthz") == {"status": "alive"}
    assert simulator.get("/readyz") == {"status": "ready", "missing": []}


def test_unknown_paths_are_told_in_the_callers_form(simulator: SimulatorCarrier) -> None:
    twilios = simulator._client.get("/2010-04-01/Accounts/x/Calls.json")
    webs = simulator._client.get("/moon")

    assert (twilios.status_code, twilios.json()["code"]) == (404, 20404)
    assert (webs.status_code, webs.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_hundred_texts_at_once_arrive_each_once(
    simulator: SimulatorCarrier, application: Application
) -> None:
    numbers = [f"+4477009000{number:02}" for number in range(10, 20)]
    threads = [
        threading.Thread(
            target=lambda mine=number: [simulator.inbound(mine, str(n)) for n in range(10)]
        )
        for number in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    posts = application.wait_for(100)
    assert len({post.form["MessageSid"] for post in posts}) == 100
    assert {(post.form["From"], post.form["Body"]) for post in posts} == {
        (number, str(n)) for number in numbers for n in range(10)
    }


def test_a_mail_that_is_not_there_is_404(simulator: SimulatorCarrier) -> None:
    assert simulator._client.get("/mails/999999").status_code == 404


def test_a_closed_mail_door_is_told_as_not_ready(simulator: SimulatorCarrier, world: World) -> None:
    world.mail_door.close()
    try:
        answer = simulator._client.get("/readyz")
    finally:
        world.mail_door.open()

    assert (answer.status_code, answer.json()["missing"]) == (503, ["smtp"])
    assert simulator._client.get("/readyz").status_code == 200
