"""Forged, altered and unsigned webhooks are refused; good ones with odd fields are taken."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from tests.messaging.neighbours import signature
from tests.webhooks.conftest import PUBLIC, SECOND, SID, TOKEN
from tests.webhooks.forgeries import FORGERIES, Account, Webhook, forgeries, odd_ones

PATH = "/webhooks/twilio/sms"
FIELDS = [
    ("MessageSid", "SM" + "2" * 32),
    ("AccountSid", SID),
    ("From", "+447700900123"),
    ("To", "+447700900999"),
    ("Body", "hello"),
    ("NumMedia", "0"),
]


def post(
    client: FlaskClient,
    fields: list[tuple[str, str]],
    signed: str | None,
    *,
    path: str = PATH,
    **options: Any,
) -> int:
    headers = {} if signed is None else {"X-Twilio-Signature": signed}
    headers |= options.pop("headers", {})
    return client.post(
        path,
        data=urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
        **options,
    ).status_code


def test_our_signature_is_the_one_of_twilios_own_example() -> None:
    fields = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert signature("12345", url, fields) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert signature("12345", url, fields) == RequestValidator("12345").compute_signature(
        url, dict(fields)
    )


@pytest.mark.parametrize("token", [TOKEN, SECOND])
def test_a_text_signed_with_either_token_is_taken(public: FlaskClient, token: str) -> None:
    assert post(public, FIELDS, signature(token, PUBLIC + PATH, FIELDS)) == 200


ACCOUNT = Account(sid=SID, token=TOKEN, public=PUBLIC)


def send(client: FlaskClient, webhook: Webhook) -> int:
    return client.post(
        webhook.path, data=webhook.body, headers=list(webhook.headers.items())
    ).status_code


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forgery_is_refused(public: FlaskClient, kind: str) -> None:
    drawn = [w for w in forgeries(ACCOUNT, 4 * len(FORGERIES), seed=8) if w.kind == kind]

    assert [send(public, webhook) for webhook in drawn] == [403] * 4


def test_odd_webhooks_of_the_carrier_are_taken(public: FlaskClient) -> None:
    drawn = odd_ones(ACCOUNT, ["+447700900123"], 60, seed=8)

    assert [send(public, webhook) for webhook in drawn] == [200] * 60


def test_a_json_body_is_no_way_round_the_signature(public: FlaskClient) -> None:
    response = public.post(
        PATH, json=dict(FIELDS), headers={"X-Twilio-Signature": signature(TOKEN, PUBLIC + PATH, [])}
    )

    assert response.status_code == 403


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_post_is_answered(public: FlaskClient, method: str) -> None:
    assert getattr(public, method)(PATH).status_code in (403, 405)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    more=st.lists(
        st.tuples(
            st.from_regex(r"[A-Z][A-Za-z0-9]{3,12}", fullmatch=True).filter(
                lambda name: name not in dict(FIELDS) and name != "OptOutType"
            ),
            st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=30),
        ),
        max_size=6,
    ),
    query=st.sampled_from(["", "?a=1", "?a=1&a=2&b=%2F", "?x=é".encode().decode("latin-1")]),
)
def test_a_good_webhook_with_odd_fields_and_queries_is_taken(
    public: FlaskClient, more: list[tuple[str, str]], query: str
) -> None:
    fields = FIELDS + more
    path = PATH + query.encode("ascii", "ignore").decode()

    assert post(public, fields, signature(TOKEN, PUBLIC + path, fields), path=path) == 200


@pytest.mark.parametrize("given_url", [PUBLIC, "https://texts.example.gov.uk:443"])
def test_a_signature_over_the_address_with_or_without_its_port_is_good(
    public: FlaskClient, given_url: str
) -> None:
    assert post(public, FIELDS, signature(TOKEN, given_url + PATH, FIELDS)) == 200
