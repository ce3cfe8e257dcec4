"""Import small files in tests as the worker does, and tell what became of their records."""

import io

from repository.intake import batches
from repository.models import ImportBatch

OUTCOMES = ("added", "updated", "unchanged", "duplicates", "rejected")


def load_batch(*texts, name="alert.nbib", **fields):
    """Import the texts as one file, and return its batch as it then is."""
    content = "".join(texts).encode()
    batch = ImportBatch.objects.create(file_name=name, bytes_total=len(content), **fields)
    batches.run(batch, io.BytesIO(content))
    batch.refresh_from_db()
    return batch


def counts(batch):
    """Return the outcomes of a batch that are not nought."""
    return {name: getattr(batch, name) for name in OUTCOMES if getattr(batch, name)}


def rows_of(batch):
    """Return what became of each entry: (kind, line, label, decision)."""
    return list(batch.rows.order_by("line", "pk").values_list("kind", "line", "label", "decision"))
