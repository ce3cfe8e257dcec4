"""Undo a batch: its records go again, and what it changed is as it was, save where somebody has worked on it since."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kmportal import jobs
from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.models import Link
from kmportal.people.models import Department
from kmportal.review_cycle.models import Confirmation
from repository import access, credits, record_parts, withdrawing
from repository.intake.completing import take_back
from repository.intake.ended import refuse_unended
from repository.intake.importing import CHUNK, lock, moves_to
from repository.intake.taking_over import CHANGED_BY_SOURCE, PUT_BACK, Change, take_over
from repository.models import BatchRow, ImportBatch, ImportedFrom, Record, RecordFile, ReviewNote, Submission
from repository.models.batch import BatchState, Decision, Outcome, RowKind
from repository.models.record import RecordQuerySet
from repository.status import Status
from repository.withdrawal import WithdrawalReason

_NOTE = f"{PUT_BACK}."
# In these states nobody may write a record but its depositor, or nobody at all.
_CLOSED = (Status.DRAFT, Status.RETURNED, Status.REJECTED, Status.WITHDRAWN)


@dataclass(frozen=True)
class Foresight:
    """What undoing a batch does, in records: those that go, those taken from readers, put back, and left alone."""

    deleted: int
    withdrawn: int
    put_back: int
    stay: int

    @property
    def total(self) -> int:
        """How many records there are to deal with."""
        return self.deleted + self.withdrawn + self.put_back


def foresee(batch: ImportBatch) -> Foresight:
    """Return what would become of the batch's records if it were undone now."""
    removed = _removable(batch).aggregate(all=Count("pk"), seen=Count("pk", filter=Q(published_at__isnull=False)))
    return Foresight(
        removed["all"] - removed["seen"], removed["seen"], _to_put_back(batch).count(), staying(batch).count()
    )


def staying(batch: ImportBatch) -> RecordQuerySet:
    """Return the records that undoing leaves as they are: somebody, or a later import, has worked on them since.

    Of a batch that is undone: those that it left.
    """
    rows = batch.rows.filter(record__imported_from__isnull=False)
    added = rows.filter(Q(kind=RowKind.ADDED) | Q(decision=Decision.ADD)).values("record")
    ours = Q(imported_from__batch=batch, imported_from__outcome=Outcome.ADDED) | Q(pk__in=added)
    changed = batch.rows.filter(before__isnull=False).exclude(pk__in=_to_put_back(batch).values("pk"))
    left = Record.objects.filter(ours)
    if batch.state != BatchState.UNDONE:
        left = left.exclude(pk__in=_removable(batch).values("pk"))
    return Record.objects.filter(Q(pk__in=left.values("pk")) | Q(pk__in=changed.values("record"))).order_by("pk")


@transaction.atomic
def undo_later(batch: ImportBatch, *, by: Any) -> None:
    """Begin to undo the batch in the background. Raises NotAllowed as `undo` does."""
    from repository.tasks import undo_batch  # here, because the job itself calls this module

    _begin(batch, by)
    if not any(name == undo_batch.name for name, _ in jobs.unfinished(batch_pk=batch.pk)):
        jobs.later(undo_batch, batch_pk=batch.pk, by_pk=by.pk)


