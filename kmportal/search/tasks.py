"""The search's background jobs, and what starts them."""

from collections.abc import Collection

from django.db.models import Model

from kmportal.jobs import job, later
from kmportal.search import indexing, statistics, upkeep
from kmportal.search.sources import registered


@job(schedule="40 2 * * *")
def count_words(timestamp: int) -> None:
    """Count every night in how many documents each word is."""
    statistics.refresh()


@job(schedule="*/10 * * * *")
def count_words_of_a_grown_index(timestamp: int) -> None:
    """Count the words anew soon after an import or a rebuild, however it was started."""
    statistics.refresh_if_outgrown()


@job()
def refresh_what_names(model: str, pk: int) -> None:
    """Renew what the search holds of everything that names a thing which was changed."""
    upkeep.refresh_what_names(model, pk)


def follow(things: Collection[Model]) -> None:
    """Hear in the writer's transaction that things of one model have changed.

    Those that can be found themselves are renewed at once; whatever names them follows in the background.
    """
    if not things:
        return
    model = type(next(iter(things)))
    if any(source.model is model for source in registered()):
        indexing.refresh(things)
    if any(model._meta.label_lower in source.depends_on for source in registered()):
        for thing in things:
            later(refresh_what_names, model=model._meta.label_lower, pk=thing.pk)
