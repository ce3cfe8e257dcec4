"""Demo moments are believable: on working days, in working hours, the same on the clock in summer and winter."""

import datetime

import pytest

from kmportal.demo.timing import LONDON, session_times, spread, working_moment

FRIDAY = datetime.date(2026, 11, 20)
CHRISTMAS_EVE = datetime.date(2026, 12, 24)  # a Thursday


def test_a_moment_lies_in_working_hours_of_its_day():
    assert working_moment(FRIDAY, 0) == datetime.datetime(2026, 11, 20, 9, 0, tzinfo=LONDON)
    moments = {working_moment(FRIDAY, turn) for turn in range(200)}
    assert {moment.date() for moment in moments} == {FRIDAY}
    assert datetime.time(9) <= min(moments).time() and max(moments).time() < datetime.time(16, 30)


def test_weekends_and_holidays_are_passed_over():
    assert working_moment(FRIDAY + datetime.timedelta(days=1), 0).date() == datetime.date(2026, 11, 23)
    assert working_moment(FRIDAY, 0, after=1).date() == datetime.date(2026, 11, 23)
    # Christmas Day is a Friday, Boxing Day a Saturday.
    assert working_moment(CHRISTMAS_EVE, 0, after=1).date() == datetime.date(2026, 12, 28)


def test_days_are_spread_evenly_from_first_to_last():
    first, last = datetime.date(2026, 1, 1), datetime.date(2026, 1, 10)
    assert [day.day for day in spread(4, first=first, last=last)] == [1, 4, 7, 10]
    assert list(spread(1, first=first, last=last)) == [first]


@pytest.mark.parametrize(("today", "utc_hour"), [(datetime.date(2026, 7, 4), 11), (datetime.date(2026, 11, 23), 12)])
def test_sessions_keep_to_the_clock_in_london(today, utc_hour):
    start, end = session_times(today, weeks=1, weekday="Wednesday", starts="12:30", minutes=90)
    assert start.astimezone(datetime.UTC).hour == utc_hour
    assert (start.strftime("%A %H:%M"), end - start) == ("Wednesday 12:30", datetime.timedelta(minutes=90))
    assert 2 <= (start.date() - today).days <= 13
