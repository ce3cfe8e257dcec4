"""Which records can go stale, who answers for each, and what the record's page says of that."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kmportal.people.models import User
from kmportal.review_cycle import answers
from kmportal.review_cycle.models import Flag
from kmportal.review_cycle.sources import about
from repository import access, editing, embargoes
from repository.models import ImportedFrom, Record
from repository.models.record import RecordQuerySet
from repository.record_types import REVIEWED_TYPES
from repository.status import Status

# Between two reviews of a record of which nobody says otherwise.
USUAL_MONTHS = 24

UNDER_REVIEW = Q(status=Status.PUBLISHED, type__in=REVIEWED_TYPES)


def overdue(today: date) -> Q:
    """Return the condition for records whose review was due before the day."""
    return UNDER_REVIEW & Q(next_review__lt=today)


def is_reviewed(record: Record) -> bool:
    """Tell whether the record is of a type that can go stale, whatever its state."""
    return record.type in REVIEWED_TYPES


def begin(records: Collection[Record]) -> None:
    """Start the clock of records that are published now: each gets an owner, an interval and its next day, if it can
    go stale and has none.

    The owner is the depositor, save where the record came with an import: that is nobody's own. The clock runs from
    the day that the record gives as its last review, and of a new version from today: it is also what those who
    flagged an earlier one have waited for. As many queries for any number of records.
    """
    reviewed = [record for record in records if is_reviewed(record)]
    if not reviewed:
        return
    imported = set(ImportedFrom.objects.filter(record__in=reviewed).values_list("record", flat=True))
    today = timezone.localdate()
    for record in reviewed:
        if record.owner_id is None and record.pk not in imported:
            record.owner_id = record.depositor_id
        record.review_months = record.review_months or USUAL_MONTHS
        if record.last_reviewed is None or record.version > 1:
            record.last_reviewed = today
        answers.set_next_review(record)
    Record.objects.bulk_update(reviewed, ["owner", "review_months", "last_reviewed", "next_review"])
    _settle_flags_of_earlier(reviewed)


def _settle_flags_of_earlier(records: list[Record]) -> None:
    firsts = [record.first_version_id for record in records if record.version > 1]
    if firsts:
        answers.settle_overtaken(Record.objects.filter(Q(pk__in=firsts) | Q(first_version__in=firsts)))


@dataclass(frozen=True)
class Standing:
    """How current a record is, and what the reader may do about it. `owner` has not left."""

    record: Record
    owner: User | None
    is_overdue: bool
    may_confirm: bool
    may_set: bool
    may_flag: bool
    open_flags: int

    @property
    def ask(self) -> str:
        """Whom a reader should ask before they rely on the record."""
        return self.owner.name if self.owner else "the library"


def standing(record: Record, user: Any) -> Standing | None:
    """Return how current the record is; None where it cannot go stale, or readers do not rely on it now.

    One query for those who may confirm it, if the record comes from `for_page()`.
    """
    if not is_reviewed(record) or record.status != Status.PUBLISHED:
        return None
    may_confirm = access.may_confirm(user, record)
    return Standing(
        record=record,
        owner=record.owner if record.owner and record.owner.is_active else None,
        is_overdue=record.next_review is not None and record.next_review < timezone.localdate(),
        may_confirm=may_confirm,
        may_set=access.may_set_review_cycle(user, record),
        may_flag=user.is_authenticated and not may_confirm,
        open_flags=Flag.objects.filter(**about(record), settled_at=None).count() if may_confirm else 0,
    )


class RecordsUnderReview:
    """Records as the review cycle knows them (see kmportal.review_cycle.sources)."""

    kind = "record"
    noun = "record"
    named_by: tuple[str, ...] = ("title",)
    keeper_permission = "repository.change_record"
    model = Record

    def keepers(self) -> list[User]:
        return embargoes.managers()

    def under_review(self) -> RecordQuerySet:
        return Record.objects.filter(UNDER_REVIEW)

    def visible_to(self, user: Any) -> RecordQuerySet:
        return Record.objects.visible_to(user).filter(UNDER_REVIEW)

    def may_confirm(self, user: Any, thing: Any) -> bool:
        return access.may_confirm(user, thing)

    def may_set(self, user: Any, thing: Any) -> bool:
        return access.may_set_review_cycle(user, thing)

    def change_url(self, user: Any, thing: Any) -> str:
        return reverse("repository:new_version", args=[thing.pk]) if access.may_make_version(user, thing) else ""

    def retire_url(self, thing: Any) -> str:
        return reverse("repository:withdraw", args=[thing.pk])

    def overview_url(self) -> str:
        return reverse("repository:currency")

    def edit(self, thing: Any, *, by: Any) -> AbstractContextManager[Record]:
        return editing.edit(thing, by=by)
