"""When a thing is due, how far that day is away, and who is asked at each stage."""

from datetime import UTC, date, datetime

import pytest

from kmportal.review_cycle import due, reminders, tasks


@pytest.mark.parametrize(
    ("last", "months", "expected"),
    [
        ("2026-05-03", 12, "2027-05-03"),
        ("2026-05-03", 24, "2028-05-03"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2096-02-29", 48, "2100-02-28"),  # a leap year is left out once a century
        ("2026-10-31", 120, "2036-10-31"),
        ("2026-11-30", 3, "2027-02-28"),
    ],
)
def test_the_next_review_is_on_the_same_day_of_its_month_or_the_last(last, months, expected):
    assert due.next_review(date.fromisoformat(last), months) == date.fromisoformat(expected)


def test_an_interval_has_bounds():
    with pytest.raises(ValueError, match="at least one month"):
        due.next_review(date(2026, 5, 3), 0)
    with pytest.raises(OverflowError):
        due.next_review(date(9999, 5, 3), 12)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-04-02", None),
        ("2026-04-03", "soon"),
        ("2026-05-02", "soon"),
        ("2026-05-03", "due"),
        ("2026-05-09", "due"),
        ("2026-05-10", "overdue-1"),
        ("2026-05-16", "overdue-1"),
        ("2026-05-17", "overdue-2"),
        ("2026-05-31", "overdue-4"),
        ("2027-05-03", "overdue-52"),
    ],
)
def test_a_stage_lasts_until_the_next_begins(today, expected):
    assert due.stage(date.fromisoformat(today), date(2026, 5, 3)) == expected


def test_the_clocks_do_not_move_a_day():
    # Clocks went forward on 29 March 2026, and go back on 25 October.
    assert [due.stage(day, date(2026, 3, 29)) for day in (date(2026, 2, 27), date(2026, 3, 28), date(2026, 3, 29))] == [
        "soon",
        "soon",
        "due",
    ]
    assert [due.stage(day, date(2026, 10, 25)) for day in (date(2026, 10, 25), date(2026, 11, 1))] == [
        "due",
        "overdue-1",
    ]


def test_who_is_asked_grows_with_the_weeks():
    stages = ("soon", "due", "overdue-1", "overdue-2", "overdue-3", "overdue-4", "overdue-10")
    assert [(due.asks_deputy(stage), due.asks_keepers(stage)) for stage in stages] == [
        (False, False),
        (False, False),
        (False, False),
        (True, False),
        (True, False),
        (True, True),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 1, 15, 6, tzinfo=UTC), [date(2026, 1, 15)]),
        (datetime(2026, 1, 15, 5, tzinfo=UTC), []),
        (datetime(2026, 7, 15, 5, tzinfo=UTC), [date(2026, 7, 15)]),
        (datetime(2026, 7, 15, 6, tzinfo=UTC), []),
        (datetime(2026, 3, 29, 5, tzinfo=UTC), [date(2026, 3, 29)]),  # clocks went forward at 1am
        (datetime(2026, 10, 25, 6, tzinfo=UTC), [date(2026, 10, 25)]),  # and back at 2am
        (datetime(2026, 10, 25, 5, tzinfo=UTC), []),
    ],
)
def test_mail_goes_out_at_six_in_the_uk_in_winter_and_in_summer(monkeypatch, moment, expected):
    days = []
    monkeypatch.setattr(reminders, "remind", days.append)
    tasks.remind.func(int(moment.timestamp()))
    assert days == expected
