"""Times as a person in Staffordshire reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.core import moments


@pytest.mark.parametrize(
    ("now", "wait", "said"),
    [
        (datetime(2026, 11, 23, 14, 0, tzinfo=UTC), timedelta(minutes=15), "2:15pm"),
        (datetime(2026, 11, 23, 14, 0, 1, tzinfo=UTC), timedelta(minutes=15), "2:16pm"),
        (datetime(2026, 7, 1, 14, 0, tzinfo=UTC), timedelta(minutes=15), "3:15pm"),
        (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), timedelta(hours=1), "midday"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), timedelta(0), "9am"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), timedelta(hours=1), "midnight on Tuesday"),
        (datetime(2026, 11, 23, 23, 50, tzinfo=UTC), timedelta(minutes=15), "12:05am on Tuesday"),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), timedelta(hours=2), "midnight on Tuesday"),
        # the hour that comes twice: 1:30am in summer time, 40 minutes later it is 1:10am
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), timedelta(minutes=40), "1:10am"),
    ],
)
def test_until_is_said_in_london_time(now: datetime, wait: timedelta, said: str) -> None:
    assert moments.until(now, wait) == said


@pytest.mark.parametrize(
    ("wait_s", "said"), [(0, 1), (0.2, 1), (1, 1), (1.2, 2), (29.9, 30), (30, 30)]
)
def test_seconds_are_never_fewer_than_the_wait(wait_s: float, said: int) -> None:
    assert moments.seconds(timedelta(seconds=wait_s)) == said
