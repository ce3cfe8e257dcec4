"""Dates and times in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template

from kmportal.design.dates import clock_words, day_words, moment_words, relative_words

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


def test_a_date_has_no_leading_nought() -> None:
    assert day_words(date(2026, 11, 5)) == "5 November 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05am"),
        (9, 0, "9am"),
        (12, 0, "midday"),
        (12, 30, "12:30pm"),
        (19, 45, "7:45pm"),
    ],
)
def test_a_time_follows_the_service_manual(hour, minute, words) -> None:
    assert clock_words(datetime(2026, 1, 1, hour, minute, tzinfo=UTC)) == words


def test_a_moment_is_a_date_and_a_time() -> None:
    assert moment_words(datetime(2026, 11, 5, 19, 45, tzinfo=UTC)) == "5 November 2026 at 7:45pm"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(seconds=30), "in a moment"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=-1), "1 hour ago"),
        (timedelta(hours=-12), "12 hours ago"),
        (timedelta(hours=-13), "yesterday"),
        (timedelta(days=-2), "2 days ago"),
        (timedelta(days=-30), "30 days ago"),
        (timedelta(days=-31), "5 October 2026"),
        (timedelta(minutes=5), "in 5 minutes"),
        (timedelta(hours=11), "in 11 hours"),
        (timedelta(hours=12), "tomorrow"),
        (timedelta(days=3), "in 3 days"),
        (timedelta(days=31), "6 December 2026"),
    ],
)
def test_how_long_ago_turns_at_midnight_and_gives_the_date_when_far(away, words) -> None:
    assert relative_words(NOON + away, NOON) == words


def test_filters_write_uk_time_in_time_elements(time_machine) -> None:
    time_machine.move_to(datetime(2026, 7, 2, 12, 0, tzinfo=UTC), tick=False)
    template = Template(
        "{{ at|day }} {{ at|moment }} {{ at|ago }} {{ plain|day }} {{ no|day }}{{ no|moment }}{{ no|ago }}"
    )

    written = template.render(
        Context({"at": datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "plain": date(2026, 7, 1), "no": None})
    )

    assert written == (
        '<time datetime="2026-07-02">2 July 2026</time> '
        '<time datetime="2026-07-02T00:30+01:00">2 July 2026 at 12:30am</time> '
        '<time datetime="2026-07-02T00:30+01:00" title="2 July 2026 at 12:30am">12 hours ago</time> '
        '<time datetime="2026-07-01">1 July 2026</time> '
    )
