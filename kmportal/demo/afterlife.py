"""What became of the demo records once they were published: reviews, use, an embargo, a new version, links."""

import datetime
import random
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from kmportal.demo.organisation import Organisation
from kmportal.links import linking
from kmportal.links.models import LinkKind
from kmportal.people.models import Department
from kmportal.review_cycle.due import next_review
from kmportal.search import indexing
from lessons.models import Lesson
from repository import currency, deposits, embargoes, versions
from repository.audience import Audience
from repository.models import Record, UseCount
from repository.status import Status

# Months between reviews by type, and of how many due reviews one has been left undone.
MONTHS = {"policy": 24, "guideline": 12, "toolkit": 36, "training": 12}
ONE_LEFT_UNDONE_OF = 4
MONTHS_OF_USE = 12
# The same demo on the same day is the same on every machine.
SEED = 2026


def live_on(records: Sequence[Record], lessons: Sequence[Lesson], organisation: Organisation) -> None:
    """Give the published records the life that readers and librarians would see: each of it once or more."""
    published: list[Any] = [record for record in records if record.status == Status.PUBLISHED]
    _review(published, organisation)
    _count_uses(published)
    _limit_to_staff(published)
    _put_under_embargo(published, organisation)
    _replace_by_a_second_version(published, organisation)
    _link(published, lessons, organisation)


def _review(published: Sequence[Any], organisation: Organisation) -> None:
    """Let owners have confirmed their records in time, save one here and there that is overdue."""
    today = timezone.localdate()
    reviewed = [record for record in published if currency.is_reviewed(record)]
    for turn, record in enumerate(reviewed):
        record.owner = record.depositor
        record.deputy = organisation.reviewer("Librarian", turn, other_than=record.depositor)
        record.review_months = MONTHS[record.type]
        last = timezone.localdate(record.published_at)
        due = next_review(last, record.review_months)
        while due <= today and turn % ONE_LEFT_UNDONE_OF:
            last, due = due, next_review(due, record.review_months)
        record.last_reviewed, record.next_review = last, due
    Record.objects.bulk_update(reviewed, ["owner", "deputy", "review_months", "last_reviewed", "next_review"])


def _count_uses(published: Sequence[Any]) -> None:
    """Give each record the views and downloads of the last months, of a few departments and of nobody in particular."""
    chance = random.Random(SEED)  # noqa: S311
    departments: list[Department | None] = [None, *Department.objects.all()]
    UseCount.objects.bulk_create(
        UseCount(
            record=record,
            month=month,
            department=department,
            views=chance.randint(1, 30),
            downloads=chance.randint(0, 8),
        )
        for record in published
        for month in _months_since(record)
        for department in chance.sample(departments, k=3)
    )


def _months_since(record: Record) -> Iterator[datetime.date]:
    month = timezone.localdate().replace(day=1)
    for _ in range(MONTHS_OF_USE):
        if month < timezone.localdate(record.published_at).replace(day=1):
            return
        yield month
        month = (month - datetime.timedelta(days=1)).replace(day=1)


def _limit_to_staff(published: Sequence[Any]) -> None:
    """Keep the newest policy to signed-in staff."""
    record = _newest(published, type="policy")
    record.audience = Audience.STAFF
    record.save(update_fields=["audience"])
    indexing.refresh([record])


def _put_under_embargo(published: Sequence[Any], organisation: Organisation) -> None:
    """Let readers wait six weeks for the file of the newest poster that has one."""
    with_files = [record for record in published if record.type == "poster" and record.files.exists()]
    record = _newest(with_files, type="poster")
    embargoes.set(
        record.files.first(),
        until=timezone.localdate() + datetime.timedelta(weeks=6),
        after=Audience.OPEN,
        reason="The conference publishes it first",
        by=organisation.reviewer("Librarian", 0, other_than=record.depositor),
    )


def _replace_by_a_second_version(published: Sequence[Any], organisation: Organisation) -> None:
    """Publish a second version of the oldest guideline."""
    guidelines = [record for record in published if record.type == "guideline"]
    first = min(guidelines, key=lambda record: record.published_at)
    second = versions.begin(first, by=first.depositor)
    second.version_note = "Brought up to date after the yearly review."
    second.save(update_fields=["version_note"])
    deposits.move(second, "submit", by=second.depositor)
    deposits.move(second, "publish", by=organisation.reviewer("Librarian", 0, other_than=first.depositor))


def _link(published: Sequence[Any], lessons: Sequence[Lesson], organisation: Organisation) -> None:
    """Let two lessons say which records they are applied in, and an article be the evidence for a policy."""
    policy = _newest(published, type="policy")
    linking.add(_newest(published, type="article"), policy, kind=LinkKind.EVIDENCE_FOR, by=None)
    told = [lesson for lesson in lessons if lesson.status == "published"][:2]
    for lesson, type_ in zip(told, ("guideline", "toolkit"), strict=True):
        current = _newest([record for record in published if record.status == Status.PUBLISHED], type=type_)
        linking.add(lesson, current, kind=LinkKind.APPLIED_IN, by=None)


def _newest(records: Sequence[Any], *, type: str) -> Any:
    return max((record for record in records if record.type == type), key=lambda record: record.published_at)
