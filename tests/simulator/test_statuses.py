"""Status callbacks: once, out of order, twice, late or never."""

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.application import Application, Told
from tests.simulator.conftest import SERVICE, SID, TOKEN
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def statuses(application: Application) -> list[str]:
    return [post.form["MessageStatus"] for post in application.posts]


def is_final(post: object) -> bool:
    return getattr(post, "form", {}).get("MessageStatus") in {"delivered", "undelivered", "failed"}


def test_each_status_is_told_once_and_signed(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    callback = f"{application.url}/status?text=7c1d#rc=1"

    sent = twilio.messages.create(to=PARENT, from_=SERVICE, body="Hello", status_callback=callback)

    posts = application.wait_for(3)
    # Two on their way may pass each other, as Twilio's do.
    assert sorted(statuses(application)) == ["delivered", "queued", "sent"]
    final = next(post.form for post in posts if is_final(post))
    assert {key: final[key] for key in final if key != "RawDlrDoneDate"} == {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "From": SERVICE,
        "MessageSid": sent.sid,
        "MessageStatus": "delivered",
        "SmsSid": sent.sid,
        "SmsStatus": "delivered",
        "To": PARENT,
    }
    assert len(final["RawDlrDoneDate"]) == 10
    for post in posts:
        assert post.path == "/status?text=7c1d"
        url, signature = application.url + post.path, post.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(url, post.form, signature)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("+447700900901", "undelivered", 30003),
        ("+447700900902", "undelivered", 30004),
        ("+447700900903", "undelivered", 30005),
        ("+447700900904", "undelivered", 30006),
        ("+447700900905", "undelivered", 30007),
        ("+447700900906", "undelivered", 30008),
        ("+447700900907", "failed", 30036),
    ],
)
def test_a_magic_number_fails_with_its_code_and_the_phone_stays_empty(
    simulator: SimulatorCarrier,
    twilio: Client,
    application: Application,
    number: str,
    status: str,
    code: int,
) -> None:
    sent = twilio.messages.create(
        to=number, from_=SERVICE, body="Hello", status_callback=f"{application.url}/status"
    )

    final = application.wait_for(1, which=is_final)[0].form

    assert (final["MessageStatus"], final["ErrorCode"]) == (status, str(code))
    fetched = twilio.messages(sent.sid).fetch()
    assert (fetched.status, fetched.error_code) == (status, code)
    assert fetched.error_message
    assert simulator.outbound(number) == []


def test_a_number_without_callbacks_gets_its_text(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    number = "+447700900915"
    sent = twilio.messages.create(
        to=number, from_=SERVICE, body="Hello", status_callback=f"{application.url}/status"
    )

    assert simulator.phone(number).wait_for_reply() == "Hello"
    assert twilio.messages(sent.sid).fetch().status == "delivered"
    assert application.posts == []


def test_shuffled_callbacks_come_twice_and_delivered_before_sent(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    twilio.messages.create(
        to="+447700900916", from_=SERVICE, body="Hi", status_callback=f"{application.url}/status"
    )

    application.wait_for(6)
    told = statuses(application)
    assert sorted(told) == sorted(["queued", "sent", "delivered"] * 2)
    assert told.index("delivered") < told.index("sent")


def test_a_late_text_is_sent_long_before_it_arrives(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    phone = simulator.phone("+447700900917")

    sent = twilio.messages.create(to=phone.number, from_=SERVICE, body="Hello")

    assert phone.stays_silent(0.3)
    assert twilio.messages(sent.sid).fetch().status == "sent"
    assert phone.wait_for_reply() == "Hello"


def test_an_answer_that_never_comes_does_not_stop_the_text(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    twilio.http_client.timeout = 0.3
    number = "+447700900914"

    with pytest.raises(Exception, match="timed out"):
        twilio.messages.create(to=number, from_=SERVICE, body="Hello")

    assert simulator.phone(number).wait_for_reply() == "Hello"
    assert [text.body for text in twilio.messages.list(to=number)] == ["Hello"]


def test_texts_wait_for_a_phone_in_airplane_mode_and_come_in_order(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    simulator.switch(PARENT, airplane_mode=True)
    phone = simulator.phone(PARENT)
    for body in ("one", "two", "three"):
        twilio.messages.create(to=PARENT, from_=SERVICE, body=body)

    assert phone.stays_silent(0.3)
    assert simulator.get(f"/phones/{PARENT}")["waiting"] == 3
    simulator.switch(PARENT, airplane_mode=False)

    assert [phone.wait_for_reply() for _ in range(3)] == ["one", "two", "three"]


def test_a_text_whose_validity_ends_in_airplane_mode_never_arrives(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.switch(PARENT, airplane_mode=True)
    twilio.messages.create(
        to=PARENT,
        from_=SERVICE,
        body="123456 is your code",
        validity_period=1,
        status_callback=f"{application.url}/status",
    )

    final = application.wait_for(1, which=is_final)[0].form
    simulator.switch(PARENT, airplane_mode=False)

    assert (final["MessageStatus"], final["ErrorCode"]) == ("undelivered", "30003")
    assert simulator.phone(PARENT).stays_silent(0.1)


def test_a_callback_that_fails_is_reported_in_the_debugger(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    application.answers["/status"] = [Told(status=403)]

    sent = twilio.messages.create(
        to=PARENT, from_=SERVICE, body="Hi", status_callback=f"{application.url}/status"
    )

    alert = simulator.alerts(wait_s=5)[0]
    assert (alert["code"], alert["sid"]) == (11200, sent.sid)
    assert "403" in alert["detail"]


def test_a_text_of_a_service_names_the_service_in_its_callbacks(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    service = "MG" + "0" * 32
    twilio.messages.create(
        to=PARENT,
        messaging_service_sid=service,
        body="Hi",
        status_callback=f"{application.url}/status",
    )

    posts = application.wait_for(3)

    assert {post.form["MessagingServiceSid"] for post in posts} == {service}


def test_a_text_that_was_late_when_its_phone_took_off_waits_once_more(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    phone = simulator.phone("+447700900917")
    twilio.messages.create(to=phone.number, from_=SERVICE, body="Hello")

    simulator.switch(phone.number, airplane_mode=True)

    assert phone.stays_silent(0.8)
    simulator.switch(phone.number, airplane_mode=False)
    assert phone.wait_for_reply() == "Hello"
