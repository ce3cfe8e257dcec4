"""Dates and times in words, in the style of the NHS service manual (pure)."""

from datetime import date, datetime, timedelta

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
# Beyond this distance "43 days ago" tells less than the date.
_FAR = 30


def day_words(value: date) -> str:
    """Return a date as "5 November 2026"."""
    return f"{value.day} {value:%B} {value.year}"


def clock_words(value: datetime) -> str:
    """Return a time of day as "9am", "7:45pm", "midday" or "midnight" (NHS service manual, numbers and times)."""
    if value.minute == 0 and value.hour in (0, 12):
        return "midnight" if value.hour == 0 else "midday"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment_words(value: datetime) -> str:
    """Return a date and time as "5 November 2026 at 7:45pm", in the time zone that the value is in."""
    return f"{day_words(value)} at {clock_words(value)}"


def relative_words(value: datetime, now: datetime) -> str:
    """Return how far `value` lies from `now`: "5 minutes ago", "yesterday", "in 3 days", or the date if it is far.

    Both must be in the reader's time zone, because "yesterday" turns at the reader's midnight.
    """
    distance = abs(now - value)
    past = value <= now
    if distance < _MINUTE:
        return "just now" if past else "in a moment"
    days = abs((now.date() - value.date()).days)
    if distance < _HOUR:
        return _away(distance // _MINUTE, "minute", past)
    if days == 0:
        return _away(distance // _HOUR, "hour", past)
    if days == 1:
        return "yesterday" if past else "tomorrow"
    return _away(days, "day", past) if days <= _FAR else day_words(value)


def _away(number: int, unit: str, past: bool) -> str:
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{words} ago" if past else f"in {words}"