def undo(batch: ImportBatch, *, by: Any, after_chunk: Callable[[int], object] = lambda n: None) -> None:
    """Undo the batch, chunk by chunk; where it is stopped it goes on from there when called again.

    What nobody has seen is deleted; what is before readers is withdrawn, and its page says so. A record on which
    somebody has worked since stays, and still says that it came from the batch. `after_chunk` is told how many records
    have been dealt with. Raises NotAllowed where the person may not, or the batch is undone or not at its end.
    """
    _begin(batch, by)
    number, last = 0, 0
    while keys := list(_removable(batch).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            lock()
            _remove(list(_removable(batch).filter(pk__in=keys)), by)
        number, last = number + len(keys), keys[-1]
        after_chunk(number)
    last = 0
    while keys := list(_to_put_back(batch).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            lock()
            _put_back(list(_to_put_back(batch).filter(pk__in=keys).select_related("record").order_by("pk")), batch, by)
        number, last = number + len(keys), keys[-1]
        after_chunk(number)
    batch.state, batch.undone_at, batch.undone_by = BatchState.UNDONE, timezone.now(), by
    batch.save(update_fields=["state", "undone_at", "undone_by"])


@transaction.atomic
def _begin(batch: ImportBatch, by: Any) -> None:
    """Mark the batch as being undone, so that nobody decides about it or publishes it meanwhile."""
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
    batch.state = ImportBatch.objects.select_for_update().get(pk=batch.pk).state
    if batch.state == BatchState.UNDOING:
        return
    refuse_unended(batch)
    if not access.may_withdraw(by) and _removable(batch).filter(published_at__isnull=False).exists():
        raise NotAllowed("Readers have records of this import, and you do not have permission to withdraw records.")
    batch.state = BatchState.UNDOING
    batch.save(update_fields=["state"])


def _removable(batch: ImportBatch) -> QuerySet[Record]:
    """Return the records that the batch added and nobody has worked on since."""
    kind = ContentType.objects.get_for_model(Record)
    of_record = {"record": OuterRef("pk")}
    about = {"content_type": kind, "object_id": OuterRef("pk")}
    by_people = Edit.objects.filter(**about).exclude(reason__in=(CHANGED_BY_SOURCE, PUT_BACK))
    worked_on = (
        Exists(by_people)
        | Exists(StatusChange.objects.filter(**about).exclude(move__in=moves_to(publish=True)))
        | Exists(Confirmation.objects.filter(**about))
        | Exists(RecordFile.objects.filter(**of_record))
        | Exists(ReviewNote.objects.filter(**of_record))
        | Exists(Submission.objects.waiting().filter(reviewer__isnull=False, **of_record))
        | Exists(Record.objects.filter(Q(first_version=OuterRef("pk")) | Q(replacement=OuterRef("pk"))))
        | Exists(Link.objects.filter(Q(source_type=kind, source_id=OuterRef("pk"))))
        | Exists(Link.objects.filter(Q(target_type=kind, target_id=OuterRef("pk"))))
    )
    came = Record.objects.filter(imported_from__batch=batch, imported_from__outcome=Outcome.ADDED)
    registered = Q(published_at=None, doi_registration__isnull=False)
    return came.exclude(status=Status.WITHDRAWN).exclude(worked_on).exclude(registered)


def _to_put_back(batch: ImportBatch) -> QuerySet[BatchRow]:
    """Return the rows of the batch whose record can say again what it said before.

    After a later import has changed it too, it is that import which knows what it said.
    """
    still_ours = Q(
        kind=RowKind.UPDATED,
        record__imported_from__batch=batch,
        record__imported_from__outcome=Outcome.UPDATED,
    )
    completed = Q(decision=Decision.COMPLETE, record__isnull=False) & ~Q(record__status__in=_CLOSED)
    return batch.rows.filter(still_ours | completed, before__isnull=False)


def _remove(records: list[Record], by: Any) -> None:
    """Withdraw the records that readers have had, and delete the others."""
    ImportedFrom.objects.filter(record__in=records).delete()
    for record in records:
        if record.published_at:
            withdrawing.withdraw(record, by=by, reason=WithdrawalReason.OTHER, note=_NOTE)
    unseen = Record.objects.filter(pk__in=[record.pk for record in records if not record.published_at])
    keys = list(unseen.values_list("pk", flat=True))
    people = list(unseen.values_list("contributions__contributor", flat=True).distinct())
    tags = list(unseen.values_list("tags", flat=True).distinct())
    unseen.delete()
    kind = ContentType.objects.get_for_model(Record)
    for history in (Edit, StatusChange):
        history.objects.filter(content_type=kind, object_id__in=keys).delete()
    credits.forget_unused(key for key in people if key)
    record_parts.forget_unused_tags(key for key in tags if key)


def _put_back(rows: list[BatchRow], batch: ImportBatch, by: Any) -> None:
    """Let records say what they said before, and forget what that was: it is done."""
    came = ImportedFrom.objects.filter(batch=batch, outcome=Outcome.UPDATED)
    imported = {row.record_id: row for row in came.filter(record__in=[row.record_id for row in rows])}
    departments = set(Department.objects.values_list("pk", flat=True))
    earlier = set(
        ImportBatch.objects.filter(pk__in=[(row.before or {}).get("batch") for row in rows]).values_list(
            "pk", flat=True
        )
    )
    changes = []
    for row in rows:
        before: Any = row.before
        if row.record is None:
            continue
        if row.kind == RowKind.UPDATED:
            for credit in before["said"].get("contributors", ()):
                if credit.get("department") not in departments:
                    credit.pop("department", None)
            brought_by = before["batch"] if before["batch"] in earlier else None
            changes.append(
                Change(imported[row.record.pk], before["said"], before["fingerprint"], brought_by, before["outcome"])
            )
        else:
            take_back(row.record, row.said or {}, before, by=by, reason=PUT_BACK)
    take_over(changes, by=by, reason=PUT_BACK)
    BatchRow.objects.filter(pk__in=[row.pk for row in rows]).update(before=None)
