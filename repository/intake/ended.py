"""Whether an import has come to its end, so that what it brought can be decided about, published or undone."""

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository.models import ImportBatch
from repository.models.batch import BatchState


def refuse_unended(batch: ImportBatch) -> None:
    """Raise NotAllowed where the import goes on, is to be tried again after a failure, or is undone."""
    if batch.state in (BatchState.UNDOING, BatchState.UNDONE):
        raise NotAllowed("This import is undone.")
    if not has_ended(batch):
        raise NotAllowed("Wait until the import has come to its end.")


def has_ended(batch: ImportBatch) -> bool:
    """Tell whether the import has come to its end and is not undone."""
    return batch.state == BatchState.DONE or (batch.state == BatchState.FAILED and not _is_tried_again(batch))


def _is_tried_again(batch: ImportBatch) -> bool:
    """Tell whether the worker will import the file once more: after a failure it does so three times."""
    return any(name == "repository.tasks.import_batch" for name, _ in jobs.unfinished(batch_pk=batch.pk))
