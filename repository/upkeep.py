"""Keep records in step with what they share: when a heading or a name is changed, the search must know."""

from django.db import transaction
from django.utils import timezone

from kmportal.search import indexing
from repository.models import Record

CHUNK = 500

# How records are joined to each thing that they share.
_PATHS = {
    "repository.contributor": "contributions__contributor",
    "repository.subjectterm": "subjects__term",
    "repository.collection": "collection",
    "taggit.tag": "tags",
}


def refresh_records_that_share(model: str, pk: int) -> int:
    """Mark the records that have the thing as changed now and renew what the search holds of them; return how many.

    `model` is a key such as "repository.subjectterm". Each chunk is a transaction of its own: it may run again.
    """
    keys = list(Record.objects.filter(**{_PATHS[model]: pk}).order_by("pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic():
            records = Record.objects.filter(pk__in=keys[start : start + CHUNK])
            records.update(changed_at=timezone.now())
            indexing.refresh(list(records))
    return len(keys)
