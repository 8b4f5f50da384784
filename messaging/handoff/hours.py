"""When the helpdesk is open: its hours, England's bank holidays, days of its own, clock changes.

Hours are the wall clock's, in the council's zone, so that a change of the clocks moves nothing for
a parent: 9am is 9am. Only differences are counted in UTC.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

ZONE: Final = ZoneInfo("Europe/London")
LOOK_AHEAD_DAYS: Final = 30

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_PART = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
)


class HoursNotReadable(ValueError):
    """Not of the form `Mon-Fri 09:00-17:00; Sat 10:00-12:00`."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours of a week, and the days on which they do not hold."""

    week: Mapping[int, Sequence[tuple[time, time]]]
    """Day of the week (0: Monday) to spans, in order."""
    closed: frozenset[date] = field(default_factory=frozenset)
    """Days of the council's own, beside the bank holidays."""

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody is there at this moment; the closing minute is closed."""
        here = at.astimezone(ZONE)
        return any(
            opens <= here.time().replace(tzinfo=None) < closes
            for opens, closes in self._spans(here.date())
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when they open next after this moment; None: not in the next 30 days."""
        here = at.astimezone(ZONE)
        for begin, _end in self._moments(here.date(), LOOK_AHEAD_DAYS):
            if begin > at:
                return begin
        return None

    def open_seconds(self, since: datetime, until: datetime) -> int:
        """Return how much of a span lies inside the hours, in seconds."""
        first = since.astimezone(ZONE).date()
        days = max(0, (until.astimezone(ZONE).date() - first).days)
        seconds = 0.0
        for begin, end in self._moments(first, days):
            overlap = min(end, until) - max(begin, since)
            seconds += max(0.0, overlap.total_seconds())
        return int(seconds)

    def _moments(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        for number in range(days + 1):
            day = first + timedelta(days=number)
            for opens, closes in self._spans(day):
                # As moments of the wall clock first: the zone then says which in UTC.
                begin = datetime.combine(day, opens, tzinfo=ZONE)
                end = datetime.combine(day, closes, tzinfo=ZONE)
                yield begin.astimezone(_UTC), end.astimezone(_UTC)

    def _spans(self, day: date) -> Sequence[tuple[time, time]]:
        if day in self.closed or is_bank_holiday(day):
            return ()
        return self.week.get(day.weekday(), ())


_UTC: Final = ZoneInfo("UTC")


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_bank_holiday(day: date) -> bool:
    """Tell whether it is a bank holiday in England, substitute days counted."""
    return day in _bank_holidays()


def read_hours(text: str | None, closed: str | None = None) -> Hours | None:
    """Read the hours and the council's own closed days; None: no hours are set.

    Args:
        text: `Mon-Fri 09:00-17:00; Sat 10:00-12:00`.
        closed: `2026-12-24, 2026-12-31`.

    Raises:
        HoursNotReadable: it is of another form.
    """
    if not text or not text.strip():
        return None
    week: dict[int, list[tuple[time, time]]] = {}
    for part in text.split(";"):
        found = _PART.fullmatch(part.strip().casefold())
        if found is None:
            raise HoursNotReadable("hours must look like Mon-Fri 09:00-17:00; Sat 10:00-12:00")
        opens, closes = _time(found["opens"]), _time(found["closes"])
        if closes <= opens:
            raise HoursNotReadable("hours must end after they begin, on the same day")
        for day in _days(found["first"], found["last"]):
            week.setdefault(day, []).append((opens, closes))
    try:
        days = frozenset(
            date.fromisoformat(day.strip()) for day in (closed or "").split(",") if day.strip()
        )
    except ValueError as exc:
        raise HoursNotReadable("closed days must look like 2026-12-24, 2026-12-31") from exc
    return Hours(week={day: sorted(spans) for day, spans in week.items()}, closed=days)


def say_when(at: datetime, now: datetime) -> str:
    """Return a moment as a parent says it: "today at 9am", "Monday at 9am", "4 January at 9am"."""
    then, here = at.astimezone(ZONE), now.astimezone(ZONE)
    days = (then.date() - here.date()).days
    if days == 0:
        day = "today"
    elif days == 1:
        day = "tomorrow"
    elif days < len(_NAMES):
        day = f"on {_NAMES[then.weekday()]}"
    else:
        day = f"on {then.day} {_MONTHS[then.month - 1]}"
    return f"{day} at {_clock(then)}"


def _clock(at: datetime) -> str:
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as exc:
        raise HoursNotReadable("a time must look like 09:00") from exc


def _days(first: str, last: str | None) -> range:
    try:
        begin = DAYS.index(first)
        end = DAYS.index(last) if last else begin
    except ValueError as exc:
        raise HoursNotReadable("days are Mon Tue Wed Thu Fri Sat Sun") from exc
    if end < begin:
        raise HoursNotReadable("days run from Monday to Sunday")
    return range(begin, end + 1)
