"""The reviewers' queue: what waits for review or release, whose it is, and the choices that narrow it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kmportal.design.facets import Facet, facet
from repository import working_days
from repository.models import Collection, RecordFile, Submission
from repository.models.submission import SubmissionOutcome
from repository.status import Status

PAGE_SIZE = 50
# What ?show= may say, and what the link says.
SHOWS = {
    "all": "All",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "others": "Claimed by others",
    "release": "Waiting for release",
}
# No slug has this character: it stands for records that are in no collection.
NO_COLLECTION = "~"


class Queue:
    """One view of the queue, oldest first. What the address asks for and there is not, is left out."""

    def __init__(self, user: Any, *, show: str = "", collections: Iterable[str] = ()) -> None:
        self.user = user
        self.show = show if show in SHOWS else "all"
        self.known = dict(Collection.objects.order_by("name").values_list("slug", "name"))
        self.known[NO_COLLECTION] = "No collection"
        self.chosen = [slug for slug in dict.fromkeys(collections) if slug in self.known]

    @cached_property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Return value, label and number of each way to look at the queue, within the chosen collections."""
        waiting = Submission.objects.waiting().filter(self._in_collections())
        claimed = Q(reviewer__isnull=False)
        counts = waiting.aggregate(
            all=Count("pk"),
            mine=Count("pk", filter=Q(reviewer=self.user)),
            unclaimed=Count("pk", filter=~claimed),
            others=Count("pk", filter=claimed & ~Q(reviewer=self.user)),
        )
        counts["release"] = self._for_release().filter(self._in_collections()).count()
        return [(value, label, counts[value]) for value, label in SHOWS.items()]

    def collections(self) -> Facet:
        """Return the collections with the number of records that wait in each, in this way to look at the queue."""
        counts = self._shown().order_by().values_list("record__collection__slug").annotate(number=Count("pk"))
        number = {slug or NO_COLLECTION: count for slug, count in counts}
        rows = [(slug, name, number.get(slug, 0)) for slug, name in self.known.items()]
        rows = [row for row in rows if row[2] or row[0] in self.chosen]
        return facet("collection", "Collection", rows, selected=self.chosen)

    def page(self, number: str | None, now: datetime) -> Page[Submission]:
        """Return one page of submissions, each with what a row shows: its `age` in working days, and so on."""
        order = ("sent_at", "pk")
        paginator = Paginator(self._shown().filter(self._in_collections()).order_by(*order), PAGE_SIZE)
        paginator.count = next(count for value, _, count in self.tabs if value == self.show)
        page = paginator.get_page(number)
        # What costs something is asked for the rows of this page alone.
        found: Any = page.object_list
        on_page = Submission.objects.filter(pk__in=found.values("pk"))
        page.object_list = [self._row(submission, now) for submission in _with_facts(on_page).order_by(*order)]
        return page

    def _row(self, submission: Any, now: datetime) -> Submission:
        submission.age = working_days.working_days_between(submission.sent_at, now)
        submission.is_own = submission.record.is_owned_by(self.user) and not submission.is_imported
        is_free = submission.ended_at is None and submission.reviewer is None
        submission.may_claim = is_free and not submission.is_own
        return cast(Submission, submission)

    def _shown(self) -> QuerySet[Submission]:
        waiting = Submission.objects.waiting()
        match self.show:
            case "mine":
                return waiting.filter(reviewer=self.user)
            case "unclaimed":
                return waiting.filter(reviewer__isnull=True)
            case "others":
                return waiting.filter(reviewer__isnull=False).exclude(reviewer=self.user)
            case "release":
                return self._for_release()
        return waiting

    @staticmethod
    def _for_release() -> QuerySet[Submission]:
        """Return the last submission of each record that is accepted and not released."""
        accepted = Submission.objects.filter(record__status=Status.ACCEPTED, outcome=SubmissionOutcome.ACCEPTED)
        later = Submission.objects.filter(record=OuterRef("record"), pk__gt=OuterRef("pk"))
        return accepted.filter(~Exists(later))

    def _in_collections(self) -> Q:
        if not self.chosen:
            return Q()
        named = Q(record__collection__slug__in=self.chosen)
        return named | Q(record__collection=None) if NO_COLLECTION in self.chosen else named


def _with_facts(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Fetch with each submission its record, people, files, batch, and who returned the record before."""
    files = RecordFile.objects.filter(record=OuterRef("record")).order_by().values("record")
    returned = Submission.objects.filter(
        record=OuterRef("record"), outcome=SubmissionOutcome.RETURNED, pk__lt=OuterRef("pk")
    ).order_by("-sent_at", "-pk")
    return (
        submissions.select_related("record__collection", "record__depositor", "reviewer")
        .defer("returned_as", "record__abstract", "record__notices")
        .annotate(
            files=Coalesce(
                Subquery(files.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0
            ),
            came_again=Exists(returned),
            last_reviewed_by=Subquery(returned.values("reviewer__name")[:1]),
            is_imported=Q(record__imported_from__isnull=False),
            batch=F("record__imported_from__batch"),
            batch_name=F("record__imported_from__batch__file_name"),
        )
    )
