"""Erase a record for legal reasons, such as a court's order or a person's right: the one way in which something goes.

Of the record stay its number and address, that it was here and when, and how often it was used. An Erasure says who
erased it and on what ground, and names the content by its SHA-256, so that a restored backup can be cleared of it too.
"""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import MissingPermission, NotAllowed
from kmportal.links.models import Link
from kmportal.mail import posting
from kmportal.mail.models import OutgoingMail
from kmportal.review_cycle.models import Confirmation, Flag, Reminder
from kmportal.search import indexing
from repository import access, files, record_parts
from repository.models import (
    BatchRow,
    Contributor,
    Erasure,
    FixityFinding,
    Follow,
    ImportBatch,
    ImportedFrom,
    Lookalike,
    Operation,
    Record,
    ReviewNote,
    StoredContent,
    Submission,
)
from repository.models.curation import OperationKind
from repository.models.submission import SubmissionOutcome
from repository.status import Status
from repository.withdrawal import WithdrawalReason

TITLE = "Erased record"
# Columns that say nothing of the work; the collection, because those who harvest it alone must hear that this is gone.
# Every other one goes back to its default, those of the future too.
_KEPT = frozenset(
    {
        *("id", "type", "status", "audience", "collection", "first_version", "version"),
        *("created_at", "changed_at", "published_at", "opened_at"),
    }
)


@transaction.atomic
def erase(record: Record, *, by: Any, ground: str) -> Erasure:
    """Erase what the record says, its files and everything that was said of it, and return the proof of it.

    Content that another record's file shares stays; the rest leaves the file store once this is committed. Other
    versions of the work are records of their own. Raises NotAllowed (MissingPermission) for those who may not, without
    a ground, for what is erased already, and while the import that brought it goes on.
    """
    if not access.may_erase(by):
        raise MissingPermission("Only an administrator can erase a record.")
    if not ground.strip():
        raise NotAllowed("Give the legal ground.")
    # Operations first, as undoing one locks it before its records.
    _erase_from_operations(record, by)
    fresh = Record.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if fresh.withdrawal_reason == WithdrawalReason.LEGAL:
        raise NotAllowed("This record is erased already.")
    _erase_import(fresh)
    _erase_mail(fresh)
    contents = _erase_files(fresh)
    _erase_rows(fresh)
    _erase_columns(fresh, by)
    indexing.refresh([fresh])
    record.refresh_from_db()
    return Erasure.objects.create(record_id=fresh.pk, by=by, ground=ground.strip(), contents=contents)


def _erase_files(record: Record) -> list[str]:
    """Delete the files of the record, and return the SHA-256 of the contents that went with them, being unshared."""
    mine = sorted(set(record.files.values_list("content", flat=True)))
    record.files.all().delete()
    files.discard_unused(mine)
    shared = set(StoredContent.objects.filter(pk__in=mine).values_list("pk", flat=True))
    gone = [sha256 for sha256 in mine if sha256 not in shared]
    FixityFinding.objects.filter(sha256__in=gone).delete()
    return gone


def _erase_import(record: Record) -> None:
    """Delete what imports have kept of the record, and the file that it came with; what else was in it stays."""
    BatchRow.objects.filter(Q(record=record) | Q(candidate=record)).delete()
    batch = ImportBatch.objects.select_for_update(of=("self",)).filter(items__record=record).first()
    if batch is None or not batch.file:
        return
    if batch.finished_at is None:
        raise NotAllowed("The import that brought this record goes on. Erase the record once it has ended.")
    storage, name = batch.file.storage, str(batch.file.name)
    transaction.on_commit(lambda: storage.delete(name))
    ImportBatch.objects.filter(pk=batch.pk).update(file="")


def _erase_mail(record: Record) -> None:
    """Delete the portal's copies of what it wrote about the record; what nobody has sent yet stays unsent."""
    told = Q(text__contains=f"“{record.title}”")
    for page in ("record", "review"):
        told |= Q(text__contains=posting.absolute(reverse(f"repository:{page}", args=[record.pk])))
    OutgoingMail.objects.filter(told).delete()


def _erase_rows(record: Record) -> None:
    """Delete the rows that describe the record, and of its history what could tell what it said."""
    people = set(record.contributions.values_list("contributor", flat=True))
    record.contributions.all().delete()
    # Whoever is named nowhere else, and is no colleague, was known by this record alone.
    Contributor.objects.filter(pk__in=people, contributions=None, user=None, merged=None).delete()
    record.identifiers.all().delete()
    record.subjects.all().delete()
    tags = list(record.tags.values_list("pk", flat=True))
    record.tags.clear()
    record_parts.forget_unused_tags(tags)
    ImportedFrom.objects.filter(record=record).delete()
    ReviewNote.objects.filter(record=record).delete()
    Submission.objects.filter(record=record).update(returned_as=None)
    Submission.objects.waiting().filter(record=record).update(
        ended_at=timezone.now(), outcome=SubmissionOutcome.REJECTED
    )
    Follow.objects.filter(record=record).delete()
    Link.objects.of(record).delete()
    Edit.objects.of(record).delete()
    StatusChange.objects.of(record).update(note="")
    kind = ContentType.objects.get_for_model(Record)
    for model in (Confirmation, Flag, Reminder):
        model._default_manager.filter(content_type=kind, object_id=record.pk).delete()
    for end in ("first_id", "second_id"):
        Lookalike.objects.filter(content_type=kind, **{end: record.pk}).delete()
    LogEntry.objects.filter(content_type=kind, object_id=str(record.pk)).update(object_repr=TITLE, change_message="")


def _erase_from_operations(record: Record, by: Any) -> None:
    """Take what the record said out of the notes by which merges and bulk edits are undone: they cannot be any more."""
    mine = Q(changes__keep=record.pk) | Q(changes__drop=record.pk)
    for merge in Operation.objects.select_for_update().filter(mine, kind=OperationKind.MERGE_RECORDS):
        merge.summary = (
            f"Merged record {merge.changes['drop']} into record {merge.changes['keep']}; one is erased since"
        )
        merge.changes = {"keep": merge.changes["keep"], "drop": merge.changes["drop"]}
        if merge.undone_at is None:
            merge.undone_at, merge.undone_by = timezone.now(), by
        merge.save()
    named = Q(changes__rows__contains=[{"id": record.pk}]) | Q(changes__left__contains=[[record.pk]])
    for bulk in Operation.objects.select_for_update().filter(named, kind=OperationKind.BULK_EDIT):
        bulk.changes["rows"] = [row for row in bulk.changes["rows"] if row["id"] != record.pk]
        bulk.changes["left"] = [row for row in bulk.changes["left"] if row[0] != record.pk]
        bulk.save(update_fields=["changes"])
    places = Q(changes__dropped__contains=[{"record_id": record.pk}])
    for merge in Operation.objects.select_for_update().filter(places, kind=OperationKind.MERGE_CONTRIBUTORS):
        merge.changes["dropped"] = [row for row in merge.changes["dropped"] if row["record_id"] != record.pk]
        merge.save(update_fields=["changes"])


def _erase_columns(record: Record, by: Any) -> None:
    """Make a tombstone of the record, whatever state it was in; its history says so."""
    before = record.status
    for field in Record._meta.concrete_fields:
        if field.name not in _KEPT and not field.generated:
            setattr(record, field.attname, field.get_default())
    record.title = TITLE
    record.status = Status.WITHDRAWN
    record.withdrawal_reason = WithdrawalReason.LEGAL
    record.changed_at = timezone.now()
    record.save()
    StatusChange.objects.create(thing=record, move="erase", source=before, target=record.status, by=by)
