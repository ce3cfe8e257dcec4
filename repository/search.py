"""Make published records findable, and the texts of their files for those who may read the files."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import Left
from django.urls import reverse
from taggit.models import Tag

from kmportal.search.documents import MAX_PIECE, MAX_PIECES
from kmportal.search.sources import Audience as Reach
from kmportal.search.sources import Entry, Part
from repository import access
from repository.audience import Audience
from repository.models import Contribution, Identifier, Record, RecordFile, RecordSubject
from repository.models.file import Extraction
from repository.models.record import RecordQuerySet

OF_RECORD = {"record": OuterRef("pk")}
# Who finds what is for whom. The library finds everything: it keeps the records.
REACH = {
    Audience.OPEN: Reach.OPEN,
    Audience.STAFF: Reach.SIGNED_IN,
    Audience.GROUPS: Reach.GROUPS,
    Audience.LIBRARY: Reach.KEEPERS,
}
# Texts in memory at a time: each may have millions of characters.
TEXTS = 20


class RecordSource:
    kind = "record"
    plural = "Research records"
    keepers = "repository.view_record"
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

    def edit_many(self, user: Any) -> str:
        return reverse("repository:bulk_edit") if access.may_curate(user) else ""

    def entries(self, things: RecordQuerySet) -> Iterable[Entry]:
        # Names and words alone, in arrays: fetching their rows as objects would take five times as long.
        described = things.select_related("department", "collection").annotate(
            people=ArraySubquery(Contribution.objects.filter(**OF_RECORD).values("credited_as")),
            headings=ArraySubquery(RecordSubject.objects.filter(**OF_RECORD).values("term__label")),
            numbers=ArraySubquery(Identifier.objects.filter(**OF_RECORD).values("value")),
            free_tags=ArraySubquery(Tag.objects.filter(**OF_RECORD).values("name")),
            group_keys=_group_keys(Record),
            has_text=Exists(_readable_files().filter(**OF_RECORD)),
        )
        records = list(described.order_by("pk"))
        texts = _texts([record.pk for record in records if record.has_text])
        pk, parts = next(texts, (None, ()))
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
                audience=REACH[Audience(record.audience)],
                groups=frozenset(record.group_keys),
                parts=tuple(parts) if record.pk == pk else (),
            )
            if record.pk == pk:
                pk, parts = next(texts, (None, ()))


def _texts(keys: list[int]) -> Iterator[tuple[int, Iterable[Part]]]:
    """Yield the key of each record that has files with a text, in their order, and the texts: one query, or none."""
    if not keys:
        return
    files = (
        _readable_files()
        .filter(record__in=keys)
        .annotate(words=Left("content__text", MAX_PIECE * MAX_PIECES), group_keys=_group_keys(RecordFile))
        .order_by("record", "position", "pk")
        .values("record", "name", "audience", "group_keys", "words")
    )
    for pk, of_record in groupby(files.iterator(chunk_size=TEXTS), key=lambda file: file["record"]):
        yield (
            pk,
            (
                Part(file["words"], file["name"], REACH[Audience(file["audience"])], frozenset(file["group_keys"]))
                for file in of_record
            ),
        )


def _readable_files() -> Any:
    return RecordFile.objects.filter(content__extraction=Extraction.DONE)


def _group_keys(model: Any) -> ArraySubquery:
    """Return an array of the keys of the groups for which a record or a file is."""
    through = model.groups.through.objects.filter(**{model._meta.model_name: OuterRef("pk")})
    return ArraySubquery(through.values("group"))


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
