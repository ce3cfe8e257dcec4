"""The repository's background jobs."""

from kmportal.jobs import job
from repository.intake import batches
from repository.models import ImportBatch


@job()
def import_batch(batch_pk: int) -> None:
    """Import an uploaded file of records."""
    batch = ImportBatch.objects.select_related("collection", "by").get(pk=batch_pk)
    with batch.file.open("rb") as stored:
        batches.run(batch, stored.file)
