"""Batches: files of records that are loaded in the background, with their progress and outcome on a page."""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, exchange
from repository.exchange import UnreadableFile
from repository.intake.importing import Summary, import_entries
from repository.models import Collection, ImportBatch
from repository.models.batch import BatchState

COUNTS = ("added", "updated", "unchanged", "duplicates", "rejected")


@transaction.atomic
def receive(upload: UploadedFile, *, collection: Collection | None, publish: bool, by: Any) -> ImportBatch:
    """Keep an uploaded file and queue its import; return the batch, whose page shows how far it is.

    Raises NotAllowed where the person may not import, or asks to publish and may not.
    """
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
    if publish and not access.may_publish(by):
        raise NotAllowed("You do not have permission to publish records: import them without publishing.")
    from repository.tasks import import_batch  # here, because the job itself calls this module

    batch = ImportBatch.objects.create(
        file_name=upload.name or "upload",
        file=upload,
        bytes_total=upload.size or 0,
        collection=collection,
        publish=publish,
        by=by,
    )
    jobs.later(import_batch, batch_pk=batch.pk)
    return batch


def run(batch: ImportBatch, stream: BinaryIO, *, after_chunk: Callable[[], None] = lambda: None) -> Summary:
    """Import the batch's file from the stream, keep its progress and outcome, and return what became of each record.

    May run again after a crash: what went in before counts as it did then. What is wrong with the file is not raised:
    the batch says it. Whatever else is raised, the batch says that it was broken off. `after_chunk` is called after
    each chunk of records.
    """
    batch.state, batch.failure, batch.finished_at = BatchState.RUNNING, "", None
    batch.save()
    summary = Summary()

    def keep_progress(counts: Summary) -> None:
        nonlocal summary
        summary = counts
        batch.bytes_read = min(stream.tell(), batch.bytes_total)
        _take_counts(batch, summary)
        batch.save(update_fields=["bytes_read", *COUNTS])
        after_chunk()

    try:
        summary = import_entries(
            exchange.read(stream), batch=batch, by=batch.by, publish=batch.publish, after_chunk=keep_progress
        )
        batch.state = BatchState.DONE
        batch.bytes_read = batch.bytes_total
    except (UnreadableFile, NotAllowed) as error:
        batch.state = BatchState.FAILED
        batch.failure = str(error)
    except BaseException:
        batch.state = BatchState.FAILED
        batch.failure = "This import was broken off. Import the file again: what went in before is not added twice."
        raise
    finally:
        batch.finished_at = timezone.now()
        batch.problems = [problem.to_json() for problem in summary.problems]
        batch.problems_left_out = summary.problems_left_out
        _take_counts(batch, summary)
        batch.save()
    return summary


def _take_counts(batch: ImportBatch, summary: Summary) -> None:
    for name in COUNTS:
        setattr(batch, name, getattr(summary, name))
