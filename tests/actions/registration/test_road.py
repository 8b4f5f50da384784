"""The road of registration, step by step, and its plain unhappy turns."""

import pytest

from actions.core.services import Services
from clients.errors import Nonsense, Refused, Unreachable
from clients.hub import DeliveryReason, DeliveryState, Problem, RegistrationState
from tests.actions.talk import Talk
from tests.fakes.clock import FakeClock
from tests.fakes.hub import FakeHub, refused
from tests.fakes.vault import FakeVault
from wire.placeholders import OUTWARD

pytestmark = pytest.mark.anyio

ME = "sms-me"
ASK_INVITATION = "utter_ask_registration_invitation"
ASK_NUMBER = "utter_ask_registration_number"
ASK_SENDER = "utter_ask_registration_number_sender"
ASK_CODE = "utter_ask_registration_code"


async def test_a_parent_registers_with_the_number_they_text_from(
    talk: Talk, hub: FakeHub, keeper: FakeVault
) -> None:
    begun = await talk.says("I want to register", "register_account")
    invited = await talk.says("its AB2C-3D4E", "give_code")
    accepted = await talk.says("ok", "affirm")
    done = await talk.says(f"it says {hub.code_of(ME)}", "give_code")

    assert begun == [ASK_INVITATION]
    assert invited == [ASK_SENDER]
    assert accepted == ["utter_registration_code_sent"]
    assert done == ["utter_registration_done"]
    assert hub.number_of(ME) == "07700 900123"
    assert hub.state_of(ME) is RegistrationState.VERIFIED
    link = OUTWARD.fullmatch(talk.last_facts("utter_registration_done")["link"])
    assert link is not None
    assert keeper.get(link["reference"]).startswith("https://hub.example/continue/")


async def test_slots_hold_what_the_hub_said_and_never_a_value(talk: Talk, hub: FakeHub) -> None:
    await talk.says("AB2C-3D4E", "give_code")
    await talk.says("07700 900456", "give_phone_number")
    code = hub.code_of(ME)
    await talk.says(code, "give_code")

    assert talk.slots["registration_number"] == "456"
    assert talk.slots["registration_code"] == "verified"
    everything = repr(talk.slots) + repr(talk.events)
    assert "AB2C" not in everything
    assert "900456" not in everything
    assert code not in everything
    assert "https://" not in everything


async def test_the_exact_events_of_an_accepted_invitation(talk: Talk, hub: FakeHub) -> None:
    talk.hears("AB2C-3D4E", "give_code")
    talk.form = "registration_form"
    talk.slots |= {"requested_slot": "registration_invitation", "registration_looked_up": True}

    events, messages = await talk.run("validate_registration_form")

    registration = await hub.registration_of(ME)
    assert registration is not None
    assert {e["name"]: e["value"] for e in events if e["event"] == "slot"} == {
        "registration_invitation": registration.registration_id,
        "registration_number": None,
        "registration_code": None,
        "registration_looked_up": True,
        "registration_given_number": None,
    }
    assert messages == []


async def test_web_chat_asks_for_a_number_without_offering_one(
    services: Services, keeper: FakeVault
) -> None:
    talk = Talk(services, keeper, conversation="web-me", channel="webchat")
    talk.slots["core_introduced"] = True

    assert await talk.says("AB2C-3D4E", "give_code") == [ASK_NUMBER]


async def test_another_number_than_the_one_texted_from(at_number: Talk, hub: FakeHub) -> None:
    declined = await at_number.says("no", "deny")
    given = await at_number.says("use 07700 900456", "give_phone_number")

    assert declined == [ASK_NUMBER]
    assert given == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_the_number_texted_from_is_offered_by_three_digits(at_number: Talk) -> None:
    assert at_number.last_facts(ASK_SENDER)["ends_with"] == "123"


