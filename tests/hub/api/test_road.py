"""The road of a parent who registers by text message, as the assistant walks it."""

from datetime import timedelta
from typing import Any

from pytest_httpserver import HTTPServer

from clients.messaging import MessagingClient
from tests.hub.parts import code_in

NUMBER = "07700 900123"


def problem(answer: Any) -> str:
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    return str(answer.json["type"]).removeprefix("urn:ehc-hub:problem:")


def test_a_parent_registers_by_code_number_and_security_code(call, invite, texts, hub) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"

    given = call("PUT", f"{path}/number", {"number": NUMBER})
    sent = call("POST", f"{path}/security-codes", {})
    checked = call("POST", f"{path}/security-codes/check", {"code": code_in(texts.all[0])})
    link = call("POST", f"{path}/continue-links", {})

    assert given.json["state"] == "code_needed"
    assert given.json["number_ends_with"] == "123"
    assert sent.status_code == 202
    assert sent.json["sent"] == "new"
    assert sent.json["resend_after_s"] == 30
    assert texts.all[0].to == "+447700900123"
    assert checked.json["state"] == "verified"
    assert link.status_code == 201
    assert link.json["url"].startswith("https://hub.example.gov.uk/register/")


def test_the_code_text_is_one_plain_segment_bound_to_the_host(call, invite, texts) -> None:
    registration = call.begin(invite().code)
    call("PUT", f"/v1/registrations/{registration}/number", {"number": NUMBER})
    call("POST", f"/v1/registrations/{registration}/security-codes", {})

    [text] = texts.all
    code = code_in(text)

    assert text.body == (
        f"{code} is your EHC Hub security code. It expires in 10 minutes. "
        f"Do not share it, even with council staff.\n\n@hub.example.gov.uk #{code}"
    )
    assert len(text.body) <= 160
    assert text.body.isascii()
    assert (text.purpose, text.valid_for_s) == ("security_code", 600)


def test_a_key_said_again_gets_the_first_answer_and_nothing_is_done_twice(
    call, invite, texts
) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})

    sent = [call("POST", f"{path}/security-codes", {}, key="send") for _ in range(3)]
    code = {"code": code_in(texts.all[0])}
    checked = [call("POST", f"{path}/security-codes/check", code, key="check") for _ in range(3)]
    links = [call("POST", f"{path}/continue-links", {}, key="link") for _ in range(3)]

    assert [answer.status_code for answer in sent] == [202] * 3
    assert len({answer.get_data() for answer in sent}) == 1
    assert len(texts.all) == 1
    assert [answer.json["state"] for answer in checked] == ["verified"] * 3
    assert len({answer.json["url"] for answer in links}) == 1


def test_a_wrong_code_said_again_with_its_key_costs_one_try(call, invite, texts) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})
    call("POST", f"{path}/security-codes", {})
    wrong = {"code": f"{(int(code_in(texts.all[0])) + 1) % 10**6:06d}"}

    first, again = (
        call("POST", f"{path}/security-codes/check", wrong, key="one") for _ in range(2)
    )
    other = call("POST", f"{path}/security-codes/check", wrong, key="two")

    assert first.json["tries_left"] == again.json["tries_left"] == 4
    assert other.json["tries_left"] == 3


def test_a_key_used_for_another_request_is_refused(call, invite) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}/number"
    call("PUT", path, {"number": NUMBER}, key="same")

    answer = call("PUT", path, {"number": "07700 900124"}, key="same")

    assert problem(answer) == "idempotency-key-reused"


def test_a_text_that_is_not_taken_is_never_called_sent(call, invite, texts) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})
    texts.is_away = True

    refused = call("POST", f"{path}/security-codes", {}, key="first")
    replayed = call("POST", f"{path}/security-codes", {}, key="first")
    texts.is_away = False
    taken = call("POST", f"{path}/security-codes", {}, key="second")

    assert [problem(refused), problem(replayed)] == ["text-not-accepted"] * 2
    assert (taken.status_code, taken.json["sent"]) == (202, "same")
    assert len(texts.all) == 1


