"""Keep the index in step with what its things name: a department or a heading that is renamed is found anew."""

from django.db import transaction
from django.utils import timezone

from kmportal.search import indexing
from kmportal.search.sources import Source, registered

CHUNK = 500


def refresh_what_names(model: str, pk: int) -> int:
    """Renew what the search holds of all that names the thing, whatever its kind; return how many things there are.

    `model` is a key such as "repository.subjectterm". Each chunk is a transaction of its own: it may run again.
    """
    sources = [source for source in registered() if model in source.depends_on]
    return sum(_refresh(source, source.depends_on[model], pk) for source in sources)


def _refresh(source: Source, path: str, pk: int) -> int:
    keys = list(source.findable().filter(**{path: pk}).order_by("pk").values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic():
            # Locked, so that nobody's change meanwhile is overwritten by an older state.
            things = source.findable().filter(pk__in=keys[start : start + CHUNK]).order_by("pk")
            locked = list(things.select_for_update(of=("self",), no_key=True))
            if source.is_dated:
                source.model._base_manager.filter(pk__in=[thing.pk for thing in locked]).update(
                    changed_at=timezone.now()
                )
            indexing.refresh(locked)
    return len(keys)