async def test_a_number_before_the_invitation_is_kept_for_its_turn(
    talk: Talk, hub: FakeHub
) -> None:
    await talk.says("register", "register_account")
    early = await talk.says("my number is 07700 900456", "give_phone_number")
    invited = await talk.says("AB2C-3D4E", "give_code")

    assert early == ["utter_registration_invitation_first"]
    assert invited == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_invitation_and_number_in_one_text(talk: Talk, hub: FakeHub) -> None:
    said = await talk.says("AB2C-3D4E and 07700 900456", "give_code")

    assert said == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900456"


async def test_a_number_kept_too_long_is_asked_for_again(talk: Talk, clock: FakeClock) -> None:
    await talk.says("register", "register_account")
    await talk.says("07700 900456", "give_phone_number")
    clock.advance(minutes=16)

    assert await talk.says("AB2C-3D4E", "give_code") == [ASK_SENDER]


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("ZZ99-ZZ99", "give_code", "utter_registration_invitation_not_recognised"),
        ("EX22-PRED", "give_code", "utter_registration_invitation_expired"),
        ("123456", "give_code", "utter_registration_invitation_not_a_code"),
        ("AB2C-3D4E or ZZ99-ZZ99", "give_code", "utter_registration_invitation_several"),
        ("its on the email", "give_code", "utter_registration_invitation_format"),
        ("yes i have it", "affirm", "utter_registration_invitation_have_it"),
        ("no", "deny", "utter_registration_invitation_none"),
    ],
)
async def test_what_is_not_an_invitation_code_gets_a_clear_answer(
    talk: Talk, hub: FakeHub, text: str, intent: str, said: str
) -> None:
    hub.invite("EX22-PRED", "expired")
    await talk.says("register", "register_account")

    assert await talk.says(text, intent) == [said]
    assert talk.slots["registration_invitation"] is None


async def test_an_invitation_code_of_digits_alone_is_still_one(talk: Talk, hub: FakeHub) -> None:
    hub.invite("1234-5678")
    await talk.says("register", "register_account")

    assert await talk.says("12345678", "give_code") == [ASK_SENDER]


async def test_a_completed_invitation_leads_to_signing_in(talk: Talk, hub: FakeHub) -> None:
    hub.invite("D0NE-2222", "complete")
    await talk.says("register", "register_account")

    assert await talk.says("D0NE-2222", "give_code") == ["utter_registration_already_complete"]
    assert talk.form is None


async def test_too_many_wrong_invitations_say_until_when(talk: Talk) -> None:
    await talk.says("register", "register_account")
    for attempt in range(5):
        await talk.says(f"ZZ99-ZZ9{attempt}", "give_code")

    said = await talk.says("AB2C-3D4E", "give_code")

    assert said == ["utter_registration_invitation_too_many"]
    assert talk.last_facts(said[0])["until"] == "2:15pm"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("01785 123456", "utter_registration_number_landline"),
        ("070 1234 5678", "utter_registration_number_personal"),
        ("0770 090 04", "utter_registration_number_too_short"),
        ("07700 900 4567", "utter_registration_number_too_long"),
        ("+353 85 123 4567", "utter_registration_number_foreign"),
        ("09011 234567", "utter_registration_number_premium"),
        ("07600 123456", "utter_registration_number_pager"),
    ],
)
async def test_a_refused_number_gets_the_reason(at_number: Talk, number: str, said: str) -> None:
    assert await at_number.says(number, "give_phone_number") == [said]
    assert at_number.slots["registration_number"] is None


async def test_two_numbers_in_one_text_are_asked_about(at_number: Talk, hub: FakeHub) -> None:
    said = await at_number.says("07700 900456 or 07700 900789 ", "give_phone_number")

    assert said == ["utter_registration_number_several"]
    assert hub.number_of(ME) is None


async def test_a_code_before_any_was_sent_is_not_taken(at_number: Talk) -> None:
    said = await at_number.says("123456", "give_code")

    assert said == ["utter_registration_number_before_code", f"{ASK_SENDER}_again"]


