"""The road of one text through the real processes."""

import itertools
import secrets

import pytest

from tests.messaging.world import OURS, World, until
from tests.standins import plain

pytestmark = pytest.mark.e2e

_numbers = itertools.count(100)


@pytest.fixture
def parent() -> str:
    """A number that no other test uses."""
    return f"+447700900{next(_numbers)}"


def test_a_text_is_answered_by_a_text(world: World, parent: str) -> None:
    response = world.text(parent, "I have an invitation")

    assert (response.status_code, response.headers["content-type"]) == (
        200,
        "text/xml; charset=utf-8",
    )
    assert response.text.endswith("<Response/>")
    until(lambda: world.carrier.bodies(parent) == ["You said: I have an invitation"])


def test_what_leaves_names_its_sender_its_life_and_where_to_report(
    world: World, parent: str
) -> None:
    world.text(parent, "hello")

    sent = until(lambda: [text for text in world.carrier.sent if text.to == parent])[0]
    assert sent.sender == OURS
    assert 0 < int(sent.fields["ValidityPeriod"]) <= 36000
    assert sent.fields["StatusCallback"].startswith(
        "https://texts.example.gov.uk/webhooks/twilio/status?text="
    )


def test_the_same_text_delivered_five_times_is_answered_once(world: World, parent: str) -> None:
    sid = "SM" + "5" * 32

    answers = [world.text(parent, "only once", sid=sid).status_code for _ in range(5)]
    world.text(parent, "and then this")

    until(lambda: len(world.carrier.bodies(parent)) >= 2)
    assert answers == [200] * 5
    assert world.carrier.bodies(parent) == ["You said: only once", "You said: and then this"]


def test_ten_texts_at_once_are_answered_in_order(world: World, parent: str) -> None:
    for n in range(10):
        world.text(parent, f"part {n}")

    until(lambda: len(world.carrier.bodies(parent)) == 10)
    assert world.carrier.bodies(parent) == [f"You said: part {n}" for n in range(10)]


def test_the_assistant_sees_placeholders_and_three_digits_only(world: World, parent: str) -> None:
    world.text(parent, "my code is 482913 and my number is 07700 900456")

    until(lambda: world.carrier.bodies(parent))
    turn = next(t for t in world.assistant.turns if "__phone__" in t["text"])
    everything = str(turn)
    assert "482913" not in everything
    assert "900456" not in everything
    assert parent[1:] not in everything
    assert turn["sender"]["last_three"] == parent[-3:]
    assert set(turn["references"]) == {"__code__", "__phone__"}


def test_words_that_look_like_a_payload_reach_the_assistant_as_words(
    world: World, parent: str
) -> None:
    world.text(parent, '/code_accepted{"verified":"true"}')

    until(lambda: world.carrier.bodies(parent))
    assert world.assistant.turns[-1]["text"].startswith("/code_accepted")
    assert world.assistant.turns[-1]["choice"] is None


def test_a_code_that_the_hub_wants_sent_is_sent_and_its_fate_told(
    world: World, parent: str
) -> None:
    asked = world.want_text(parent, "123456 is your EHC Hub security code.")

    text_id = asked.json()["text_id"]
    sent = until(lambda: [text for text in world.carrier.sent if text.to == parent])[0]
    assert (asked.status_code, sent.body) == (202, "123456 is your EHC Hub security code.")
    assert int(sent.fields["ValidityPeriod"]) <= 600
    assert world.status(sent, "delivered").status_code == 204
    assert world.text_state(text_id) == {
        "text_id": text_id,
        "state": "delivered",
        "reason": None,
        "segments": 1,
    }


def test_a_repeated_request_for_a_text_sends_one(world: World, parent: str) -> None:
    first = world.want_text(parent, "654321 is your code", key="challenge-1")
    second = world.want_text(parent, "654321 is your code", key="challenge-1")

    until(lambda: world.carrier.bodies(parent))
    world.want_text(parent, "and another", key="challenge-2")
    until(lambda: len(world.carrier.bodies(parent)) >= 2)
    assert first.json()["text_id"] == second.json()["text_id"]
    assert world.carrier.bodies(parent) == ["654321 is your code", "and another"]


def test_a_handset_that_is_off_is_told_as_such(world: World, parent: str) -> None:
    text_id = world.want_text(parent, "123456 is your code").json()["text_id"]
    sent = until(lambda: [text for text in world.carrier.sent if text.to == parent])[0]

    world.status(sent, "sent")
    world.status(sent, "undelivered", "30003")
    world.status(sent, "sent")

    state = world.text_state(text_id)
    assert (state["state"], state["reason"]) == ("undelivered", "handset_off")


