"""Count working days: Monday to Friday in the United Kingdom (pure). Bank holidays count as working days here."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UNITED_KINGDOM = ZoneInfo("Europe/London")
_SATURDAY = 5


def working_days_between(begin: datetime, end: datetime) -> int:
    """Return how many working days have begun since the day of `begin`: from Friday to Monday it is one.

    Both must say their time zone. Where `end` is not later, the answer is 0.
    """
    first, last = (moment.astimezone(UNITED_KINGDOM).date() for moment in (begin, end))
    weeks, days = divmod(max((last - first).days, 0), 7)
    return weeks * 5 + sum(_is_working(first + timedelta(days=number)) for number in range(1, days + 1))


def untouched_since(number: int, now: datetime) -> datetime:
    """Return the moment before which something must lie to be that many working days old, or more.

    >>> untouched_since(1, datetime(2026, 11, 23, 9, tzinfo=UTC)).isoformat()  # a Monday
    '2026-11-23T00:00:00+00:00'
    >>> untouched_since(2, datetime(2026, 11, 23, 9, tzinfo=UTC)).isoformat()
    '2026-11-20T00:00:00+00:00'
    """
    day = now.astimezone(UNITED_KINGDOM).date()
    while True:
        number -= _is_working(day)
        if number <= 0:
            return datetime.combine(day, time.min, UNITED_KINGDOM).astimezone(UTC)
        day -= timedelta(days=1)


def _is_working(day: date) -> bool:
    return day.weekday() < _SATURDAY
