"""Subjects and tags: merge two that are one, and take away what nothing uses; merges can be undone."""

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from taggit.models import Tag, TaggedItem

from kmportal.lifecycle.edits import Change
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import tasks
from repository.curation.pairs import decide, reopen
from repository.curation.permission import refuse_others
from repository.models import Operation, Record, RecordSubject, SubjectTerm
from repository.models.curation import OperationKind

# What a record's heading says, kept of one that goes because the other is on the record already.
SUBJECT = ("id", "record_id", "term_id", "position", "major", "qualifiers")
TAGGING = ("id", "tag_id", "content_type_id", "object_id")


@transaction.atomic
def merge_subjects(*, kept: SubjectTerm, merged: SubjectTerm, by: Any) -> Operation:
    """Make one heading of two: what has `merged` has `kept`, once, and `merged` goes. Raises NotAllowed."""
    refuse_others(by)
    terms = _locked(SubjectTerm, kept, merged)
    kept, merged = terms[kept.pk], terms[merged.pk]
    uses = RecordSubject.objects.filter(term=merged)
    has_both = Exists(RecordSubject.objects.filter(term=kept, record=OuterRef("record")))
    dropped = list(uses.filter(has_both).values(*SUBJECT))
    moved = list(uses.exclude(has_both).values_list("pk", "record_id"))
    changes: dict[str, Any] = {
        "kept": kept.pk,
        "merged": {"id": merged.pk, "scheme": merged.scheme, "label": merged.label, "code": merged.code},
        "moved": [pk for pk, _ in moved],
        "dropped": dropped,
    }
    uses.filter(has_both).delete()
    RecordSubject.objects.filter(pk__in=changes["moved"]).update(term=kept)
    records = [*(record for _, record in moved), *(row["record_id"] for row in dropped)]
    _note({ContentType.objects.get_for_model(Record).pk: records}, "subjects", "Subjects", merged.label, kept.label, by)
    operation = _written(OperationKind.MERGE_TERMS, "subject", merged.label, kept.label, len(records), changes, by)
    decide(SubjectTerm, kept.pk, merged.pk, "merged", by=by)
    merged.delete()
    tasks.follow([kept])
    return operation


@transaction.atomic
def undo_merge_subjects(operation: Operation, *, by: Any) -> list[str]:
    """Make the heading that went anew, and give it back to what had it. Return a sentence for what is left alone."""
    changes = operation.changes
    kept = SubjectTerm.objects.select_for_update().filter(pk=changes["kept"]).first()
    gone = changes["merged"]
    if kept is None:
        raise NotAllowed("The heading has been merged into another one since. Undo that first.")
    if SubjectTerm.objects.filter(scheme=gone["scheme"], label=gone["label"]).exists():
        raise NotAllowed(f"There is a heading “{gone['label']}” again.")
    merged = SubjectTerm(**gone)
    merged.save(force_insert=True)
    uses = RecordSubject.objects.filter(pk__in=changes["moved"], term=kept)
    records = list(uses.values_list("record_id", flat=True))
    moved = uses.update(term=merged)
    there = set(
        Record.objects.filter(pk__in=[row["record_id"] for row in changes["dropped"]]).values_list("pk", flat=True)
    )
    restored = [RecordSubject(**row) for row in changes["dropped"] if row["record_id"] in there]
    RecordSubject.objects.bulk_create(restored)
    records += [row.record_id for row in restored]
    _note({ContentType.objects.get_for_model(Record).pk: records}, "subjects", "Subjects", kept.label, merged.label, by)
    reopen(SubjectTerm, kept.pk, merged.pk)
    tasks.follow([kept])
    tasks.follow([merged])
    return _left(len(changes["moved"]) + len(changes["dropped"]) - moved - len(restored))


