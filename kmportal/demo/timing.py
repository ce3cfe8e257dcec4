"""Give the demo content believable moments: on working days, in working hours, and in order (no Django)."""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Month and day of the holidays that fall on the same date every year.
HOLIDAYS = {(1, 1), (12, 25), (12, 26)}
DAY = datetime.timedelta(days=1)


def working_moment(day: datetime.date, turn: int, *, after: int = 0) -> datetime.datetime:
    """Return a moment between nine and half past four, `after` working days later than the first one from `day` on.

    `turn` is any number that tells the moments of one day apart.
    """
    while True:
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
            if not after:
                break
            after -= 1
        day += DAY
    start = datetime.datetime.combine(day, datetime.time(9), tzinfo=LONDON)
    return start + datetime.timedelta(minutes=turn * 37 % (7 * 60 + 30))


def spread(count: int, *, first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Yield `count` days in order, evenly from the first to the last."""
    for index in range(count):
        yield first + (last - first) * index // max(1, count - 1)


def session_times(
    today: datetime.date, *, weeks: int, weekday: str, starts: str, minutes: int
) -> tuple[datetime.datetime, datetime.datetime]:
    """Return start and end of a session that is `weeks` after the week of today (before it, where negative).

    `weekday` is an English name, `starts` the time of the clock in London. Raises ValueError for neither.
    """
    monday = today - today.weekday() * DAY
    day = monday + datetime.timedelta(weeks=weeks, days=WEEKDAYS.index(weekday))
    start = datetime.datetime.combine(day, datetime.time.fromisoformat(starts), tzinfo=LONDON)
    return start, start + datetime.timedelta(minutes=minutes)