def test_an_expired_code_is_told_and_a_new_one_sent(call, invite, texts, clock) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})
    call("POST", f"{path}/security-codes", {})
    clock.pass_by(timedelta(minutes=10))

    answer = call(
        "POST", f"{path}/security-codes/check", {"code": code_in(texts.all[0])}, key="late"
    )
    again = call(
        "POST", f"{path}/security-codes/check", {"code": code_in(texts.all[0])}, key="late"
    )
    checked = call("POST", f"{path}/security-codes/check", {"code": code_in(texts.all[1])})

    assert (problem(answer), answer.json["new_code_sent"]) == ("code-expired", True)
    assert again.get_data() == answer.get_data()
    assert len(texts.all) == 2
    assert checked.json["state"] == "verified"


def test_what_became_of_the_text_is_told_as_the_carrier_tells_it(call, invite, texts) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})
    none_yet = call("GET", f"{path}/security-codes/latest")
    call("POST", f"{path}/security-codes", {})
    texts.answer = ("undelivered", "handset_off")

    told = call("GET", f"{path}/security-codes/latest")
    texts.is_away = True
    away = call("GET", f"{path}/security-codes/latest")

    assert problem(none_yet) == "not-found"
    assert (told.json["state"], told.json["reason"]) == ("undelivered", "handset_off")
    assert problem(away) == "text-not-accepted"


def test_wrong_unknown_and_withdrawn_codes_get_one_answer(call, invite, hub) -> None:
    from hub.accounts import invitations

    withdrawn = invite()
    invitations.withdraw(hub, email=withdrawn.email, actor="test")
    answers = [
        call(
            "POST",
            "/v1/registrations",
            {"invitation_code": code, "conversation_id": f"sms-{index}"},
        )
        for index, code in enumerate((withdrawn.code, "ABCD-1234", "nonsense"))
    ]

    assert {answer.get_data() for answer in answers} == {answers[0].get_data()}
    assert problem(answers[0]) == "invitation-not-recognised"


def test_the_sixth_wrong_invitation_code_is_not_looked_at(call, invite) -> None:
    right = invite().code
    for number in range(5):
        call(
            "POST",
            "/v1/registrations",
            {"invitation_code": f"ABCD-123{number}", "conversation_id": "sms-7"},
        )

    answer = call(
        "POST", "/v1/registrations", {"invitation_code": right, "conversation_id": "sms-7"}
    )

    assert problem(answer) == "too-many-tries"
    assert answer.json["retry_after_s"] == 900


def test_a_request_for_a_mail_is_answered_alike_whoever_asks(call, invite, mails, hub) -> None:
    from hub.accounts import relay

    known = invite()
    before = len(mails.all)
    answers = [
        call("POST", path, {"email": email})
        for path in ("/v1/invitation-requests", "/v1/password-reset-requests")
        for email in (known.email, "nobody@example.com")
    ]
    while relay.sweep(hub):
        pass

    assert {(answer.status_code, answer.get_data()) for answer in answers} == {(202, b"{}")}
    assert [mail.to for mail in mails.all[before:]] == [known.email]


def test_without_a_key_nothing_is_told(client, call, invite) -> None:
    answer = client.get("/v1/registrations?conversation_id=sms-1")

    assert problem(answer) == "unauthorised"
    assert client.get("/healthz").status_code == 200


def test_either_key_is_accepted_while_one_is_replaced(client) -> None:
    answers = [
        client.get(
            "/v1/registrations?conversation_id=sms-1",
            headers={"Authorization": f"Bearer {key}"},
        ).status_code
        for key in ("current-key", "former-key", "other-key", "")
    ]

    assert answers == [200, 200, 401, 401]


def test_a_ceiling_of_the_messaging_service_is_not_called_sent(
    call, invite, hub, httpserver: HTTPServer
) -> None:
    registration = call.begin(invite().code)
    path = f"/v1/registrations/{registration}"
    call("PUT", f"{path}/number", {"number": NUMBER})
    client = MessagingClient(httpserver.url_for(""), "messaging-key")
    object.__setattr__(hub, "texts", client)
    httpserver.expect_ordered_request("/v1/texts").respond_with_json(
        {"type": "urn:ehc-messaging:problem:too-many-texts", "retry_after_s": 60}, status=429
    )
    httpserver.expect_ordered_request("/v1/texts").respond_with_json(
        {"text_id": "text-1", "state": "created"}, status=202
    )

    refused = call("POST", f"{path}/security-codes", {}, key="send")
    again = call("POST", f"{path}/security-codes", {}, key="send")
    client.close()

    assert (refused.status_code, problem(refused)) == (503, "text-not-accepted")
    assert again.status_code == 202  # a ceiling passes, so the same text is handed over later