async def test_a_wrong_code_tells_the_tries_left(at_code: Talk, hub: FakeHub) -> None:
    said = [await at_code.says(hub.wrong_code_of(ME), "give_code") for _ in range(5)]

    assert said == [
        ["utter_registration_code_incorrect"],
        ["utter_registration_code_incorrect", "utter_core_offer_person"],
        ["utter_registration_code_incorrect", "utter_core_offer_person_again"],
        ["utter_registration_code_incorrect_one_left", "utter_core_offer_person"],
        ["utter_registration_code_locked"],
    ]
    assert at_code.last_facts("utter_registration_code_locked")["until"] == "2:15pm"
    assert at_code.slots["registration_code"] is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12345", "utter_registration_code_too_few"),
        ("1234567", "utter_registration_code_too_many"),
        ("four eight two", "utter_registration_code_not_digits"),
        ("123456 or 654321", "utter_registration_code_several"),
    ],
)
async def test_a_malformed_code_says_what_is_wrong_and_costs_no_try(
    at_code: Talk, hub: FakeHub, typed: str, said: str
) -> None:
    assert await at_code.says(typed, "give_code") == [said]
    await at_code.says(hub.wrong_code_of(ME), "give_code")
    assert at_code.last_facts("utter_registration_code_incorrect")["tries_left"] == 4


async def test_an_expired_code_is_replaced(at_code: Talk, hub: FakeHub, clock: FakeClock) -> None:
    old = hub.code_of(ME)
    clock.advance(seconds=600)

    said = await at_code.says(old, "give_code")
    done = await at_code.says(hub.code_of(ME), "give_code")

    assert said == ["utter_registration_code_expired_new_sent"]
    assert done == ["utter_registration_done"]


async def test_the_right_code_twice_is_not_wrong(at_code: Talk, hub: FakeHub) -> None:
    code = hub.code_of(ME)

    first = await at_code.says(code, "give_code")
    second = await at_code.says(code, "give_code")

    assert first == second == ["utter_registration_done"]


async def test_a_code_for_what_was_verified_on_the_hubs_page_goes_on(
    at_code: Talk, hub: FakeHub
) -> None:
    registration = await hub.registration_of(ME)
    assert registration is not None
    await hub.check_code(registration.registration_id, hub.code_of(ME), key="on the page")

    assert await at_code.says(hub.code_of(ME), "give_code") == ["utter_registration_done"]


async def test_a_lock_that_no_waiting_opens_leads_to_a_person(at_code: Talk, hub: FakeHub) -> None:
    hub.fails_with["check_code"] = refused(Problem.LOCKED, retry_after_s=0, needs_help=True)

    said = await at_code.says("123456", "give_code")

    assert said == ["utter_registration_code_locked_for_good"]


async def test_the_same_turn_checks_a_code_once(at_code: Talk, hub: FakeHub) -> None:
    at_code.hears(hub.wrong_code_of(ME), "give_code")
    await at_code.goes_on()
    first = at_code.last_facts("utter_registration_code_incorrect")["tries_left"]
    await at_code.goes_on()
    await at_code.says(hub.wrong_code_of(ME), "give_code")

    assert first == 4
    assert at_code.last_facts("utter_registration_code_incorrect")["tries_left"] == 3


async def test_a_resend_counts_the_wait_down_and_names_the_same_code(
    at_code: Talk, clock: FakeClock
) -> None:
    soon = await at_code.says("resend", "resend_code")
    clock.advance(seconds=30)
    later = await at_code.says("resend", "resend_code")

    assert soon == ["utter_registration_code_wait_sent"]
    assert at_code.last_facts("utter_registration_code_wait_sent")["seconds"] == 30
    assert later == ["utter_registration_code_resent_same", "utter_core_offer_person"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (DeliveryState.CREATED, "utter_registration_code_wait_on_its_way"),
        (DeliveryState.DELIVERED, "utter_registration_code_wait_delivered"),
    ],
)
async def test_no_code_came_says_what_the_network_said(
    at_code: Talk, hub: FakeHub, state: DeliveryState, said: str
) -> None:
    hub.delivery = (state, None)

    assert await at_code.says("no code came", "resend_code") == [said]


