"""Working days: Monday to Friday, by the calendar of the United Kingdom."""

from datetime import UTC, datetime, timedelta

import pytest

from repository.working_days import untouched_since, working_days_between


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ("2026-11-20 17:00", "2026-11-20 18:00", 0),  # Friday
        ("2026-11-20 17:00", "2026-11-22 18:00", 0),  # Friday to Sunday
        ("2026-11-20 17:00", "2026-11-23 08:00", 1),  # Friday to Monday
        ("2026-11-21 17:00", "2026-11-23 08:00", 1),  # Saturday to Monday
        ("2026-11-16 09:00", "2026-11-20 09:00", 4),
        ("2026-11-16 09:00", "2026-11-23 09:00", 5),
        ("2026-11-16 09:00", "2027-11-15 09:00", 260),
        ("2026-11-20 09:00", "2026-11-10 09:00", 0),
        # Ten past midnight on Tuesday in a British summer, which is still Monday in UTC.
        ("2026-07-13 12:00", "2026-07-13 23:10", 1),
    ],
)
def test_how_many_have_begun_since(begin, end, days):
    assert working_days_between(moment(begin), moment(end)) == days


def test_what_lies_before_the_moment_is_that_old_and_what_lies_after_is_not():
    instant = timedelta(microseconds=1)
    for hours in range(0, 24 * 370, 23):
        now = moment("2026-01-01 00:30") + timedelta(hours=hours)
        for days in (1, 3, 5):
            turn = untouched_since(days, now)
            ages = (working_days_between(turn - instant, now), working_days_between(turn, now))
            assert (ages[0] >= days, ages[1] < days) == (True, True), (now, days)
