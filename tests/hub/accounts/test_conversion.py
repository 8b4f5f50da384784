"""Codes that nobody types raise an alarm."""

import pytest

from hub.accounts import conversion, number_proof, registrations, relay
from tests.hub.parts import CHEAP, code_in


@pytest.fixture
def sent(hub, invite, texts):
    """Send codes to so many people, of whom so many type theirs; the counted ones are ten."""
    object.__setattr__(hub, "limits", CHEAP.model_copy(update={"conversion_of_last": 10}))

    def _sent(people: int, *, typed: int) -> None:
        for person in range(people):
            begun = registrations.begin(hub, code=invite().code, conversation_id=f"sms-{person}")
            registrations.give_number(hub, begun.registration_id, typed=f"07700 9001{person:02d}")
            number_proof.send_code_now(hub, begun.registration_id, tried_by=f"ip:{person}")
            if person < typed:
                code = code_in(texts.all[-1])
                number_proof.check_code_now(
                    hub, begun.registration_id, typed=code, tried_by=f"ip:{person}"
                )

    return _sent


@pytest.mark.parametrize(("typed", "alarms"), [(3, True), (4, False), (10, False)])
def test_under_two_in_five_is_an_alarm(hub, clock, sent, capsys, typed, alarms) -> None:
    sent(10, typed=typed)
    clock.pass_by(30)
    capsys.readouterr()

    assert conversion.watch(hub) == conversion.Conversion(sent=10, verified=typed)

    assert ("code.conversion_low" in capsys.readouterr().out) is alarms


@pytest.mark.parametrize(("people", "alarms"), [(9, False), (10, True)])
def test_a_few_codes_say_nothing(hub, clock, sent, people, alarms) -> None:
    sent(people, typed=0)
    clock.pass_by(30)

    assert conversion.is_low(hub, conversion.measure(hub)) is alarms


@pytest.mark.parametrize(("seconds", "counted"), [(29, 0), (30, 10)])
def test_a_code_has_half_a_minute_to_be_typed(hub, clock, sent, seconds, counted) -> None:
    sent(10, typed=0)
    clock.pass_by(seconds)

    assert conversion.measure(hub).sent == counted


def test_only_the_newest_count(hub, clock, sent) -> None:
    sent(2, typed=2)
    clock.pass_by(60)
    sent(10, typed=0)
    clock.pass_by(30)

    assert conversion.measure(hub) == conversion.Conversion(sent=10, verified=0)


def test_nothing_sent_is_nothing_wrong(hub) -> None:
    assert conversion.measure(hub).share == 1.0
    assert not conversion.is_low(hub, conversion.measure(hub))


def test_the_running_hub_raises_it(hub, clock, sent, capsys) -> None:
    sent(10, typed=0)
    clock.pass_by(30)
    running = relay.Relay(hub)
    running.start()
    try:
        for _ in range(100):
            if "code.conversion_low" in (out := capsys.readouterr().out):
                break
            running._stopped.wait(0.05)
    finally:
        running.stop()

    assert "code.conversion_low" in out
