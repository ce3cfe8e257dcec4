"""The parts of a record as the deposit form has them: read from the record, and written to it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from taggit.models import Tag, TaggedItem

from kmportal.people import tags
from repository import credits
from repository.access import DEPOSITORS_STATES
from repository.audience import Audience
from repository.identifiers import Scheme
from repository.models import Contribution, Identifier, Record, RecordFile, RecordSubject, SubjectTerm
from repository.models.subject import SubjectScheme
from repository.record_types import DETAILS

DETAIL_FIELDS: tuple[str, ...] = tuple(dict.fromkeys(field for fields in DETAILS.values() for field in fields))
# Parts that are a column each, under its own name.
COLUMNS = (
    *("type", "title", "abstract", "issued", "licence", "collection", "department", "version_note"),
    *("owner", "deputy", "review_months", *DETAIL_FIELDS),
)
IDENTIFIERS = {"doi": Scheme.DOI, "pmid": Scheme.PMID}

Parts = dict[str, Any]


def for_parts(records: Any) -> Any:
    """Return the queryset of records so that `read` asks nothing more: two queries, whatever they hold.

    Each also has its `file_lines`: name and size of each file, in order.
    """
    number = models.OuterRef("pk")
    tagged = TaggedItem.objects.filter(content_type=ContentType.objects.get_for_model(Record), object_id=number)
    identified = Identifier.objects.filter(record=number).order_by("pk")
    subjects = RecordSubject.objects.filter(record=number).order_by("position", "pk")
    groups = Record.groups.through.objects.filter(record=number).order_by("group")
    files = RecordFile.objects.filter(record=number).order_by("position", "pk")
    return (
        records.select_related("collection", "department", "depositor", "entered_by", "owner", "deputy")
        .annotate(
            tag_names=ArraySubquery(tagged.order_by("tag__name").values("tag__name")),
            numbers=ArraySubquery(identified.values(pair=JSONObject(scheme="scheme", value="value"))),
            subject_labels=ArraySubquery(subjects.values("term__label")),
            group_keys=ArraySubquery(groups.values("group")),
            file_lines=ArraySubquery(files.values(line=JSONObject(name="name", size="size"))),
        )
        .prefetch_related(
            models.Prefetch("contributions", Contribution.objects.select_related("contributor")),
        )
    )


def read(record: Any) -> Parts:
    """Return every part of a record that comes from `for_parts()`, under the names of the form's fields."""
    numbers = dict.fromkeys(IDENTIFIERS, "")
    for pair in reversed(record.numbers):
        if pair["scheme"] in numbers:
            numbers[pair["scheme"]] = pair["value"]
    return {
        **{column: getattr(record, column) for column in COLUMNS},
        **numbers,
        "authors": credits.rows_of(record.contributions.all()),
        "subjects": record.subject_labels,
        "tags": tags.join(Tag(name=name) for name in record.tag_names),
        # While an embargo runs the library alone reads it, and what was asked for is what comes after.
        "audience": record.audience_after if record.embargo_until else record.audience,
        "groups": record.group_keys,
        "embargo_until": record.embargo_until,
        "embargo_reason": record.embargo_reason,
        "depositor": record.depositor if record.entered_by_id else None,
    }


def write(record: Record, parts: Parts) -> None:
    """Set these parts of a record that is locked; its columns are left for the caller to save.

    `depositor` None gives the deposit back to whoever entered it.
    """
    for column in COLUMNS:
        if column in parts:
            setattr(record, column, parts[column])
    for name, scheme in IDENTIFIERS.items():
        if name in parts:
            _write_identifier(record, scheme, parts[name])
    if "authors" in parts:
        _write_authors(record, parts["authors"])
    if "subjects" in parts:
        _write_subjects(record, parts["subjects"])
    if "tags" in parts:
        _write_tags(record, parts["tags"])
    if "groups" in parts:
        record.groups.set(parts["groups"])
    if {"audience", "embargo_until", "embargo_reason"} & set(parts):
        _write_access(record, parts)
    if "depositor" in parts:
        give_to(record, parts["depositor"])


def _write_identifier(record: Record, scheme: Scheme, value: str) -> None:
    """Put the number in the place of the first one of its scheme; others that a librarian gave stay."""
    first = record.identifiers.filter(scheme=scheme).first()
    if first:
        first.delete()
    if value:
        Identifier.objects.get_or_create(record=record, scheme=scheme, value=value)


def _write_authors(record: Record, rows: list[credits.Row]) -> None:
    before = [credit.contributor_id for credit in record.contributions.all()]
    credits.write(record, rows)
    if record.status in DEPOSITORS_STATES:
        credits.forget_unused(before)


def _write_subjects(record: Record, labels: list[str]) -> None:
    """Keep the headings that stay, with their qualifiers, and add those that are new and still in use."""
    standing = {subject.term.label: subject for subject in record.subjects.select_related("term")}
    record.subjects.exclude(term__label__in=labels).delete()
    found = SubjectTerm.objects.filter(label__in=labels)
    # Where several vocabularies have the heading, that of MeSH is meant.
    terms = {term.label: term for term in sorted(found, key=lambda term: term.scheme == SubjectScheme.MESH)}
    kept, new = [], []
    for position, label in enumerate(labels):
        if subject := standing.get(label):
            subject.position = position
            kept.append(subject)
        elif term := terms.get(label):
            new.append(RecordSubject(record=record, term=term, position=position))
    RecordSubject.objects.bulk_update(kept, ["position"])
    RecordSubject.objects.bulk_create(new)


def _write_tags(record: Record, text: str) -> None:
    before = [tag.pk for tag in record.tags.all()]
    record.tags.set(tags.split(text))
    if record.status in DEPOSITORS_STATES:
        forget_unused_tags(before)


def forget_unused_tags(keys: Iterable[int]) -> None:
    """Delete those of the tags (by key) that nothing has any more."""
    Tag.objects.filter(pk__in=keys).exclude(pk__in=TaggedItem.objects.values("tag")).delete()


def _write_access(record: Record, parts: Parts) -> None:
    """Store who may read it; while an embargo is asked for, only the library may, until its day."""
    audience = parts.get("audience", record.audience_after if record.embargo_until else record.audience)
    record.embargo_until = parts.get("embargo_until", record.embargo_until)
    record.embargo_reason = parts.get("embargo_reason", record.embargo_reason) if record.embargo_until else ""
    record.audience = Audience.LIBRARY if record.embargo_until else audience
    record.audience_after = audience if record.embargo_until else ""


def give_to(record: Record, colleague: Any) -> None:
    """Make the colleague its depositor, and keep who entered it; None gives it back to whoever did."""
    entered_by = record.entered_by or record.depositor
    record.depositor = colleague or entered_by
    record.entered_by = entered_by if colleague and colleague != entered_by else None