@transaction.atomic
def merge_tags(*, kept: Tag, merged: Tag, by: Any) -> Operation:
    """Make one tag of two, on whatever has it: records, lessons and the like. Raises NotAllowed."""
    refuse_others(by)
    tags = _locked(Tag, kept, merged)
    kept, merged = tags[kept.pk], tags[merged.pk]
    uses = TaggedItem.objects.filter(tag=merged)
    same = TaggedItem.objects.filter(tag=kept, content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
    dropped = list(uses.filter(Exists(same)).values(*TAGGING))
    moved = list(uses.exclude(Exists(same)).values(*TAGGING))
    changes: dict[str, Any] = {
        "kept": kept.pk,
        "merged": {"id": merged.pk, "name": merged.name, "slug": merged.slug},
        "moved": [row["id"] for row in moved],
        "dropped": dropped,
    }
    uses.filter(Exists(same)).delete()
    TaggedItem.objects.filter(pk__in=changes["moved"]).update(tag=kept)
    _note(_by_model([*moved, *dropped]), "tags", "Tags", merged.name, kept.name, by)
    number = len(moved) + len(dropped)
    operation = _written(OperationKind.MERGE_TAGS, "tag", merged.name, kept.name, number, changes, by)
    decide(Tag, kept.pk, merged.pk, "merged", by=by)
    merged.delete()
    tasks.follow([kept])
    return operation


@transaction.atomic
def undo_merge_tags(operation: Operation, *, by: Any) -> list[str]:
    """Make the tag that went anew, and give it back to what had it. Return a sentence for what is left alone."""
    changes = operation.changes
    kept = Tag.objects.select_for_update().filter(pk=changes["kept"]).first()
    gone = changes["merged"]
    if kept is None:
        raise NotAllowed("The tag has been merged into another one since. Undo that first.")
    if Tag.objects.filter(name__iexact=gone["name"]).exists() or Tag.objects.filter(slug=gone["slug"]).exists():
        raise NotAllowed(f"There is a tag “{gone['name']}” again.")
    merged = Tag(id=gone["id"], name=gone["name"], slug=gone["slug"])
    merged.save(force_insert=True)
    uses = TaggedItem.objects.filter(pk__in=changes["moved"], tag=kept)
    rows = list(uses.values(*TAGGING))
    moved = uses.update(tag=merged)
    still_tagged = TaggedItem.objects.filter(tag=kept).values_list("content_type_id", "object_id")
    there = set(still_tagged) if changes["dropped"] else set()
    restored = [row for row in changes["dropped"] if (row["content_type_id"], row["object_id"]) in there]
    TaggedItem.objects.bulk_create(TaggedItem(**row) for row in restored)
    _note(_by_model([*rows, *restored]), "tags", "Tags", kept.name, merged.name, by)
    reopen(Tag, kept.pk, merged.pk)
    tasks.follow([kept])
    tasks.follow([merged])
    return _left(len(changes["moved"]) + len(changes["dropped"]) - moved - len(restored))


def remove_unused(model: type[Any], keys: Collection[int], *, by: Any) -> int:
    """Take away those of the headings or tags that nothing uses, and return how many. Raises NotAllowed."""
    refuse_others(by)
    rows = unused(model).filter(pk__in=keys)
    number, _ = model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    return number


def unused(model: type[Any]) -> Any:
    """Return the headings or tags that nothing uses."""
    uses = {
        SubjectTerm: RecordSubject.objects.filter(term=OuterRef("pk")),
        Tag: TaggedItem.objects.filter(tag=OuterRef("pk")),
    }
    return model.objects.filter(~Exists(uses[model]))


def _locked(model: type[Any], kept: Any, merged: Any) -> dict[int, Any]:
    things = model.objects.select_for_update().order_by("pk").in_bulk([kept.pk, merged.pk])
    if len(things) < 2:
        raise NotAllowed("Choose two that are still there.")
    return things


def _by_model(rows: Collection[dict[str, Any]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["content_type_id"], []).append(row["object_id"])
    return found


def _note(things: dict[int, list[int]], part: str, label: str, before: str, after: str, by: Any) -> None:
    """Write the history of everything that had one word and has the other now, and mark the records as changed."""
    changes = [vars(Change(part, label, before, after))]
    now = timezone.now()
    Edit.objects.bulk_create(
        (
            Edit(content_type_id=kind, object_id=pk, by=by, at=now, changes=changes)
            for kind, keys in things.items()
            for pk in keys
        ),
        batch_size=1_000,
    )
    records = things.get(ContentType.objects.get_for_model(Record).pk, ())
    Record.objects.filter(pk__in=records).update(changed_at=now)


def _written(kind: str, noun: str, merged: str, kept: str, number: int, changes: dict[str, Any], by: Any) -> Operation:
    used = f"{number:,} use{'' if number == 1 else 's'}"
    summary = f"Merged the {noun} “{merged}” into “{kept}” ({used})"
    return Operation.objects.create(kind=kind, summary=summary[:500], by=by, changes=changes)


def _left(number: int) -> list[str]:
    if not number:
        return []
    return [f"{number:,} use{' was' if number == 1 else 's were'} left alone: they have been changed since."]
