"""When a session is, in words (pure)."""

from datetime import datetime, timedelta

from kmportal.design.dates import clock_words, day_words


def span_words(start: datetime, end: datetime) -> str:
    """Return a span as "Tuesday 4 February 2025, 2pm to 3:30pm", in the time zone that both values are in.

    On the night when the clocks change a time of day can come twice, or an hour can seem to be none: the times of
    such a span carry their zone ("1:30am BST to 1:30am GMT").
    """
    turned = start.utcoffset() != end.utcoffset() or comes_twice(start) or comes_twice(end)
    first, last = _clock(start, turned), _clock(end, turned)
    if start.date() == end.date():
        return f"{_day(start)}, {first} to {last}"
    return f"{_day(start)}, {first}, to {_day(end)}, {last}"


def comes_twice(value: datetime) -> bool:
    """Tell whether the clock shows this time of day twice, because it goes back that night."""
    first, second = value.replace(fold=0).utcoffset(), value.replace(fold=1).utcoffset()
    # In the hour that is left out in spring the two differ as well, but the other way round.
    return (first or timedelta()) > (second or timedelta())


def _day(value: datetime) -> str:
    return f"{value:%A} {day_words(value)}"


def _clock(value: datetime, with_zone: bool) -> str:
    return f"{clock_words(value)} {value:%Z}" if with_zone else clock_words(value)
