"""What harvesters are told of: the records that everybody reads, and those that everybody once could.

The order is that in which records were changed; `record_harvest` is its index.
"""

import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Case, DateTimeField, F, Func, Min, Q, Value, When
from django.db.models.lookups import GreaterThan

from repository import access
from repository.models import Record
from repository.models.record import RecordQuerySet

NOBODY = AnonymousUser()
# By how much at most the clock is read before the transaction that it is read for begins, with its first query.
AHEAD = datetime.timedelta(seconds=1)

# The age in seconds of the oldest transaction that may still write. Whoever has not written a minute after they began
# only reads, and reads the clock anew if they ever do write.
OLDEST_WRITER = """
SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '1 minute')
"""


class Told(NamedTuple):
    """What the header of a record says of it."""

    number: int
    changed_at: datetime.datetime
    is_open: bool  # or else harvesters are told that it is deleted
    type: str
    collection: str | None  # slug


def told(records: RecordQuerySet) -> list[Told]:
    """Return what is said of the records of a queryset, in its order."""
    is_open = Case(When(access.listed_records(NOBODY), then=True), default=False)
    return [
        Told(*row) for row in records.values_list("pk", "changed_at", is_open, "type", "collection__slug", named=False)
    ]


def harvested() -> RecordQuerySet:
    """Return all records that harvesters are told of, also those that are no longer open: as deleted ones, for ever."""
    return Record.objects.filter(opened_at__isnull=False)


def changed(since: datetime.datetime | None, until: datetime.datetime, condition: Q) -> RecordQuerySet:
    """Return the harvested records of a condition that were changed between two moments, both inclusive, in order."""
    records = harvested().filter(condition, changed_at__lte=until).order_by("changed_at", "pk")
    return records.filter(changed_at__gte=since) if since else records


def after(records: RecordQuerySet, last: tuple[datetime.datetime, int]) -> RecordQuerySet:
    """Return those of the records that come after the one that was changed then and has this number.

    The two columns are compared as one: many records are changed at the same moment, and the index has both.
    """
    at, number = last
    return records.filter(GreaterThan(_row(F("changed_at"), F("pk")), _row(Value(at), Value(number))))


def earliest() -> datetime.datetime | None:
    """Return when the harvested record that was left alone longest was changed; None where there is none."""
    return harvested().aggregate(at=Min("changed_at"))["at"]


def settled(now: datetime.datetime) -> datetime.datetime:
    """Return the date for an answer that is given now: whatever was changed before it can be seen.

    A record's `changed_at` is read from the clock before its transaction ends. A harvester that was given an answer
    in between, and asks next time for what has changed since then, would never hear of the record. So an answer is
    dated by the oldest transaction that is still open, and a list ends there too (`end`). It costs nobody a lock:
    whoever asks again from that date is told of the rest.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WRITER)
        (age,) = cursor.fetchone()
    return now - datetime.timedelta(seconds=max(float(age or 0), 0)) - AHEAD


def end(date: datetime.datetime) -> datetime.datetime:
    """Return the last moment of a list whose answer has this date: the end of the second in which it is settled."""
    return (date + AHEAD).replace(microsecond=999_999)


def _row(*columns: Any) -> Func:
    return Func(*columns, function="ROW", output_field=DateTimeField())
