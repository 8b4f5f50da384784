"""The reader of rules finds what it is there to find."""

from dataclasses import replace

import pytest

from tests.e2e.proofs.rules import Exchange, Known, broken, is_dead_end, is_unanswered

KNOWN = Known(
    phone="01632 960100",
    email="helpdesk@council.example",
    urls=("http://127.0.0.1:8081", "https://council.example"),
)
GOOD = Exchange(
    said="ok",
    answer="We are texting a security code to the number ending 456. Type the 6 digits here.",
    texts=("We are texting a security code to the number ending 456. Type the 6 digits here.",),
    answer_before="Which number?",
    state_before="number_needed",
    state="code_needed",
    awaiting_before="registration_number",
    awaiting="registration_code",
    codes_asked_for=1,
    secrets=("482913", "+447700900456", "07700900456"),
)


def says(text: str, **fields: object) -> Exchange:
    return replace(GOOD, answer=text, texts=(text,), **fields)  # type: ignore[arg-type]


def test_a_good_exchange_breaks_nothing() -> None:
    assert broken(GOOD, KNOWN) == []
    assert not is_unanswered(GOOD)
    assert not is_dead_end(GOOD)


@pytest.mark.parametrize(
    ("rule", "one"),
    [
        ("G1", replace(GOOD, codes_asked_for=0)),
        ("G1", says("You are verified. Choose a password and sign in here: https://x.example")),
        ("G1", says("Your mobile number is already verified.")),
        ("G1", says("The security code has expired. New code sent. Type it.", codes_asked_for=0)),
        ("G1", says("I have asked the hub. If that address has an account, wait.")),
        ("G1", says("I have asked the hub already. It can take a while.")),
        ("G1", says("I have asked for a call. If that address has an account, wait.")),
        ("G1", says("I am passing this to the SEND team, reference EHC-ABC234. They reply here.")),
        (
            "G1",
            says("I am passing this to us, reference EHC-ABC234. They reply.", cases=("EHC-X",)),
        ),
        ("G2", says("Your code 482 913 is right. Type ok.")),
        ("G2", says("Is it 07700 900456?")),
        ("G2", says("You sent Bluebell44 to me.", secrets=("Bluebell44",))),
        ("G3", says("Call 01785 278499.")),
        ("G3", says("Write to jo@staffordshire.example.")),
        ("G3", says("See https://elsewhere.example/x")),
        ("G4", says("What is your password?")),
        ("G4", says("Send me your child's name and date of birth.")),
        ("G5", says("I can help you here. What do you need?", wanted="person")),
        ("G5", replace(GOOD, wanted="start_over")),
        ("G6", says("Do you have it? Which number is it?")),
        ("G6", says("Reply YES to go on.")),
        ("G6", says("Napisz jedno słowo.")),
        ("G6", says("Type it. " * 60)),
        ("G7", replace(GOOD, answer_before=GOOD.answer)),
        ("G7", replace(GOOD, is_second_miss=True)),
        ("G8", replace(GOOD, wanted="question")),
        ("G9", says("Call 999. Type the 6-digit code.", wanted="distress")),
        ("G10", replace(GOOD, is_stopped=True)),
        ("G11", replace(GOOD, wanted="command")),
        ("G12", replace(GOOD, wanted="who")),
        ("G13", says("That account does not exist. Check it.")),
    ],
)
def test_a_broken_rule_is_named(rule: str, one: Exchange) -> None:
    assert rule in {fault.partition(":")[0] for fault in broken(one, KNOWN)}


@pytest.mark.parametrize(
    "one",
    [
        says("You are verified. Choose a password and sign in here: soon.", state="verified"),
        says("The hub says that your mobile number is not verified yet."),
        says("I have asked the hub. If that address has an account, wait.", asked_of_hub=1),
        says("I have asked the hub already. It can take a while.", asked_of_hub_before=1),
        says("I am passing this to us, reference EHC-ABC234. They reply.", cases=("EHC-ABC234",)),
    ],
)
def test_a_claim_that_is_true_breaks_nothing(one: Exchange) -> None:
    assert broken(one, KNOWN) == []


@pytest.mark.parametrize(
    "text",
    [
        "Never send a password in a message. Type the 6 digits.",
        "Send it in digits, like 07700 900123.",
        "Call 01632 960100 or email helpdesk@council.example.",
        "Send your address, like name@example.com.",
        "Go on here: https://council.example/register/Ql482x913",
    ],
)
def test_what_may_be_said_is_not_found(text: str) -> None:
    assert broken(says(text), KNOWN) == []


@pytest.mark.parametrize(
    ("before", "after", "is_good"),
    [
        (None, "registration_invitation", True),
        ("registration_code", "registration_invitation", True),
        ("registration_code", "registration_code", False),
        ("lost_phone_email", "lost_phone_email", True),
        ("password_reset_email", None, False),
        ("authenticator_code", "authenticator_setup", True),
    ],
)
def test_starting_over_begins_the_same_matter(
    before: str | None, after: str | None, is_good: bool
) -> None:
    one = replace(GOOD, wanted="start_over", awaiting_before=before, awaiting=after)

    assert (broken(one, KNOWN) == []) is is_good


def test_a_person_offered_at_the_first_failed_try_counts_at_the_second() -> None:
    offered = "I can only write English. Reply 1 to pass this to a person."

    assert broken(replace(GOOD, is_second_miss=True, answer_before=offered), KNOWN) == []


def test_silence_and_dead_ends_are_seen() -> None:
    assert is_unanswered(says(""))
    assert not is_unanswered(says("", is_stopped=True))
    assert not is_unanswered(says("", wanted="machine"))
    assert not is_unanswered(says("", is_with_people=True))


@pytest.mark.parametrize(
    "text",
    [
        "Hello.",
        "I will look into it.",
        "We use texts for this.",
        "Your text is on its way.",
        "They wait for it too.",
        "You sent an email.",
    ],
)
def test_words_that_only_sound_like_a_step_are_a_dead_end(text: str) -> None:
    assert is_dead_end(says(text))


@pytest.mark.parametrize(
    "text",
    [
        "Which number is it?",
        "Wait a minute, then reply resend.",
        "On the hub's page, click it.",
        "If not, a person can help. Call 01632 960100.",
        "Choose a password and sign in here: x.",
        "Napisz jedno slowo.",
    ],
)
def test_a_step_is_seen(text: str) -> None:
    assert not is_dead_end(says(text))
