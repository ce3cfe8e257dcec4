"""When a thing should be looked at again, how far that day is away, and who is then asked (pure)."""

import calendar
import re
from datetime import date, timedelta

SOON = timedelta(days=30)
WEEK = timedelta(days=7)
# Weeks past the day from which the deputy is asked too, and from which those who look after all such things are.
DEPUTY_FROM = 2
KEEPERS_FROM = 4

_WEEKS = re.compile(r"overdue-(\d+)")


def next_review(last: date, months: int) -> date:
    """Return the same day of the month, so many months later; where that month is shorter, its last day.

    The 31st of August and 6 months give the 28th or 29th of February, and the 29th of February and 12 the 28th.
    Raises ValueError for fewer months than 1, and OverflowError past the year 9999.
    """
    if months < 1:
        raise ValueError("There is at least one month between two reviews.")
    years, month = divmod(last.month - 1 + months, 12)
    year = last.year + years
    if year > date.max.year:
        raise OverflowError("No calendar goes as far as this review.")
    return date(year, month + 1, min(last.day, calendar.monthrange(year, month + 1)[1]))


def stage(today: date, due: date) -> str | None:
    """Return how far a thing is: None, "soon" from 30 days before, "due" from the day, and weekly "overdue-1" and on.

    A stage lasts until the next begins, so that a day on which nobody could be reminded leaves none out.
    """
    if today < due - SOON:
        return None
    if today < due:
        return "soon"
    weeks = (today - due) // WEEK
    return f"overdue-{weeks}" if weeks else "due"


def weeks_overdue(stage: str) -> int:
    """Return the whole weeks since the day, 0 for the stages before the first of them."""
    found = _WEEKS.fullmatch(stage)
    return int(found[1]) if found else 0


def asks_deputy(stage: str) -> bool:
    """Tell whether the deputy is asked beside an owner who has not answered."""
    return weeks_overdue(stage) >= DEPUTY_FROM


def asks_keepers(stage: str) -> bool:
    """Tell whether those who look after all such things are asked beside an owner and a deputy who did not answer."""
    return weeks_overdue(stage) >= KEEPERS_FROM
