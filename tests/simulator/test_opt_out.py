"""STOP, START and HELP as Twilio keeps them."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.application import Application, Told
from tests.simulator.conftest import SERVICE
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"


def is_refused(twilio: Client, sender: str = SERVICE) -> bool:
    try:
        twilio.messages.create(to=PARENT, from_=sender, body="Hello")
    except TwilioRestException as refusal:
        return (refusal.status, refusal.code) == (400, 21610)
    return False


def test_stop_is_answered_by_twilio_passed_on_unmarked_and_kept(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    phone = simulator.phone(PARENT)

    phone.text("stop")

    assert "unsubscribed" in phone.wait_for_reply()
    form = application.wait_for(1)[0].form
    assert form["Body"] == "stop"
    assert "OptOutType" not in form
    assert is_refused(twilio)
    assert simulator.get(f"/phones/{PARENT}")["stopped"] == [SERVICE]


def test_start_brings_the_texts_back(simulator: SimulatorCarrier, twilio: Client) -> None:
    phone = simulator.phone(PARENT)
    phone.says("STOP")

    assert "re-subscribed" in phone.says("Start")

    assert not is_refused(twilio)


def test_start_without_a_stop_before_it_is_the_applications_alone(
    simulator: SimulatorCarrier, application: Application
) -> None:
    phone = simulator.phone(PARENT)

    phone.text("YES")

    assert application.wait_for(1)[0].form["Body"] == "YES"
    assert phone.stays_silent(0.2)


def test_help_is_answered_unless_the_phone_has_stopped(simulator: SimulatorCarrier) -> None:
    phone = simulator.phone(PARENT)

    assert "STOP to unsubscribe" in phone.says("HELP")
    phone.says("STOP")
    phone.text("HELP")

    assert phone.stays_silent(0.2)


def test_a_name_cannot_be_stopped(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.phone(PARENT).says("STOP")

    assert not is_refused(twilio, "StaffsEHC")


def test_another_phone_is_not_stopped(simulator: SimulatorCarrier, twilio: Client) -> None:
    simulator.phone("+447700900456").says("STOP")

    assert not is_refused(twilio)


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
def test_advanced_opt_out_marks_the_text(
    simulator: SimulatorCarrier, application: Application, word: str
) -> None:
    simulator.set_up(opt_out="advanced")

    simulator.inbound(PARENT, word.lower())

    assert application.wait_for(1)[0].form["OptOutType"] == word


def test_with_advanced_opt_out_cancel_is_the_applications(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.set_up(opt_out="advanced")

    simulator.inbound(PARENT, "CANCEL")

    assert "OptOutType" not in application.wait_for(1)[0].form
    assert not is_refused(twilio)


def test_switched_off_every_word_is_the_applications(
    simulator: SimulatorCarrier, twilio: Client, application: Application
) -> None:
    simulator.set_up(opt_out="off")
    phone = simulator.phone(PARENT)

    phone.text("STOP")

    application.wait_for(1)
    assert phone.stays_silent(0.2)
    assert not is_refused(twilio)


def test_a_twiml_answer_to_stop_is_not_sent(
    simulator: SimulatorCarrier, application: Application
) -> None:
    application.answers["/sms"] = [Told(body="<Response><Message>Bye</Message></Response>")]
    phone = simulator.phone(PARENT)

    phone.text("STOP")

    assert simulator.alerts(wait_s=5)[0]["code"] == 21610
    assert "unsubscribed" in phone.wait_for_reply()
    assert phone.stays_silent(0.2)