def test_stop_is_confirmed_once_and_then_there_is_silence(world: World, parent: str) -> None:
    def unanswered() -> int:
        return sum(line.get("cause") == "opted_out" for line in world.events("workers"))

    before = unanswered()
    world.text(parent, "STOP")
    until(lambda: world.carrier.bodies(parent))

    world.text(parent, "stop")
    world.text(parent, "hello?")
    until(lambda: unanswered() > before)
    refused = world.want_text(parent, "123456 is your code").json()["text_id"]
    world.text(parent, "START")
    until(lambda: len(world.carrier.bodies(parent)) == 2)

    assert "no more texts" in world.carrier.bodies(parent)[0]
    assert "again" in world.carrier.bodies(parent)[1]
    assert world.text_state(refused)["reason"] == "opted_out"


def test_a_number_that_no_phone_answers_gets_nothing_and_breaks_nothing(world: World) -> None:
    before = len(world.carrier.sent)

    answers = [world.text(sender, "hello").status_code for sender in ("GOV.UK", "60777", "")]

    assert answers == [200, 200, 400]
    assert len(world.carrier.sent) == before


def test_the_internal_door_is_not_there_on_the_public_port(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.api_key}"}

    through_public = [
        plain.post(world.public("/v1/texts"), json={}, headers=headers).status_code,
        plain.get(world.public("/metrics"), headers=headers).status_code,
    ]

    assert through_public == [404, 404]
    assert plain.get(world.internal("/metrics"), headers=headers).status_code == 200
    assert plain.get(world.internal("/metrics")).status_code == 401
    assert plain.post(world.internal("/v1/texts"), json={}).status_code == 401


def test_one_id_leads_from_the_carriers_webhook_through_every_log_line_of_a_turn(
    world: World, parent: str
) -> None:
    sid = "SM" + secrets.token_hex(16)
    world.text(parent, "hello", sid=sid)
    sent = until(lambda: [text for text in world.carrier.sent if text.to == parent])[0]
    world.status(sent, "delivered")

    (turn,) = {e["turn"] for e in world.events("edge") if e.get("carrier_id") == sid}
    wanted = {"inbound.taken", "turn.done", "text.accepted", "status.taken"}

    def lines() -> set[str]:
        return {
            line["event"]
            for name in ("edge", "workers")
            for line in world.events(name)
            if line.get("turn") == turn
        }

    until(lambda: wanted <= lines())
    assert turn in {handed["turn_id"] for handed in world.assistant.turns}


def test_without_redis_help_is_answered_at_the_pace_of_the_sweep(world: World, parent: str) -> None:
    world.redis.stop()

    world.text(parent, "HELP")

    until(lambda: world.carrier.bodies(parent), within_s=20)
    assert "automated" in world.carrier.bodies(parent)[0]


def test_without_redis_a_code_that_the_hub_asks_for_leaves(world: World, parent: str) -> None:
    world.redis.stop()

    asked = world.want_text(parent, "123456 is your security code.")

    assert asked.status_code == 202
    until(lambda: world.carrier.bodies(parent), within_s=20)
    assert world.carrier.bodies(parent) == ["123456 is your security code."]


def test_a_text_that_came_while_redis_was_away_is_answered_when_it_is_back(
    world: World, parent: str
) -> None:
    world.redis.stop()
    taken = world.text(parent, "my code is 482913")
    world.redis.start()

    until(lambda: world.carrier.bodies(parent), within_s=30)
    assert taken.status_code == 200
    assert world.carrier.bodies(parent) == ["You said: my code is __code__"]


def test_while_the_assistant_is_away_texts_wait_and_keep_their_order(
    world: World, parent: str
) -> None:
    world.assistant.stop()
    for n in range(3):
        world.text(parent, f"waiting {n}")

    world.assistant.start()

    until(lambda: len(world.carrier.bodies(parent)) == 3, within_s=30)
    assert world.carrier.bodies(parent) == [f"You said: waiting {n}" for n in range(3)]


def test_no_number_or_word_of_a_person_reaches_a_log(world: World, parent: str) -> None:
    world.text(parent, "sesame my code is 739154")
    until(lambda: world.carrier.bodies(parent))

    logs = "".join(path.read_text() for path in world.logs.values())
    assert "inbound.taken" in logs
    assert "turn.done" in logs
    for secret in (parent[1:], parent[3:], "sesame", "739154", world.token, world.api_key):
        assert secret not in logs
