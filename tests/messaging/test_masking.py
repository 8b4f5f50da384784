"""Masking: nothing sensitive gets through, and ordinary words stay as they were."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounts import invitation_codes
from messaging.masking import mask
from messaging.masking.digits import nhs_number_is_valid
from tests.messaging.pumped import PIECES, pumped
from wire import placeholders

CODES = [
    ("code:482913.", "code:__code__."),
    ("code is482913", "code is__code__"),
    ("482-913", "__code__"),
    ("482913 then 771903, neither works", "__code__ then __code2__, neither works"),
    ("482913", "__code__"),
    ("482 913", "__code__"),
    ("48 29 13", "__code__"),
    ("4-8-2-9-1-3", "__code__"),
    ("482–913", "__code__"),
    ("482\u00a0913", "__code__"),
    ("4 8 2 9 1 3", "__code__"),
    ("012345", "__code__"),
    ("48291O", "__code__"),
    ("4829l3", "__code__"),
    ("４８２９１３", "__code__"),
    ("٤٨٢٩١٣", "__code__"),
    ("4️⃣8️⃣2️⃣9️⃣1️⃣3", "__code__"),
    ("its 482913 thanks", "its __code__ thanks"),
    ("Code: 482913.", "Code: __code__."),
    ("G-771903", "G-__code__"),
    ("the code is G-771903 is that right", "the code is G-__code__ is that right"),
    ("482913 or 771903", "__code__ or __code2__"),
    ("it sez 48 29 13", "it sez __code__"),
    ("it reads 48 29 13 duck", "it reads __code__ duck"),
    ("came thru 48 29 13", "came thru __code__"),
    ("48291", "__code__"),
    ("4829134", "__code__"),
    ("my code says 48291 only", "my code says __code__ only"),
    (
        "is the code meant to have 5 numbers mine is 48291",
        "is the code meant to have 5 numbers mine is __code__",
    ),
    ("4 eight 2 nine 1 three", "__code__"),
    ("its 482913xx", "its __code__xx"),
    ("number is 482913", "number is __code__"),
    ("482 then 913", "__code__"),
    ("482 and then 913", "__code__"),
    ("first 482 second 913", "__code__"),
    ("its first part 482 second part 913", "its __code__"),
    ("it's 482. 913", "it's __code__"),
    ("482... 913", "__code__"),
    ("48 then 29 then 13", "__code__"),
    ("4 double 8 2 9 1", "__code__"),
    ("OOOOO2", "__code__"),
    ("code 48291 one more time", "code __code__ one more time"),
    ("my recovery code is 7K4M-9QRT-2PQX-8HJN", "my recovery code is __code__"),
    ("7K4M 9QRT 2PQX 8HJN", "__code__"),
    ("recovery code 7k4m9qrt2pqx8hjn", "recovery code __code__"),
    ("four eight two nine one three", "__code__"),
    ("its four eight double two nine one", "its __code__"),
    ("forty eight twenty nine thirteen", "__code__"),
    (
        "482913 is your EHC Hub security code. It ends in 10 minutes.\n@hub.example #482913",
        "__code__ is your EHC Hub security code. It ends in 10 minutes.\n@hub.example #__code__",
    ),
]

PHONES = [
    "+44(0)7700 900123",
    "0 7 7 0 0 9 0 0 1 2 3",
    "07700 900123",
    "07700900123",
    "077009 00123",
    "07700 900 123",
    "07700-900-123",
    "07700.900.123",
    "(07700) 900123",
    "0 7 7 0 0 9 0 0 1 2 3",
    "+44 7700 900123",
    "+447700900123",
    "+44 (0)7700 900 123",
    "+4407700900123",
    "0044 7700 900123",
    "44 7700900123",
    "7700900123",
    "07700\u00a0900\u00a0123",
    "07700\u200b900123",
    "O7700900123",
    "o77oo 9oo123",
    "o77oo 9oo 123",
    "07700*900*123",
    "07700    900123",
    "seven seven zero zero nine zero zero one two three",
    "07700 nine hundred one two three",
    "0 double seven 00 900123",
    "07700 9OO 123",
    "07700 900 12",
    "07700 900 1234",
    "01785 123456",
    "01782 555123",
    "07911 123456",
    "070 1234 5678",
    "+48 601 234 567",
    "+353 87 123 4567",
    "0048601234567",
    "oh double seven oh oh nine oh oh one two three",
]

EMAILS = [
    ("jo(at)example.com", "jo@example.com"),
    ("john dot smith at gmail dot com", "john.smith@gmail.com"),
    ("jo.smith@gmail.com", "jo.smith@gmail.com"),
    ("Jo.Smith@Gmail.com", "Jo.Smith@Gmail.com"),
    ("jo.smith @gmail.com", "jo.smith @gmail.com"),
    ("jo.smith @ gmail . com", "jo.smith @ gmail . com"),
    ("jane@gmailcom", "jane@gmailcom"),
    ("jane@gmail,com", "jane@gmail,com"),
    ("jane@gmial.con", "jane@gmial.con"),
    ("jane dot smith at gmail dot com", "jane.smith@gmail.com"),
    ("janesmith82 at hotmail.co.uk", "janesmith82@hotmail.co.uk"),
    ("jane (at) btinternet (dot) com", "jane@btinternet.com"),
    ("jane@@hotmail.com", "jane@@hotmail.com"),
    ("janegmail.com", "janegmail.com"),
    ("jane.smith.gmail.com", "jane.smith.gmail.com"),
    ("jane.smith hotmail.co.uk", "jane.smith hotmail.co.uk"),
    ("jane£gmail.com", "jane£gmail.com"),
    ("jane at gmail com", "jane at gmail com"),
]

ONLY_ADDRESSES = [
    ("jo at example.com", "jo@example.com"),
    ("its jobloggs at gmail", "jobloggs@gmail"),
]

INVITATIONS = [
    "3VV5-PW92",
    "PW81-5MR1",
    "7K4M_2PQX",
    "7K4M.2PQX",
    "7K4M/2PQX",
    "7K4M-9QRT",
    "7k4m-9qrt",
    "7K4M 9QRT",
    "7k4m9qrt",
    "7K4M–9QRT",
    "7K4M-PQ2T",
    "2O4M-PQRL",
    "1234-5678",
]

DROPPED = [
    ("my password is Bluebell44!", "password", ["Bluebell44"]),
    ("my password is bluebell", "password", ["bluebell"]),
    ("password: correct horse battery staple", "password", ["correct", "horse", "staple"]),
    ('my password is "rainy tuesday"', "password", ["rainy", "tuesday"]),
    ("I changed my password to bluebell", "password", ["bluebell"]),
    ("pw = sunshine", "password", ["sunshine"]),
    ("pass: Sunshine12", "password", ["Sunshine12"]),
    ('password "fluffy cat"', "password", ["fluffy", "cat"]),
    ("user jo pass Sunshine12", "password", ["Sunshine12"]),
    ("its password123", "password", ["password123"]),
    ("sort code 20-30-40", "number", ["20-30"]),
    ("I set Rover2014! as my password", "password", ["Rover2014"]),
    ("his nhs number is 943 476 5919", "number", ["943", "5919"]),
    ("943 476 5919", "number", ["943", "5919"]),
    ("NHS 9434765918", "number", ["9434765918"]),
    ("my NI is AB 12 34 56 C", "number", ["12 34"]),
    ("upn A123456789012", "number", ["123456789012"]),
    ("card 4111 1111 1111 1111", "number", ["4111"]),
]

ORDINARY = [
    "my password is not working",
    "my password is wrong",
    "my password is driving me mad",
    "is my password too short",
    "how do I get my password to work",
    "what is 2FA and do I need a password",
    "2 factor authentication",
    "I have waited since 2019 and 2020",
    "school year 2023-2024 or 2024/25",
    "dob 12/03/2014",
    "born 12-03-14",
    "on 12.03.2014",
    "it costs £125000 a year",
    "at 10:30 or 3.15pm",
    "10am-12pm",
    "we live at 14523 Long Road",
    "ST16 2DH",
    "kids 15 16 17",
    "l8er 2day 2moz m8te gr8t",
    "999",
    "111",
    "2",
    "one two three",
    "I looked at gov.uk and it is not there",
    "look at hotmail",
    "my gmail.com inbox",
    "use hotmail.co.uk or outlook.live.com",
    "www.sky.com",
    "i am at gmail now",
    "samaritans 116 123",
    "116 123",
    "what is 116 123",
    "0800 1111",
    "08001111",
    "0800 1111 is that childline",
    "ring 0800 1111 or 116 123",
    "dec 13 4pm",
    "sat 12th 2pm",
    "10am-12pm",
    "ST16 2DH x",
    "15 and 16 and 17",
    "Mike 7 Charlie 4 Victor 9",
    "romeo and juliet are my kids",
    "rooms 101 and 102 at the school",
    "bus 101 then 102",
    "first one then the second one",
    "press 1 then 2 then 3",
    "double 6 x",
    "7B and 9A",
    "c for cat d for dog",
    "jan 4 b4 2",
    "wk 2 day 4 x",
    "4ft 2 and 3ft 8",
    "2m 4yr 3m",
    "code has 2 4s and a 7 in it",
    "code says expired 2 mins ago",
    "my code is the 2nd 1 u sent me",
    "550e8400-e29b-41d4-a716",
    "y'alright",
    "self-harm",
    "SELF-HARM",
    "part-time",
    "ref EHC/2024/1234",
    "room b 1234",
    "bus pass 2 zones",
    "my pass is at home",
    "they cant come that week when will",
    "from page 200 and 300",
    "recovery code does that work with this",
    "my number ends 123",
    "",
    "   ",
    "😀",
]


@pytest.mark.parametrize(("typed", "masked"), CODES)
def test_a_code_in_any_shape_becomes_a_placeholder(typed: str, masked: str) -> None:
    assert mask(typed).text == masked


@pytest.mark.parametrize("typed", PHONES)
@pytest.mark.parametrize("frame", ["{}", "my number is {}", "text {} instead ta"])
def test_a_phone_number_in_any_shape_becomes_one_placeholder(typed: str, frame: str) -> None:
    masked = mask(frame.format(typed))

    assert masked.text == frame.format("__phone__")
    assert list(masked.values) == ["__phone__"]


@pytest.mark.parametrize(("typed", "value"), EMAILS)
@pytest.mark.parametrize("frame", ["{}", "my email is {} thanks", "its {}."])
def test_an_address_is_kept_as_typed_or_as_spelled(typed: str, value: str, frame: str) -> None:
    masked = mask(frame.format(typed))

    assert masked.text == frame.format("__email__")
    assert masked.values == {"__email__": value}


@pytest.mark.parametrize(("typed", "value"), ONLY_ADDRESSES)
def test_a_text_that_is_nothing_but_a_spelled_address_is_one(typed: str, value: str) -> None:
    assert mask(typed).values == {"__email__": value}


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("abcd 1234", "__invitation__"),
        ("my code is abcd 1234", "my code is __invitation__"),
        ("KXPM-QRTN", "__invitation__"),
        ("is it KXPM-QRTN", "is it KXPM-QRTN"),
        ("code 4829 10", "code __code__"),
        ("code7K4M-Q2XP", "code__invitation__"),
        ("EHC-7K4M-Q2XP", "EHC-__invitation__"),
        ("7K4M-Q2XPx", "__invitation__x"),
        ("7K-4M-Q2-XP", "__invitation__"),
        ("7K4-MQ2-XP", "__invitation__"),
        ("its 7K4M-Q2X", "its __invitation__"),
        ("KILO 7 QUEBEC PAPA dash 2 MIKE 4 XRAY", "__invitation__"),
        (
            "it reads kilo seven quebec papa 2 mike 4 x-ray i think",
            "it reads __invitation__ i think",
        ),
        ("k for kilo 7 q for queen p for peter 2 m for mum 4 x for xray", "__invitation__"),
        ("kilo 7 quebec papa 2 mike 4", "__invitation__"),
        ("k7qp 2m 4x", "__invitation__"),
        (
            "the invitation code is k7qp 2m 4x when will it work",
            "the invitation code is __invitation__ when will it work",
        ),
        ("K7QP-2M4X-", "__invitation__-"),
        ("i typed K7QP--2M4X and nothing", "i typed __invitation__ and nothing"),
        ("K7QP / 2M4X", "__invitation__"),
        ("code 000A dash 000B", "code __invitation__"),
    ],
)
def test_an_invitation_code_is_seen_in_odd_dress(typed: str, masked: str) -> None:
    assert mask(typed).text == masked


@pytest.mark.parametrize("typed", INVITATIONS)
@pytest.mark.parametrize("frame", ["{}", "invitation code {}", "my invitation code is {} ok"])
def test_an_invitation_code_becomes_a_placeholder(typed: str, frame: str) -> None:
    masked = mask(frame.format(typed))

    assert masked.text == frame.format("__invitation__")
    code = invitation_codes.read(typed)
    assert code is not None
    assert masked.values == {"__invitation__": invitation_codes.show(code)}


@pytest.mark.parametrize(("typed", "kind", "secrets"), DROPPED)
def test_passwords_and_personal_numbers_are_dropped(
    typed: str, kind: str, secrets: list[str]
) -> None:
    masked = mask(typed)

    assert set(masked.dropped) == {kind}
    assert masked.values == {}
    assert placeholders.inward(kind) in masked.text
    assert not any(secret in masked.text for secret in secrets)


@pytest.mark.parametrize("typed", ORDINARY)
def test_ordinary_words_years_prices_and_times_stay(typed: str) -> None:
    masked = mask(typed)

    assert masked.text == typed
    assert masked.values == {}
    assert masked.dropped == ()


def test_two_numbers_in_one_text_get_two_placeholders_in_order() -> None:
    masked = mask("07700 900123 not 07700 900456")

    assert masked.text == "__phone__ not __phone2__"
    assert masked.values == {"__phone__": "07700 900123", "__phone2__": "07700 900456"}


def test_a_code_and_a_number_side_by_side_are_told_apart() -> None:
    assert mask("482913 07700900123").text == "__code__ __phone__"
    assert mask("07700 900123 482913").text == "__phone__ __code__"


def test_a_placeholder_that_was_typed_is_escaped() -> None:
    masked = mask("__code__ and __vault_00__")

    assert not placeholders.INWARD.search(masked.text)
    assert not placeholders.OUTWARD.search(masked.text)


def test_the_result_shows_no_value_when_printed() -> None:
    assert "482913" not in repr(mask("482913"))


@pytest.mark.parametrize(("number", "valid"), [("9434765919", True), ("9434765918", False)])
def test_the_check_digit_of_an_nhs_number(number: str, *, valid: bool) -> None:
    assert nhs_number_is_valid(number) is valid


WORDS = st.text(alphabet=string.ascii_lowercase + " ,.!?'", max_size=40).filter(
    lambda words: "pass" not in words and "pw" not in words
)
SEPARATORS = st.sampled_from(["", " ", "-", "–", "\u00a0", " - "])


@given(before=WORDS, after=WORDS, code=st.from_regex(r"[0-9]{6}", fullmatch=True), gap=SEPARATORS)
def test_no_planted_code_survives(before: str, after: str, code: str, gap: str) -> None:
    masked = mask(f"{before} {code[:3]}{gap}{code[3:]} {after}")

    assert code not in masked.text
    assert code[:3] + gap + code[3:] not in masked.text


@given(before=WORDS, after=WORDS, tail=st.from_regex(r"[0-9]{9}", fullmatch=True), gap=SEPARATORS)
def test_no_planted_mobile_number_survives(before: str, after: str, tail: str, gap: str) -> None:
    masked = mask(f"{before} 07{tail[:3]}{gap}{tail[3:]} {after}")

    assert tail[3:] not in masked.text
    assert "07" + tail[:3] not in masked.text


@given(words=WORDS, number=st.from_regex(r"[0-9]{10,16}", fullmatch=True))
def test_no_long_number_survives(words: str, number: str) -> None:
    assert number not in mask(f"{words} {number}").text


@given(words=st.text(alphabet=string.ascii_letters + " ,.!?'£&\n😀ęóا", max_size=120))
def test_a_text_without_digits_signs_or_passwords_is_unchanged(words: str) -> None:
    spoken = any(
        unit in words.lower() for unit in ("one", "two", "six", "ten", "pass", "pw", " at ")
    )

    assert spoken or mask(words).text == words


@given(text=st.text(max_size=200))
def test_masking_the_masked_finds_nothing_more(text: str) -> None:
    once = mask(text)
    again = mask(placeholders.INWARD.sub("x", once.text))

    assert again.values == {}


@given(text=st.text(alphabet=string.printable, max_size=1700))
def test_any_text_is_answered(text: str) -> None:
    masked = mask(text)

    assert all(name in masked.text for name in masked.values)


@pytest.mark.parametrize("between", [" ", " me: ", "\n"])
@pytest.mark.parametrize("local", ["a" * 63, "a" * 64, "a" * 65, "a." * 200 + "a", "jo_" * 100])
def test_an_address_of_any_length_is_masked_whole(local: str, between: str) -> None:
    masked = mask(f"my email{between}{local}@example.com thanks")

    assert masked.text == f"my email{between}__email__ thanks"
    assert masked.values == {"__email__": f"{local}@example.com"}


@pytest.mark.timeout(20)  # all of it takes a second; a pattern that backtracks takes many for each
def test_a_text_made_to_keep_patterns_busy_is_masked_like_another() -> None:
    for piece in (*PIECES, "a.", ".1", "a1.", "gmail.com1", "com.", "ab12.com ", "a dot ", "1-a "):
        alone = mask(pumped(piece, end=" hello"))
        with_address = mask(pumped(piece, end=" jo.bloggs@example.com"))

        assert alone.text.endswith(" hello")
        assert "bloggs" not in with_address.text
