"""Make published records findable."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from taggit.models import Tag

from kmportal.search.sources import Entry
from repository.models import Contribution, Identifier, Record, RecordSubject
from repository.models.record import RecordQuerySet

OF_RECORD = {"record": OuterRef("pk")}


class RecordSource:
    kind = "record"
    plural = "Research records"
    model = Record
    depends_on = {
        "people.department": "department",
        "repository.contributor": "contributions__contributor",
        "repository.subjectterm": "subjects__term",
        "repository.collection": "collection",
        "taggit.tag": "tags",
    }
    is_dated = True

    def findable(self) -> RecordQuerySet:
        return Record.objects.published()

    def entries(self, things: RecordQuerySet) -> Iterable[Entry]:
        # Names and words alone, in arrays: fetching their rows as objects would take five times as long.
        records = things.select_related("department", "collection").annotate(
            people=ArraySubquery(Contribution.objects.filter(**OF_RECORD).values("credited_as")),
            headings=ArraySubquery(RecordSubject.objects.filter(**OF_RECORD).values("term__label")),
            numbers=ArraySubquery(Identifier.objects.filter(**OF_RECORD).values("value")),
            free_tags=ArraySubquery(Tag.objects.filter(**OF_RECORD).values("name")),
        )
        for record in records:
            yield Entry(
                object_id=record.pk,
                title=record.title,
                url=record.get_absolute_url(),
                label=record.get_type_display(),
                body=record.abstract,
                people=tuple(filter(None, record.people)),
                keywords=tuple(str(part) for part in _keywords(record) if part),
                detail=record.source,
                year=record.year,
            )


def _keywords(record: Any) -> Iterable[object]:
    """Yield what else somebody may know of the work and look for. Wants a record with the arrays of `entries`."""
    yield record.vernacular_title
    yield record.source
    yield record.container_abbreviation
    yield record.report_number
    yield record.department
    yield record.collection
    yield from record.headings
    yield from record.free_tags
    yield from record.numbers
