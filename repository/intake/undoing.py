"""Undo a batch: its records go again, and what it changed is as it was, save where somebody has worked on it since."""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.models import Link
from kmportal.people.models import Department
from repository import access, credits, record_parts, withdrawing
from repository.intake.completing import take_back
from repository.intake.importing import CHUNK, lock, moves_to
from repository.intake.taking_over import Change, take_over
from repository.models import BatchRow, ImportBatch, ImportedFrom, Record, RecordFile, ReviewNote, Submission
from repository.models.batch import BatchState, Decision, Outcome, RowKind
from repository.status import Status
from repository.withdrawal import WithdrawalReason

# States of a batch that can be undone.
ENDED = (BatchState.DONE, BatchState.FAILED)
_NOTE = "The import that brought it was undone."


def undo(batch: ImportBatch, *, by: Any, after_chunk: Callable[[int], object] = lambda n: None) -> None:
    """Undo the batch, chunk by chunk; where it is stopped it goes on from there when called again.

    What nobody has seen is deleted; what is before readers is withdrawn, and its page says so. A record on which
    somebody has worked since stays, and still says that it came from the batch. `after_chunk` is told how many records
    have been dealt with. Raises NotAllowed where the person may not import, or the batch has not come to its end.
    """
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
    if batch.state not in ENDED:
        raise NotAllowed("Wait until the import has come to its end.")
    number, last = 0, 0
    while keys := list(_added(batch).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            lock()
            _remove(list(_added(batch).filter(pk__in=keys)), batch, by)
        number, last = number + len(keys), keys[-1]
        after_chunk(number)
    last = 0
    changed = batch.rows.filter(Q(kind=RowKind.UPDATED) | Q(decision=Decision.COMPLETE)).exclude(before=None)
    while rows := list(changed.filter(pk__gt=last).select_related("record").order_by("pk")[:CHUNK]):
        with transaction.atomic():
            lock()
            _put_back(rows, batch, by)
        number, last = number + len(rows), rows[-1].pk
        after_chunk(number)
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, timezone.now(), by
    batch.save(update_fields=["state", "undone_at", "undone_by"])


def _added(batch: ImportBatch) -> Any:
    """Return the records that the batch added and nobody has worked on since."""
    kind = ContentType.objects.get_for_model(Record)
    of_record = {"record": OuterRef("pk")}
    about = {"content_type": kind, "object_id": OuterRef("pk")}
    own_moves = moves_to(publish=True)
    worked_on = (
        Exists(Edit.objects.filter(**about))
        | Exists(StatusChange.objects.filter(**about).exclude(move__in=own_moves))
        | Exists(RecordFile.objects.filter(**of_record))
        | Exists(ReviewNote.objects.filter(**of_record))
        | Exists(Submission.objects.waiting().filter(reviewer__isnull=False, **of_record))
        | Exists(Record.objects.filter(Q(first_version=OuterRef("pk")) | Q(replacement=OuterRef("pk"))))
        | Exists(Link.objects.filter(Q(source_type=kind, source_id=OuterRef("pk"))))
        | Exists(Link.objects.filter(Q(target_type=kind, target_id=OuterRef("pk"))))
    )
    came = Record.objects.filter(imported_from__batch=batch, imported_from__outcome=Outcome.ADDED)
    return came.exclude(status=Status.WITHDRAWN).exclude(worked_on)


def _remove(records: list[Record], batch: ImportBatch, by: Any) -> None:
    """Withdraw the records that readers have had, and delete the others."""
    ImportedFrom.objects.filter(record__in=records).delete()
    for record in records:
        if record.published_at:
            withdrawing.withdraw(record, by=by, reason=WithdrawalReason.OTHER, note=_NOTE)
    unseen = Record.objects.filter(pk__in=[record.pk for record in records if not record.published_at])
    people = list(unseen.values_list("contributions__contributor", flat=True).distinct())
    tags = list(unseen.values_list("tags", flat=True).distinct())
    unseen.delete()
    credits.forget_unused(key for key in people if key)
    record_parts.forget_unused_tags(key for key in tags if key)


def _put_back(rows: list[BatchRow], batch: ImportBatch, by: Any) -> None:
    """Let records say what they said before, and forget what that was: it is done."""
    came = ImportedFrom.objects.filter(batch=batch, outcome=Outcome.UPDATED)
    imported = {row.record_id: row for row in came.filter(record__in=[row.record_id for row in rows])}
    departments = set(Department.objects.values_list("pk", flat=True))
    changes = []
    for row in rows:
        if row.record is None:
            continue
        if row.kind == RowKind.UPDATED and row.record_id in imported:
            before = row.before
            for credit in before["said"].get("contributors", ()):
                if credit.get("department") not in departments:
                    credit.pop("department", None)
            changes.append(
                Change(
                    imported[row.record_id], before["said"], before["fingerprint"], before["batch"], before["outcome"]
                )
            )
        elif row.decision == Decision.COMPLETE:
            take_back(row.record, row.said, row.before, by=by, reason=_NOTE)
    take_over(changes, by=by, reason=_NOTE)
    BatchRow.objects.filter(pk__in=[row.pk for row in rows]).update(before=None)
