"""One short journey over both stand-ins: neither may be leant on."""

from collections.abc import Iterator

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.application import Application
from tests.simulator.conftest import SERVICE, SID, TOKEN
from tests.standins.other_twilio import OtherTwilio
from tests.standins.phone import Carrier, NoText, Phone
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


@pytest.fixture(params=["simulator", "other"])
def carrier(
    request: pytest.FixtureRequest, application: Application
) -> Iterator[SimulatorCarrier | OtherTwilio]:
    if request.param == "simulator":
        yield request.getfixturevalue("simulator")
        return
    webhook = f"{application.url}/sms"
    with OtherTwilio(account=SID, token=TOKEN, number=SERVICE, webhook=webhook) as other:
        yield other


def test_a_text_goes_in_signed_and_its_answer_comes_out(
    carrier: SimulatorCarrier | OtherTwilio, application: Application
) -> None:
    phone = Phone(carrier, PARENT)
    client = Client(SID, TOKEN)
    client.api.base_url = carrier.base_url

    sid = phone.text("Hello, I’ve an invitation")
    posted = application.wait_for(1)[0]
    sent = client.messages.create(
        to=posted.form["From"],
        from_=posted.form["To"],
        body="Good morning",
        status_callback=f"{application.url}/status?id=1",
    )
    reply = phone.wait_for_reply()
    statuses = application.wait_for(
        1, which=lambda post: post.form.get("MessageStatus") == "delivered"
    )

    assert posted.form["MessageSid"] == sid
    assert posted.form["Body"] == "Hello, I’ve an invitation"
    assert reply == "Good morning"
    assert statuses[-1].form["MessageSid"] == sent.sid
    assert client.messages(sent.sid).fetch().status == "delivered"
    assert [listed.sid for listed in client.messages.list(from_=PARENT)] == [sid]
    validator = RequestValidator(TOKEN)
    for each in (posted, statuses[-1]):
        signature = each.headers["X-Twilio-Signature"]
        assert validator.validate(application.url + each.path, each.form, signature)
    client.http_client.session.close()


def test_a_text_that_does_not_come_is_an_assertion(carrier: Carrier) -> None:
    with pytest.raises(NoText):
        Phone(carrier, PARENT).wait_for_reply(0.1)


def test_a_phone_passes_over_texts_it_was_not_asked_for(
    carrier: SimulatorCarrier | OtherTwilio,
) -> None:
    client = Client(SID, TOKEN)
    client.api.base_url = carrier.base_url
    phone = Phone(carrier, PARENT)

    for body in ("One moment", "Your code is 123456"):
        client.messages.create(to=PARENT, from_=SERVICE, body=body)

    assert phone.wait_for("CODE") == "Your code is 123456"
    assert phone.stays_silent(0.1)
    assert phone.bodies() == ["One moment", "Your code is 123456"]
    client.http_client.session.close()
