"""What the dashboards ask about records. Reading only."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Q, QuerySet, Subquery, Value, When

from repository import access, currency
from repository.models import Record
from repository.models.record import RecordQuerySet, Status

# What a depositor sees on the home page until readers can see it.
UNFINISHED = (*access.DEPOSITORS_STATES, Status.SUBMITTED, Status.ACCEPTED)


class Counts(NamedTuple):
    """How many records the user's lists hold, and how many wait for them.

    These wait for their review, for their release, and, of those that they own, for their word that they are still
    true.
    """

    published: int
    to_review: int
    to_release: int
    overdue: int


def counts_for(user: Any, today: date) -> Counts:
    """Return what is counted on the home page, in one query."""
    own = Record.objects.filter(currency.overdue(today), owner=user.pk or 0).order_by().values("owner")
    overdue = Subquery(own.annotate(number=Count("pk")).values("number"))
    waiting = [
        status
        for status, is_theirs in (
            (Status.SUBMITTED, access.may_review(user)),
            (Status.ACCEPTED, access.may_release(user)),
        )
        if is_theirs
    ]
    records = Record.objects.filter(access.listed_records(user) | Q(status__in=waiting))
    rows = records.annotate(overdue=overdue).values_list("status", "overdue").annotate(Count("pk")).order_by()
    counted, due = {}, 0
    for status, of_all, number in rows:
        counted[status], due = number, of_all or 0
    published, to_review, to_release = (
        counted.get(status, 0) for status in (Status.PUBLISHED, Status.SUBMITTED, Status.ACCEPTED)
    )
    return Counts(published, to_review, to_release, due)


def newest(user: Any, number: int) -> RecordQuerySet:
    """Return the records of the user's lists that were published last, with what a list shows of each."""
    return Record.objects.listed_for(user).order_by("-published_at", "-pk").for_list()[:number]


def unfinished_of(user: Any, number: int) -> QuerySet[Record]:
    """Return the person's own deposits that readers cannot see yet, what changed last first.

    Each comes with `page`: the name of the address where its depositor goes on with it. Those that came with an import
    are nobody's own: they wait in the queue.
    """
    own = Record.objects.filter(Q(depositor=user) | Q(entered_by=user), imported_from__isnull=True)
    page = Case(
        When(status__in=access.DEPOSITORS_STATES, then=Value("repository:edit")),
        default=Value("repository:record"),
        output_field=CharField(),
    )
    unfinished = own.filter(status__in=UNFINISHED).annotate(page=page)
    return unfinished.order_by("-changed_at", "-pk")[:number]
