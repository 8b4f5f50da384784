"""Signatures, connection overrides and TwiML, each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from simulator.carrier.overrides import Overrides, read_overrides
from simulator.carrier.posting import Answer
from simulator.carrier.signing import signature
from simulator.carrier.twiml import TwimlMessage, TwimlRejected, read_twiml
from tests.simulator.conftest import TOKEN
from tests.standins import other_twilio

URL = "https://hub.example.gov.uk/webhooks/twilio/sms?door=1"
WORDS = st.text(alphabet=st.characters(codec="utf-8"))


def test_the_signature_is_that_of_twilios_published_example() -> None:
    fields = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+12349013030"),
        ("Digits", "1234"),
        ("From", "+12349013030"),
        ("To", "+18005551212"),
    ]

    made = signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)

    assert made == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


@given(st.lists(st.tuples(st.text(st.characters(codec="ascii"), min_size=1), WORDS)))
def test_twilios_validator_accepts_every_signature(fields: list[tuple[str, str]]) -> None:
    made = signature(TOKEN, URL, fields)

    assert RequestValidator(TOKEN).validate(URL, MultiDict(fields), made)


@given(st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1), WORDS))
def test_both_standins_sign_alike(form: dict[str, str]) -> None:
    assert other_twilio.sign(TOKEN, URL, form) == signature(TOKEN, URL, list(form.items()))


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("rc=2&rp=all", Overrides(retries=2, policies=frozenset({"all"}))),
        ("rc=5", Overrides(retries=5)),
        ("rc=6", Overrides()),
        ("rc=-1", Overrides()),
        ("rp=4xx,5xx", Overrides(policies=frozenset({"4xx", "5xx"}))),
        ("rp=never", Overrides()),
        ("ct=100&rt=100&tt=100", Overrides(connect_s=0.1, read_s=0.1, total_s=0.1)),
        ("ct=99&rt=99&tt=99", Overrides()),
        ("ct=10000&rt=15000&tt=15000", Overrides(connect_s=10, read_s=15, total_s=15)),
        ("ct=10001&rt=15001&tt=15001", Overrides()),
        ("ct=soon", Overrides()),
    ],
)
def test_overrides_outside_twilios_range_count_as_not_given(
    fragment: str, expected: Overrides
) -> None:
    url, overrides = read_overrides(f"{URL}#{fragment}")

    assert (url, overrides) == (URL, expected)


def answer(body: str, content_type: str = "text/xml") -> Answer:
    return Answer(content_type=content_type, body=body.encode())


@pytest.mark.parametrize(
    ("twiml", "bodies"),
    [
        ("", []),
        ("<Response/>", []),
        ("<Response><Message>Hello</Message></Response>", ["Hello"]),
        ("<Response><Message><Body>A &amp; B</Body></Message></Response>", ["A & B"]),
        ("<Response><Message>1</Message><Message>2</Message></Response>", ["1", "2"]),
        ("<Response>" + "<Message>a</Message>" * 10 + "</Response>", ["a"] * 10),
    ],
)
def test_messages_are_read_from_twiml(twiml: str, bodies: list[str]) -> None:
    assert [message.body for message in read_twiml(answer(twiml))] == bodies


def test_a_message_may_name_recipient_and_callback() -> None:
    twiml = '<Response><Message to="+447700900456" statusCallback="/s">Hi</Message></Response>'

    assert read_twiml(answer(twiml)) == [
        TwimlMessage(body="Hi", to="+447700900456", callback_url="/s")
    ]


def test_plain_text_is_one_message() -> None:
    assert [message.body for message in read_twiml(answer("Hi", "text/plain; charset=utf-8"))] == [
        "Hi"
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer("<Response><Message>"), 12100),
        (answer("<Reply/>"), 12100),
        (answer("<Response><Dial/></Response>"), 12200),
        (answer("{}", "application/json"), 12300),
        (answer("<Response>" + "<Message>a</Message>" * 11 + "</Response>"), 14109),
        (answer("<Response>" + " " * 65536 + "</Response>"), 11750),
    ],
)
def test_an_answer_that_cannot_be_used_has_its_code(given: Answer, code: int) -> None:
    with pytest.raises(TwimlRejected) as raised:
        read_twiml(given)

    assert raised.value.code == code