async def test_a_code_that_does_not_work_has_perhaps_not_come(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    came = await at_code.says("the code doesnt work", "code_problem")
    hub.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)
    clock.advance(seconds=31)
    did_not = await at_code.says("the code doesnt work", "code_problem")

    assert came == ["utter_registration_code_help"]
    assert did_not[0] == "utter_registration_delivery_handset_off"


async def test_a_phone_that_is_off_is_told_and_texted_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    hub.delivery = (DeliveryState.UNDELIVERED, DeliveryReason.HANDSET_OFF)
    clock.advance(seconds=31)

    assert await at_code.says("nothing came", "resend_code") == [
        "utter_registration_delivery_handset_off",
        "utter_registration_code_resent_same",
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (DeliveryReason.FILTERED, "utter_registration_delivery_filtered"),
        (DeliveryReason.LANDLINE, "utter_registration_delivery_landline"),
        (DeliveryReason.OPTED_OUT, "utter_registration_delivery_opted_out"),
        (DeliveryReason.UNKNOWN_NUMBER, "utter_registration_delivery_unknown_number"),
    ],
)
async def test_what_would_fail_again_is_not_sent_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock, reason: DeliveryReason, said: str
) -> None:
    hub.delivery = (DeliveryState.UNDELIVERED, reason)
    clock.advance(seconds=31)
    sends = hub.calls.count("send_code")

    assert await at_code.says("nothing came", "resend_code") == [said]
    assert hub.calls.count("send_code") == sends


async def test_too_many_resends_say_until_when(at_code: Talk, clock: FakeClock) -> None:
    said: list[str] = []
    for _ in range(5):
        clock.advance(seconds=91)
        said = await at_code.says("resend", "resend_code")

    assert said[0] == "utter_registration_code_too_many_sends"
    assert at_code.last_facts(said[0])["until"] == "2:15pm"


async def test_a_text_that_was_not_accepted_is_not_called_sent(
    at_number: Talk, hub: FakeHub
) -> None:
    hub.texts_accepted = False

    assert await at_number.says("ok", "affirm") == ["utter_registration_code_not_sent"]
    hub.texts_accepted = True
    assert await at_number.says("resend", "resend_code") == [
        "utter_registration_code_resent_new",
        "utter_core_offer_person",
    ]


async def test_another_number_while_the_code_is_awaited(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    clock.advance(seconds=31)

    said = await at_code.says("wrong number its 07700 900789", "change_phone_number")

    assert said == ["utter_registration_code_sent"]
    assert hub.number_of(ME) == "07700 900789"
    assert at_code.slots["registration_number"] == "789"


async def test_wanting_another_number_without_naming_it(at_code: Talk) -> None:
    assert await at_code.says("i want another number", "change_phone_number") == [ASK_SENDER]


async def test_a_number_that_is_refused_leaves_the_awaited_code_good(
    at_code: Talk, hub: FakeHub
) -> None:
    await at_code.says("01785 123456", "give_phone_number")

    assert at_code.slots["registration_number"] == "456"
    assert await at_code.says(hub.code_of(ME), "give_code") == ["utter_registration_done"]


async def test_an_expired_reference_says_so_and_asks_again(
    at_code: Talk, hub: FakeHub, clock: FakeClock
) -> None:
    at_code.hears(hub.code_of(ME), "give_code")
    clock.advance(minutes=16)

    assert await at_code.goes_on() == ["utter_core_value_expired"]
    assert at_code.slots["registration_code"] is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unreachable("hub"), "utter_core_hub_away"),
        (Nonsense("hub"), "utter_core_hub_away"),
        (Refused("hub", status=401), "utter_core_sorry"),
        (RuntimeError("a fault of ours"), "utter_core_sorry"),
    ],
)
@pytest.mark.parametrize("step", ["invitation", "number", "code"])
async def test_a_hub_that_fails_changes_nothing(
    talk: Talk, hub: FakeHub, step: str, error: Exception, said: str
) -> None:
    await talk.says("register", "register_account")
    if step != "invitation":
        await talk.says("AB2C-3D4E", "give_code")
    if step == "code":
        await talk.says("ok", "affirm")
    texts = {"invitation": "AB2C-3D4E", "number": "07700 900456", "code": "123456"}
    before = {name: talk.slots.get(name) for name in ("registration_invitation",)}
    requested = talk.slots["requested_slot"]
    hub.fails_with["*"] = error  # type: ignore[assignment]

    answer = await talk.says(texts[step], "give_code")

    assert answer == [said]
    assert talk.slots["requested_slot"] == requested
    assert talk.slots[requested] is None
    assert before == {name: talk.slots.get(name) for name in before}
    hub.fails_with.clear()
    assert "utter_core_hub_away" not in await talk.says(texts[step], "give_code")


