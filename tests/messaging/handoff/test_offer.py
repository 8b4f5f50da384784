"""Hours, waits, consent, and what a parent's answer means."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from messaging.handoff import consent, waits
from messaging.handoff.hours import HoursNotReadable, is_bank_holiday, read_hours, say_when
from messaging.handoff.phrases import Answer, is_farewell, read_answer, wants_assistant
from messaging.handoff.settings import HelpdeskSettings
from messaging.handoff.words import for_parent, for_person, read_reply
from messaging.texts import Texts

LONDON = ZoneInfo("Europe/London")
UTC = ZoneInfo("UTC")
WEEK = "Mon-Fri 09:00-17:00; Sat 10:00-12:00"


def uk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def test_words_that_change_need_a_new_version() -> None:
    """Raise `VERSION` and set `FINGERPRINT` together: cases keep which words were agreed to."""
    assert consent.fingerprint(Texts()) == consent.FINGERPRINT


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00:00", False),
        ("2026-11-28T11:00:00", True),
        ("2026-11-29T11:00:00", False),
        ("2026-12-25T11:00:00", False),
        ("2026-12-28T11:00:00", False),  # Boxing Day is a Saturday: its substitute
        ("2026-12-24T11:00:00", False),  # the council's own
        ("2026-07-01T09:30:00", True),  # summer time
        ("2027-03-29T11:00:00", False),  # Easter Monday, the day after the clocks changed
    ],
)
def test_opening_hours(at: str, is_open: bool) -> None:
    hours = read_hours(WEEK, "2026-12-24")

    assert hours is not None
    assert hours.is_open(uk(at)) is is_open


def test_nine_is_nine_when_the_clocks_change() -> None:
    hours = read_hours("Mon-Sun 09:00-17:00")
    assert hours is not None

    winter = hours.next_opening(uk("2026-10-24T18:00:00"))
    summer = hours.next_opening(uk("2027-03-27T18:00:00"))

    assert winter == datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
    # Easter Day is no bank holiday in England.
    assert summer == datetime(2027, 3, 28, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "hours_open"),
    [
        ("2026-11-23T09:00:00", "2026-11-23T10:00:00", 1),
        ("2026-11-20T16:30:00", "2026-11-23T09:30:00", 3),  # half an hour, Saturday, half an hour
        ("2026-11-22T00:00:00", "2026-11-22T23:00:00", 0),
        ("2026-10-24T11:00:00", "2026-10-26T10:00:00", 2),
    ],
)
def test_only_opening_time_counts(since: str, until: str, hours_open: float) -> None:
    hours = read_hours(WEEK)
    assert hours is not None

    assert hours.open_seconds(uk(since), uk(until)) == hours_open * 3600


@pytest.mark.parametrize(
    "text",
    ["9 to 5", "Mon-Fri 17:00-09:00", "Xyz 09:00-17:00", "Fri-Mon 09:00-17:00", "Mon 25:00-26:00"],
)
def test_hours_of_another_form_are_refused_at_the_start(text: str) -> None:
    with pytest.raises(HoursNotReadable):
        read_hours(text)


def test_unset_hours_are_none_and_not_invented() -> None:
    assert read_hours(None) is None
    assert read_hours("  ") is None


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ("2026-11-23T08:00:00", "2026-11-23T09:00:00", "today at 9am"),
        ("2026-11-23T18:00:00", "2026-11-24T09:30:00", "tomorrow at 9:30am"),
        ("2026-11-27T18:00:00", "2026-11-30T12:00:00", "on Monday at 12pm"),
        ("2026-12-23T18:00:00", "2027-01-04T09:00:00", "on 4 January at 9am"),
    ],
)
def test_when_they_are_back_is_said_as_people_say_it(now: str, then: str, said: str) -> None:
    assert say_when(uk(then), uk(now)) == said


def test_bank_holidays_are_englands() -> None:
    assert is_bank_holiday(uk("2026-08-31T12:00:00").date())
    assert not is_bank_holiday(uk("2026-08-03T12:00:00").date()), "Scotland's alone"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "about 5 minutes"),
        (5, "about 5 minutes"),
        (5.1, "about 10 minutes"),
        (55, "about 55 minutes"),
        (56, "about 1 hour"),
        (61, "about 2 hours"),
        (8 * 60, "about 1 working day"),
        (8 * 60 + 1, "about 2 working days"),
    ],
)
def test_a_wait_is_rounded_up(minutes: float, said: str) -> None:
    assert waits.say_wait(minutes * 60) == said


@pytest.mark.parametrize(
    ("words", "with_number", "without"),
    [
        ("1", Answer.WITH_NUMBER, Answer.WITHOUT_NUMBER),
        ("1.", Answer.WITH_NUMBER, Answer.WITHOUT_NUMBER),
        ("Option 2 please", Answer.WITHOUT_NUMBER, Answer.DECLINED),
        ("3", Answer.DECLINED, None),
        ("Yes, pass it on", Answer.WITHOUT_NUMBER, Answer.WITHOUT_NUMBER),
        ("yes please thanks", Answer.WITHOUT_NUMBER, Answer.WITHOUT_NUMBER),
        ("No, stay here", Answer.DECLINED, Answer.DECLINED),
        ("don't", Answer.DECLINED, Answer.DECLINED),
        ("4", None, None),
        ("12", None, None),
        ("yes but what happens to my number", None, None),
        ("my code is __code__", None, None),
        ("", None, None),
    ],
)
def test_an_answer_to_the_offer(
    words: str, with_number: Answer | None, without: Answer | None
) -> None:
    assert read_answer(words, has_number=True) is with_number
    assert read_answer(words, has_number=False) is without


def test_the_way_back_and_farewells() -> None:
    assert all(map(wants_assistant, ["assistant", "Back to assistant.", "the bot", "BOT"]))
    assert not any(map(wants_assistant, ["the bot said no", "is this an assistant", ""]))
    assert all(map(is_farewell, ["thanks", "Ok, thank you very much!", "bye", "no that is all"]))
    assert not any(map(is_farewell, ["thanks but it does not work", "ok what next", "?"]))


def test_what_is_typed_for_a_person_shows_numbers_and_no_secret() -> None:
    values = {"__phone__": "07700 900456", "__code__": "482913", "__email__": "a@b.example"}

    shown = for_person("__phone__ __code__ __email__ __password__ __number__", values)

    assert shown == "07700 900456 [code hidden] a@b.example [password hidden] [number hidden]"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("call 01785 223 121", "call 01785 223 121"),
        ("write to send@council.example", "write to send@council.example"),
        ("the code is 482913", "the code is [code hidden]"),
        ("__code__ and __vault_0123456789abcdef0123456789abcdef__", None),
    ],
)
def test_what_a_person_writes_reaches_a_parent_without_codes(words: str, shown: str | None) -> None:
    made = for_parent(words)

    assert "__" not in made
    assert shown in (None, made)


@pytest.mark.parametrize(
    ("written", "text", "command"),
    [
        ("Hello\nresolve", "Hello", "resolved"),
        ("RESOLVED.\n\nHello", "Hello", "resolved"),
        ("back to assistant", "", "back"),
        ("please resolve this", "please resolve this", None),
        ("note: a\nb\n\nHello", "Hello", None),
        ("Hello\nNOTE: not for her", "Hello", None),
    ],
)
def test_what_a_reply_holds(written: str, text: str, command: str | None) -> None:
    reply = read_reply(written)

    assert (reply.text, reply.command) == (text, command)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"helpdesk": "email"}, "HELPDESK_IMAP_URL"),
        ({"helpdesk": "django-helpdesk"}, "HELPDESK_TOKEN"),
        ({"helpdesk": "email", "helpdesk_hours": "9 to 5"}, "hours must look like"),
        ({"helpdesk": "pigeon"}, "helpdesk"),
    ],
)
def test_settings_that_cannot_work_are_named_at_the_start(
    values: dict[str, str], missing: str
) -> None:
    with pytest.raises(ValueError, match=missing):
        HelpdeskSettings(**values)  # type: ignore[arg-type]


def test_every_pace_is_a_setting() -> None:
    settings = HelpdeskSettings(helpdesk_holding_s=1, helpdesk_gives_up_s=2, helpdesk_silent_s=3)

    assert settings.pace.holding_after == timedelta(seconds=1)
    assert settings.pace.gives_up_after == timedelta(seconds=2)
    assert settings.pace.silent_after == timedelta(seconds=3)
