"""A phone texts the service: what the application is sent, and when."""

import socket

import pytest
from twilio.request_validator import RequestValidator

from tests.simulator.application import Application, Told
from tests.simulator.conftest import SERVICE, SID, TOKEN
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def test_a_text_is_posted_with_all_of_twilios_fields_and_signed(
    simulator: SimulatorCarrier, application: Application
) -> None:
    simulator.set_up(sms_webhook=f"{application.url}/sms?door=1&x=%20#rc=2&rp=all")

    sid = simulator.inbound(PARENT, "Hello 😀")

    posted = application.wait_for(1)[0]
    assert posted.form == {
        **dict.fromkeys(("FromCity", "FromState", "FromZip", "ToCity", "ToState", "ToZip"), ""),
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "Body": "Hello 😀",
        "From": PARENT,
        "FromCountry": "GB",
        "MessageSid": sid,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "To": SERVICE,
        "ToCountry": "GB",
    }
    assert posted.path == "/sms?door=1&x=%20"
    assert posted.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    url = application.url + posted.path
    signature = posted.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(url, posted.form, signature)
    assert not RequestValidator("another").validate(url, posted.form, signature)


def test_media_and_a_service_are_told(
    simulator: SimulatorCarrier, application: Application
) -> None:
    simulator.set_up(service_sid="MG" + "1" * 32)

    media = [{"url": "https://example.com/photo", "content_type": "image/jpeg"}]
    simulator.post(f"/phones/{PARENT}/texts", {"body": "", "media": media})

    form = application.wait_for(1)[0].form
    assert form["MessagingServiceSid"] == "MG" + "1" * 32
    assert form["MessageSid"].startswith("MM")
    assert (form["NumMedia"], form["Body"]) == ("1", "")
    assert form["MediaUrl0"] == "https://example.com/photo"
    assert form["MediaContentType0"] == "image/jpeg"


def test_a_short_code_or_name_can_text_the_service_by_its_number_only(
    simulator: SimulatorCarrier,
) -> None:
    answer = simulator._client.post("/phones/GOV.UK/texts", json={"body": "Hello"})

    assert answer.status_code == 400


def test_twiml_answers_reach_the_phone_in_order(
    simulator: SimulatorCarrier, application: Application
) -> None:
    twiml = "<Response><Message>One</Message><Message>Two</Message></Response>"
    application.answers["/sms"] = [Told(body=twiml)]
    phone = simulator.phone(PARENT)

    phone.text("Hello")

    assert [phone.wait_for_reply(), phone.wait_for_reply()] == ["One", "Two"]


def test_by_default_an_error_is_not_tried_again_and_is_reported(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(status=500)]

    sid = simulator.inbound(PARENT, "Hello")

    alert = simulator.alerts(wait_s=5)[0]
    assert (alert["code"], alert["sid"]) == (11200, sid)
    assert len(application.posts) == 1


@pytest.mark.parametrize(
    ("fragment", "answers", "posts"),
    [
        pytest.param("rc=2&rp=all", [500, 404, 200], 3, id="all: after any failure"),
        pytest.param("rc=2&rp=all", [500, 500, 500], 3, id="three attempts at most"),
        pytest.param("rc=2&rp=5xx", [500, 404], 2, id="5xx only: not after a 404"),
        pytest.param("rc=2&rp=4xx", [404, 500], 2, id="4xx only: not after a 500"),
        pytest.param("rc=0&rp=all", [500], 1, id="no retry"),
        pytest.param("rp=all", [500, 200], 2, id="one retry by default"),
    ],
)
def test_overrides_say_after_what_and_how_often_it_is_tried_again(
    simulator: SimulatorCarrier,
    application: Application,
    fragment: str,
    answers: list[int],
    posts: int,
) -> None:
    application.answers["/sms"] = [Told(status=status) for status in answers]
    simulator.set_up(sms_webhook=f"{application.url}/sms#{fragment}")

    simulator.inbound(PARENT, "Hello")

    tried = application.wait_for(posts)
    alerts = simulator.alerts(wait_s=0.3)
    assert len(application.posts) == posts
    assert len({post.headers["I-Twilio-Idempotency-Token"] for post in tried}) == 1
    assert [alert["code"] for alert in alerts] == ([] if answers[-1] == 200 else [11200])


def test_a_slow_answer_is_too_late_and_tried_again_only_if_asked(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(wait_s=0.5), Told()]
    simulator.set_up(sms_webhook=f"{application.url}/sms#rt=200&rc=1&rp=rt")

    simulator.inbound(PARENT, "Hello")

    application.wait_for(2)
    assert simulator.alerts(wait_s=0.2) == []


def test_all_attempts_together_have_one_limit(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(wait_s=1)] * 5
    simulator.set_up(sms_webhook=f"{application.url}/sms#rt=200&tt=300&rc=5&rp=all")

    simulator.inbound(PARENT, "Hello")

    assert simulator.alerts(wait_s=5)[0]["code"] == 11200
    assert len(application.posts) == 2


def test_nobody_listening_is_11205_and_the_fallback_is_told(
    simulator: SimulatorCarrier, application: Application
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/sms"
        reply = "<Response><Message>A short delay</Message></Response>"
        application.answers["/fallback"] = [Told(body=reply)]
        simulator.set_up(sms_webhook=nobody, sms_fallback=f"{application.url}/fallback")
        phone = simulator.phone(PARENT)

        phone.text("Hello")

        assert phone.wait_for_reply() == "A short delay"
    posted = application.wait_for(1)[0]
    assert (posted.form["ErrorCode"], posted.form["ErrorUrl"]) == ("11205", nobody)
    url = application.url + posted.path
    signature = posted.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(url, posted.form, signature)
    assert simulator.alerts()[0]["code"] == 11205


def test_a_fallback_that_fails_too_is_reported(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers = {"/sms": [Told(status=500)], "/fallback": [Told(status=503)]}
    simulator.set_up(sms_fallback=f"{application.url}/fallback")

    simulator.inbound(PARENT, "Hello")

    first = simulator.alerts(wait_s=5)[0]
    second = simulator.alerts(after=first["id"], wait_s=5)[0]
    assert "503" in second["detail"]


def test_bad_twiml_is_reported_and_nothing_is_sent(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(body="<Response><Message>oops")]
    phone = simulator.phone(PARENT)

    phone.text("Hello")

    assert simulator.alerts(wait_s=5)[0]["code"] == 12100
    assert phone.stays_silent(0.1)


def test_without_a_webhook_the_text_lies_in_the_log_only(simulator: SimulatorCarrier) -> None:
    simulator.set_up(sms_webhook=None)

    sid = simulator.inbound(PARENT, "Hello")

    assert simulator.alerts(wait_s=5)[0]["sid"] == sid