async def test_a_vault_that_is_away_is_told(at_code: Talk, hub: FakeHub, keeper: FakeVault) -> None:
    at_code.hears(hub.code_of(ME), "give_code")
    keeper.fails_with = Unreachable("vault")

    assert await at_code.goes_on() == ["utter_core_sorry"]


async def test_a_session_that_expired_goes_on_where_the_hub_says(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True

    back = await later.says("hello again, register", "register_account")
    done = await later.says(hub.code_of(ME), "give_code")

    assert back == ["utter_registration_resumed", ASK_CODE]
    assert done == ["utter_registration_done"]


async def test_a_code_after_the_session_expired_is_taken_at_once(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True

    assert await later.says(hub.code_of(ME), "give_code") == [
        "utter_registration_resumed",
        "utter_registration_done",
    ]


async def test_a_hub_that_was_away_at_the_beginning_is_asked_again(
    at_code: Talk, hub: FakeHub, services: Services, keeper: FakeVault
) -> None:
    later = Talk(services, keeper)
    later.slots["core_introduced"] = True
    hub.fails_with["*"] = Unreachable("hub")

    away = await later.says("register", "register_account")
    hub.fails_with.clear()
    back = await later.says("is it there now", "nlu_fallback")

    assert away == ["utter_core_hub_away"]
    assert back == ["utter_registration_resumed", ASK_CODE]


async def test_a_second_invitation_after_the_first_is_complete(at_code: Talk, hub: FakeHub) -> None:
    await at_code.says(hub.code_of(ME), "give_code")
    hub.finish(ME)
    hub.invite("SECN-D222")

    assert await at_code.says("SECN-D222", "give_code") == [ASK_SENDER]


async def test_the_end_asks_the_hub_and_not_the_slot(at_number: Talk) -> None:
    at_number.slots |= {"registration_number": "123", "registration_code": "verified"}
    at_number.hears("done", "affirm")

    events, messages = await at_number.run("action_registration_submit")

    assert [m["response"] for m in messages] == ["utter_registration_not_verified"]
    assert {"event": "followup", "timestamp": None, "name": "registration_form"} in events
    assert at_number.slots["registration_code"] is None


async def test_a_link_that_cannot_be_made_is_not_promised(at_code: Talk, hub: FakeHub) -> None:
    code = hub.code_of(ME)
    hub.fails_with["continue_link"] = Unreachable("hub")

    said = await at_code.says(code, "give_code")
    hub.fails_with.clear()
    again = await at_code.says("ok", "affirm")

    assert said == ["utter_registration_link_not_made"]
    assert again == ["utter_registration_done"]


async def test_a_registration_that_is_gone_begins_again(at_code: Talk, hub: FakeHub) -> None:
    hub._accounts.clear()

    said = await at_code.says("123456", "give_code")

    assert said == ["utter_registration_gone", ASK_INVITATION]


@pytest.mark.parametrize(
    "intent",
    ["talk_to_human", "stop_or_cancel", "start_over", "opt_out", "distress_or_safeguarding"],
)
async def test_what_works_from_every_state_is_never_taken_by_a_step(
    at_code: Talk, hub: FakeHub, intent: str
) -> None:
    assert await at_code.says(hub.code_of(ME), intent) == ["(left to the rules)"]
    assert hub.state_of(ME) is RegistrationState.CODE_NEEDED
