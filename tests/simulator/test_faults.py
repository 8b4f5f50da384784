"""Faults that a test orders."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.application import Application
from tests.simulator.conftest import SERVICE
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def send(twilio: Client, body: str = "Hello", **more: str) -> None:
    twilio.messages.create(to=PARENT, from_=SERVICE, body=body, **more)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503)])
def test_the_next_sends_are_refused_so_often_and_no_more(
    simulator: SimulatorCarrier, twilio: Client, status: int, code: int
) -> None:
    simulator.order("send", "refuse", status=status, times=2)

    for _time in range(2):
        with pytest.raises(TwilioRestException) as raised:
            send(twilio)
        assert (raised.value.status, raised.value.code) == (status, code)
    send(twilio)

    phone = simulator.phone(PARENT)
    assert phone.wait_for_reply() == "Hello"
    assert phone.stays_silent(0.1)
    assert simulator.get("/faults")["faults"] == []


@pytest.mark.parametrize(("code", "status"), [(21611, 429), (21408, 403), (21610, 400)])
def test_a_send_can_be_refused_with_any_of_twilios_codes(
    simulator: SimulatorCarrier, twilio: Client, code: int, status: int
) -> None:
    simulator.order("send", "refuse", code=code)

    with pytest.raises(TwilioRestException) as raised:
        send(twilio)

    assert (raised.value.code, raised.value.status) == (code, status)


def test_a_fault_may_be_for_one_number_only(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.order("send", "refuse", number="07700 900456")

    send(twilio)

    with pytest.raises(TwilioRestException):
        twilio.messages.create(to="+447700900456", from_=SERVICE, body="Hello")


@pytest.mark.parametrize(("kind", "arrives"), [("hang", True), ("hang_lost", False)])
def test_a_hanging_send_may_or_may_not_have_been_taken(
    simulator: SimulatorCarrier, twilio: Client, kind: str, arrives: bool
) -> None:
    twilio.http_client.timeout = 0.3
    simulator.order("send", kind)

    with pytest.raises(Exception, match="timed out"):
        send(twilio)

    assert bool(simulator.outbound(PARENT, wait_s=0.3)) is arrives


def test_a_delayed_send_is_answered_late(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.order("send", "delay", delay_s=0.3)
    twilio.http_client.timeout = 0.1

    with pytest.raises(Exception, match="timed out"):
        send(twilio)


def test_a_lost_callback_never_comes(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.order("callback", "lose", times=2)

    send(twilio, status_callback=f"{application.url}/status")

    posts = application.wait_for(1)
    assert [post.form["MessageStatus"] for post in posts] == ["delivered"]


def test_a_reordered_callback_comes_after_those_that_should_follow(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.order("callback", "reorder")

    send(twilio, status_callback=f"{application.url}/status")

    posts = application.wait_for(3)
    assert [post.form["MessageStatus"] for post in posts] == ["sent", "delivered", "queued"]


def test_a_duplicated_callback_comes_twice(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.order("callback", "duplicate", times=3)

    send(twilio, status_callback=f"{application.url}/status")

    assert len(application.wait_for(6)) == 6


def test_a_duplicated_webhook_comes_twice_with_one_sid(
    simulator: SimulatorCarrier, application: Application
) -> None:
    simulator.order("webhook", "duplicate")

    sid = simulator.inbound(PARENT, "Hello")

    assert [post.form["MessageSid"] for post in application.wait_for(2)] == [sid, sid]


def test_a_lost_webhook_leaves_the_text_in_twilios_log(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.order("webhook", "lose")

    sid = simulator.inbound(PARENT, "Hello")

    assert [text.sid for text in twilio.messages.list(to=SERVICE)] == [sid]
    assert application.posts == []


def test_a_reordered_webhook_comes_after_the_next_one(
    simulator: SimulatorCarrier, application: Application
) -> None:
    simulator.order("webhook", "reorder")

    simulator.inbound(PARENT, "first")
    simulator.inbound(PARENT, "second")

    assert [post.form["Body"] for post in application.wait_for(2)] == ["second", "first"]


def test_a_delayed_webhook_comes_late(
    simulator: SimulatorCarrier, application: Application
) -> None:
    simulator.order("webhook", "delay", delay_s=0.3)

    simulator.inbound(PARENT, "late")
    simulator.inbound(PARENT, "soon")

    assert [post.form["Body"] for post in application.wait_for(2)] == ["soon", "late"]


def test_faults_can_be_taken_back(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.order("send", "refuse", times=100)

    simulator._client.delete("/faults").raise_for_status()

    send(twilio)


@pytest.mark.parametrize(
    "order",
    [
        [],
        {},
        {"target": "moon", "kind": "lose"},
        {"target": "send", "kind": "explode"},
        {"target": "send", "kind": "refuse", "times": 0},
        {"target": "send", "kind": "refuse", "times": "two"},
        {"target": "send", "kind": "refuse", "status": 200},
        {"target": "send", "kind": "delay", "delay_s": -1},
        {"target": "send", "kind": "delay", "delay_s": True},
        {"target": "send", "kind": "refuse", "number": 7},
        {"target": "send", "kind": "refuse", "code": 1},
        {"target": "send", "kind": "refuse", "code": []},
        {"target": "send", "kind": "refuse", "number": "nobody"},
    ],
)
def test_an_order_that_nobody_understands_is_refused_with_a_sentence(
    simulator: SimulatorCarrier, order: object
) -> None:
    answer = simulator._client.post("/faults", json=order)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".") or " one of " in answer.json()["error"]
    assert simulator.get("/faults")["faults"] == []
