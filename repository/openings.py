"""Note when everybody could read a record first: from then on harvesters are told of it, and of its end."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from repository import access
from repository.models import Record


def note(records: Collection[Record]) -> None:
    """Note of those records that everybody can read now, and could not before, that they were opened.

    Whoever writes what decides of it calls this in the same transaction: a state, an audience. Two queries at most. The
    records given are brought in step.
    """
    waiting = Record.objects.filter(access.listed_records(AnonymousUser()), opened_at=None)
    opened = set(waiting.filter(pk__in=[record.pk for record in records]).values_list("pk", flat=True))
    if not opened:
        return
    now = timezone.now()
    Record.objects.filter(pk__in=opened).update(opened_at=now)
    for record in records:
        if record.pk in opened:
            record.opened_at = now
