"""What the dashboards ask about records. Reading only."""

from typing import Any

from django.db.models import Count

from repository import access
from repository.models import Record
from repository.models.record import RecordQuerySet, Status


def counts_for(user: Any) -> tuple[int, int]:
    """Return how many records readers can find, and how many wait for the user: none where reviewing is not theirs."""
    counted = dict(Record.objects.values_list("status").annotate(Count("pk")).order_by())
    return counted.get(Status.PUBLISHED, 0), counted.get(Status.SUBMITTED, 0) if access.may_review(user) else 0


def newest(number: int) -> RecordQuerySet:
    """Return the records that were published last, with what a list shows of each."""
    return Record.objects.published().order_by("-published_at", "-pk").for_list()[:number]


def unfinished_of(user: Any, number: int) -> RecordQuerySet:
    """Return the person's own records that readers cannot see yet, what changed last first.

    Those that came with an import are nobody's own: they wait in the queue.
    """
    unfinished = Record.objects.filter(
        depositor=user, status__in=(Status.DRAFT, Status.SUBMITTED), imported_from__isnull=True
    )
    return unfinished.order_by("-changed_at", "-pk")[:number]
