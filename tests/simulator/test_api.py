"""Sends made by Twilio's own client."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import SERVICE, SID, TOKEN
from tests.standins.simulated import SimulatorCarrier

PARENT = "+447700900123"

REFUSALS = [
    pytest.param({"to": "07700 900123"}, 400, 21211, id="number as people write it"),
    pytest.param({"to": "+44770090"}, 400, 21211, id="number too short"),
    pytest.param({"to": "+4477009001234567"}, 400, 21211, id="number too long"),
    pytest.param({"to": ""}, 400, 21604, id="no recipient"),
    pytest.param({"from_": ""}, 400, 21603, id="no sender"),
    pytest.param({"from_": "+447700900999"}, 400, 21606, id="a number that is not ours"),
    pytest.param({"from_": "60777"}, 400, 21606, id="a short code that is not ours"),
    pytest.param({"from_": "StaffordsEHC"}, 400, 21212, id="name of 12 characters"),
    pytest.param({"from_": "EHC*Hub"}, 400, 21212, id="name with a star"),
    pytest.param({"to": SERVICE}, 400, 21266, id="to ourselves"),
    pytest.param({"body": ""}, 400, 21602, id="no body"),
    pytest.param({"body": "a" * 1601}, 400, 21617, id="1,601 characters"),
    pytest.param({"status_callback": "http://our_host/s"}, 400, 21609, id="host with underscore"),
    pytest.param({"status_callback": "ftp://host/s"}, 400, 21609, id="callback by ftp"),
    pytest.param({"status_callback": "http://host:port/s"}, 400, 21609, id="port in letters"),
    pytest.param({"validity_period": 0}, 400, 21624, id="valid for no second"),
    pytest.param({"validity_period": 36001}, 400, 21624, id="valid for over ten hours"),
    pytest.param({"content_retention": "forget"}, 400, 20001, id="unknown retention"),
    pytest.param({"content_sid": "HX1"}, 400, 20001, id="a template, which is not played"),
    pytest.param({"smart_encoded": True}, 400, 20001, id="smart encoding, which is not played"),
    pytest.param({"media_url": ["file:///etc/passwd"]}, 400, 21620, id="media that is a file"),
    pytest.param({"from_": "", "messaging_service_sid": "MG1"}, 404, 21701, id="unknown service"),
]


@pytest.mark.parametrize(("wrong", "status", "code"), REFUSALS)
def test_a_field_that_twilio_refuses_is_refused_with_its_code(
    simulator: SimulatorCarrier, twilio: Client, wrong: dict[str, object], status: int, code: int
) -> None:
    fields = {"to": PARENT, "from_": SERVICE, "body": "Hello", **wrong}

    with pytest.raises(TwilioRestException) as raised:
        twilio.messages.create(**fields)

    assert (raised.value.status, raised.value.code) == (status, code)
    assert simulator.outbound(PARENT, wait_s=0.1) == []


@pytest.mark.parametrize(
    "right",
    [
        {"body": "a" * 1600},
        {"body": "a", "validity_period": 1},
        {"body": "a", "validity_period": 36000},
        {"body": "a", "from_": "StaffsEHC"},
        {"body": "a", "from_": "Staffs EHC1"},
        {"body": "a", "status_callback": "http://[::1]:8080/s?id=1"},
        {"body": "a", "content_retention": "discard", "address_retention": "obfuscate"},
        {"body": "a", "provide_feedback": True, "risk_check": "disable"},
    ],
    ids=lambda right: ", ".join(right),
)
def test_a_field_within_twilios_rules_is_taken(
    simulator: SimulatorCarrier, twilio: Client, right: dict[str, object]
) -> None:
    fields = {"to": PARENT, "from_": SERVICE, **right}

    twilio.messages.create(**fields)

    assert simulator.phone(PARENT).wait_for_reply() == right["body"]


def test_a_taken_text_has_twilios_shape(simulator: SimulatorCarrier, twilio: Client) -> None:
    sent = twilio.messages.create(to=PARENT, from_=SERVICE, body="Hello")

    assert (sent.status, sent.num_segments, sent.direction) == ("queued", "1", "outbound-api")
    assert (sent.to, sent.from_, sent.body) == (PARENT, SERVICE, "Hello")
    assert sent.sid.startswith("SM")
    assert len(sent.sid) == 34
    assert (sent.error_code, sent.price, sent.num_media) == (None, None, "0")
    assert sent.date_created.tzinfo is not None


def test_a_service_has_no_segments_until_it_has_chosen_a_sender(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    sent = twilio.messages.create(to=PARENT, messaging_service_sid="MG" + "0" * 32, body="Hello")

    simulator.phone(PARENT).wait_for_reply()

    assert (sent.status, sent.num_segments, sent.from_) == ("accepted", "0", None)
    later = twilio.messages(sent.sid).fetch()
    assert (later.num_segments, later.from_) == ("1", SERVICE)


def test_wrong_credentials_are_20003(simulator: SimulatorCarrier) -> None:
    stranger = Client("AC" + "f" * 32, "guess")
    stranger.api.base_url = simulator.base_url

    with pytest.raises(TwilioRestException) as raised:
        stranger.messages.create(to=PARENT, from_=SERVICE, body="Hello")

    assert (raised.value.status, raised.value.code) == (401, 20003)
    stranger.http_client.session.close()


def test_an_unknown_text_is_20404(simulator: SimulatorCarrier, twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as raised:
        twilio.messages("SM" + "0" * 32).fetch()

    assert (raised.value.status, raised.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+447700900908", 21610),
        ("+447700900909", 21614),
        ("+447700900910", 21612),
        ("+447700900911", 21408),
    ],
)
def test_a_magic_number_is_refused_at_once(
    simulator: SimulatorCarrier, twilio: Client, number: str, code: int
) -> None:
    with pytest.raises(TwilioRestException) as raised:
        twilio.messages.create(to=number, from_=SERVICE, body="Hello")

    assert raised.value.code == code


@pytest.mark.parametrize(("number", "status"), [("+447700900912", 429), ("+447700900913", 500)])
def test_a_stumbling_number_takes_each_text_at_the_second_try(
    simulator: SimulatorCarrier, twilio: Client, number: str, status: int
) -> None:
    for body in ("first", "second"):
        with pytest.raises(TwilioRestException) as raised:
            twilio.messages.create(to=number, from_=SERVICE, body=body)
        assert raised.value.status == status
        twilio.messages.create(to=number, from_=SERVICE, body=body)

    phone = simulator.phone(number)
    assert [phone.wait_for_reply(), phone.wait_for_reply()] == ["first", "second"]


def test_a_field_that_twilio_does_not_know_is_ignored_with_a_warning(
    simulator: SimulatorCarrier,
) -> None:
    answer = simulator._client.post(
        f"/2010-04-01/Accounts/{SID}/Messages.json",
        auth=(SID, TOKEN),
        data={"To": PARENT, "From": SERVICE, "Body": "Hello", "StatusCallBack": "http://x/s"},
    )

    assert answer.status_code == 201
    assert simulator.alerts()[0]["detail"] == "Twilio ignores StatusCallBack"


@pytest.mark.parametrize(
    "authorization", [None, "Bearer x", "Basic", "Basic ***", "Basic QUMxOmd1ZXNz"]
)
def test_strange_credentials_are_20003_too(
    simulator: SimulatorCarrier, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    answer = simulator._client.get(f"/2010-04-01/Accounts/{SID}/Messages.json", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_another_account_is_not_found_and_another_method_not_allowed(
    simulator: SimulatorCarrier,
) -> None:
    others = simulator._client.get("/2010-04-01/Accounts/AC2/Messages.json", auth=(SID, TOKEN))
    ours = simulator._client.put(f"/2010-04-01/Accounts/{SID}/Messages.json", auth=(SID, TOKEN))

    assert (others.status_code, others.json()["code"]) == (404, 20404)
    assert (ours.status_code, ours.json()["code"]) == (405, 20004)


def test_only_the_body_of_a_text_can_be_changed_and_only_to_nothing(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    sid = simulator.inbound(PARENT, "Hello")

    with pytest.raises(TwilioRestException) as changed:
        twilio.messages(sid).update(body="Goodbye")
    with pytest.raises(TwilioRestException) as missing:
        twilio.messages("SM" + "0" * 32).delete()

    assert (changed.value.code, missing.value.code) == (20001, 20404)


def test_a_text_that_is_deleted_on_its_way_goes_no_further(
    simulator: SimulatorCarrier, twilio: Client
) -> None:
    late = "+447700900917"
    sent = twilio.messages.create(to=late, from_=SERVICE, body="Hello")

    twilio.messages(sent.sid).delete()

    assert simulator.phone(late).stays_silent(0.8)
