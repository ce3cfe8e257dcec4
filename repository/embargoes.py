"""Embargoes: put one on a record or a file, end it, lift those that are due, and warn of those that soon will be."""

import datetime
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.mail import posting
from kmportal.people.models import User
from kmportal.people.roles import LIBRARY_MANAGER
from repository import restricting
from repository.audience import Audience
from repository.models import Record, RecordFile
from repository.restricting import Embargo
from repository.status import Status

# How long before its end people are warned of it.
WARNING = datetime.timedelta(days=7)
ENDED = "The embargo ended"


class EmbargoInPast(ValueError):
    """An embargo must end on a later day than today; the message says so to a reader."""


def set(
    thing: Record | RecordFile,
    *,
    until: datetime.date,
    after: Audience = Audience.OPEN,
    reason: str = "",
    by: Any,
    audience: Audience = Audience.LIBRARY,
    groups: Collection[Any] = (),
    now: datetime.datetime | None = None,
) -> None:
    """Put a record or a file under an embargo: until that day, in the UK, only the audience reads it, and others after.

    `groups` are those for whom it is where `audience` or `after` is GROUPS. Raises EmbargoInPast.
    """
    check(until, now=now)
    restricting.restrict(thing, audience=audience, groups=groups, embargo=Embargo(until, after, reason), by=by)


def set_on_files(record: Record, embargo: Embargo, *, by: Any) -> None:
    """Put the files of a record under one embargo. What is meant for fewer people than it opens to stays theirs."""
    for file in record.files.all():
        meant_for = Audience(file.audience_after or file.audience)
        if meant_for == Audience.LIBRARY:
            continue
        after = max(meant_for, Audience(embargo.after), key=lambda audience: audience.narrowness)
        # Where the file itself names no groups, those of its record are meant.
        groups = list((file if meant_for == Audience.GROUPS else record).groups.all())
        set(file, until=embargo.until, after=after, reason=embargo.reason, by=by, groups=groups)


def check(until: datetime.date, *, now: datetime.datetime | None = None) -> None:
    """Raise EmbargoInPast unless the day is a later one than today in the UK."""
    if until <= timezone.localdate(now):
        raise EmbargoInPast("The embargo must end on a day in the future.")


def clear(thing: Record | RecordFile, *, by: Any, reason: str = "") -> None:
    """End an embargo before its day: those who could read the thing afterwards can do so now."""
    _end(thing, by=by, reason=reason or "The embargo was ended early")


def lift_due(now: datetime.datetime | None = None) -> int:
    """End each embargo whose day has come in the UK, one transaction each; return how many there were."""
    today = timezone.localdate(now)
    return sum(_lift(thing, today) for thing in _embargoed(embargo_until__lte=today))


def warn_soon(now: datetime.datetime | None = None) -> int:
    """Write to the depositor and to the library's managers a week before an embargo ends; return of how many.

    Each embargo is told of once. Of what readers cannot see anyway nobody is warned.
    """
    today = timezone.localdate(now)
    soon = _embargoed(embargo_until__gt=today, embargo_until__lte=today + WARNING)
    return sum(_warn(thing) for thing in soon)


def _embargoed(**condition: Any) -> Iterator[Record | RecordFile]:
    yield from Record.objects.filter(**condition).order_by("pk")
    yield from RecordFile.objects.filter(**condition).select_related("record").order_by("pk")


@transaction.atomic
def _lift(thing: Record | RecordFile, today: datetime.date) -> bool:
    """End the embargo, unless somebody has changed it, or removed the thing, since it was looked up."""
    if not _lock(thing):
        return False
    thing.refresh_from_db(fields=["embargo_until", "audience_after"])
    if thing.embargo_until is None or thing.embargo_until > today:
        return False
    _end(thing, by=None, reason=ENDED)
    return True


def _end(thing: Record | RecordFile, *, by: Any, reason: str) -> None:
    if thing.audience_after:
        after = Audience(thing.audience_after)
        restricting.restrict(thing, audience=after, groups=list(thing.groups.all()), by=by, reason=reason)


@transaction.atomic
def _warn(thing: Record | RecordFile) -> bool:
    record = thing if isinstance(thing, Record) else thing.record
    if record.status not in (Status.PUBLISHED, Status.REPLACED):
        return False
    if not _lock(thing):
        return False
    thing.refresh_from_db(fields=["embargo_until", "embargo_warned_of"])
    if thing.embargo_until is None or thing.embargo_warned_of == thing.embargo_until:
        return False
    people = {person.pk: person for person in [record.depositor, record.entered_by, *managers()] if person}
    for person in people.values():
        posting.post(
            f"embargo-{thing._meta.model_name}-{thing.pk}-{thing.embargo_until}-to-{person.pk}",
            to=person,
            template="repository/mail/embargo_ends",
            context={"record": record, "thing": thing, "is_file": isinstance(thing, RecordFile)},
        )
    type(thing)._default_manager.filter(pk=thing.pk).update(embargo_warned_of=thing.embargo_until)
    return True


def managers() -> list[User]:
    """Return the library's managers, who hear of what concerns nobody else in particular."""
    return list(User.objects.filter(is_active=True, groups__name=LIBRARY_MANAGER.name).order_by("pk"))


def _lock(thing: Record | RecordFile) -> bool:
    """Keep others from changing the record and its files until the transaction ends; tell whether it is still there."""
    key = thing.pk if isinstance(thing, Record) else thing.record_id
    Record.objects.select_for_update(no_key=True).filter(pk=key).first()
    return type(thing)._default_manager.filter(pk=thing.pk).exists()
