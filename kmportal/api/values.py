"""How values stand in the answers of the API."""

import datetime


def moment(value: datetime.datetime | None) -> str | None:
    """Return a moment as "2026-03-10T12:00:00Z": ISO 8601, in UTC, to the second."""
    if value is None:
        return None
    return value.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day(value: datetime.date | None) -> str | None:
    """Return a day as "2026-03-10"."""
    return value.isoformat() if value else None
