"""Batches: files of records that are loaded in the background, with their progress and outcome on a page."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, deposits, exchange
from repository.exchange import UnreadableFile, table
from repository.intake import columns
from repository.intake.ended import refuse_unended
from repository.intake.importing import CHUNK, Summary, import_entries
from repository.models import Collection, ImportBatch, Record
from repository.models.batch import BatchState, Origin, Outcome, RowKind
from repository.status import Status

COUNTS = ("added", "updated", "unchanged", "duplicates", "rejected")


@transaction.atomic
def receive(
    file: File, *, name: str, collection: Collection | None, publish: bool, by: Any, origin: Origin = Origin.UPLOAD
) -> ImportBatch:
    """Keep a file and queue its import; return the batch, whose page shows how far it is.

    `by=None` is the portal itself. Raises NotAllowed where the person may not import, or asks to publish and may not.
    """
    if by is not None and not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
    if publish and by is not None and not access.may_publish(by):
        raise NotAllowed("You do not have permission to publish records: import them without publishing.")
    from repository.tasks import import_batch  # here, because the job itself calls this module

    batch = ImportBatch.objects.create(
        file_name=name[:300],
        file=file,
        bytes_total=file.size or 0,
        collection=collection,
        publish=publish,
        by=by,
        origin=origin,
    )
    jobs.later(import_batch, batch_pk=batch.pk)
    return batch


def receive_text(text: str, *, collection: Collection | None, publish: bool, by: Any) -> ImportBatch:
    """Keep pasted records as a file, and queue its import as `receive` does."""
    file = ContentFile(text.encode(), name="pasted.txt")
    return receive(file, name="Pasted text", collection=collection, publish=publish, by=by, origin=Origin.PASTE)


def run(
    batch: ImportBatch,
    stream: BinaryIO,
    *,
    named: Mapping[str, str] | None = None,
    after_chunk: Callable[[], None] = lambda: None,
) -> Summary:
    """Import the batch's file from the stream, keep its progress and outcome, and return what became of each record.

    `named` says what the columns of a table mean (see columns.py). Where nobody has said so and they are not all known,
    a batch whose file is kept waits to be told, and another fails. May run again after a crash: what went in before
    counts as it did then. What is wrong with the file is not raised: the batch says it. Whatever else is raised, the
    batch says that it was broken off. `after_chunk` is called after each chunk of records.
    """
    if batch.state in (BatchState.UNDOING, BatchState.UNDONE):
        raise NotAllowed("This import is undone.")
    batch.state, batch.failure, batch.finished_at = BatchState.RUNNING, "", None
    batch.save()
    # What an update took over must be known when it is undone: those entries do not come again.
    batch.rows.exclude(kind=RowKind.UPDATED).delete()
    summary = Summary()

    def keep_progress(counts: Summary) -> None:
        nonlocal summary
        summary = counts
        batch.bytes_read = min(stream.tell(), batch.bytes_total)
        take_counts(batch, summary)
        batch.save(update_fields=["bytes_read", *COUNTS])
        after_chunk()

    try:
        batch.format, meant = exchange.detect_in(stream), None
        if batch.format == table.KEY:
            meant, batch.columns = columns.meaning(stream, named=named)
        reading = exchange.read(stream, columns=meant)
        summary = import_entries(
            reading,
            source=reading.format,
            batch=batch,
            by=batch.by,
            publish=batch.publish,
            after_chunk=keep_progress,
        )
        batch.state = BatchState.DONE
        batch.bytes_read = batch.bytes_total
    except columns.ColumnsUnknown as question:
        batch.state = BatchState.COLUMNS if batch.file else BatchState.FAILED
        batch.failure = "" if batch.file else str(question)
    except (UnreadableFile, NotAllowed) as error:
        batch.state = BatchState.FAILED
        batch.failure = str(error)
    except BaseException:
        batch.state = BatchState.FAILED
        batch.failure = "This import was broken off. Import the file again: what went in before is not added twice."
        raise
    finally:
        batch.finished_at = timezone.now()
        take_counts(batch, summary)
        batch.save()
    return summary


def take_counts(batch: ImportBatch, summary: Summary) -> None:
    for name in COUNTS:
        setattr(batch, name, getattr(summary, name))


def waiting(batch: ImportBatch) -> QuerySet[Record]:
    """Return the records that the batch added and that wait for review."""
    added = Record.objects.filter(imported_from__batch=batch, imported_from__outcome=Outcome.ADDED)
    return added.filter(status=Status.SUBMITTED).order_by("pk")


def publish(batch: ImportBatch, *, by: Any, after_chunk: Callable[[int], object] = lambda number: None) -> int:
    """Publish what the batch added and still waits for review, and return how many records these were.

    One that may not be published yet, because somebody else has claimed it or its collection asks for a release, is
    passed over and goes on waiting. `after_chunk` is told how many have been published. Raises NotAllowed where the
    person may not publish, and where the import goes on or is undone.
    """
    if not access.may_publish(by):
        raise NotAllowed("You do not have permission to publish records.")
    _refuse_unended_now(batch)
    number, last = 0, 0
    while records := list(waiting(batch).filter(pk__gt=last)[:CHUNK]):
        _refuse_unended_now(batch)
        number, last = number + _publish(records, by), records[-1].pk
        after_chunk(number)
    return number


def _refuse_unended_now(batch: ImportBatch) -> None:
    batch.refresh_from_db(fields=["state"])
    refuse_unended(batch)


def _publish(records: list[Record], by: Any) -> int:
    try:
        # Without a note: it would stand in the conversation about each of them.
        deposits.move_together(records, ["publish"], by=by)
    except NotAllowed:
        if len(records) == 1:
            return 0
        # Somewhere among them: halves find the few without asking for each record alone.
        middle = len(records) // 2
        return _publish(records[:middle], by) + _publish(records[middle:], by)
    return len(records)
