"""Keep the choices of a board report under a name, so that it can be made again with the figures of the day."""

from typing import Any

from django.utils import timezone

from kmportal.lifecycle.transitions import MissingPermission
from repository import access
from repository.models import SavedReport


def save(*, name: str, query: str, by: Any) -> SavedReport:
    """Save the query of a report under a name; the person's report of that name, if any, gives way.

    Raises MissingPermission for those who may not make reports.
    """
    if not access.may_report(by):
        raise MissingPermission("Only the library and those who lead knowledge management save reports.")
    saved, _ = SavedReport.objects.update_or_create(
        by=by, name=name, defaults={"query": query, "saved_at": timezone.now()}
    )
    return saved


def remove(saved: SavedReport, *, by: Any) -> None:
    """Remove a saved report. Raises MissingPermission for everybody but who saved it."""
    if saved.by_id != by.pk:
        raise MissingPermission("Only who saved a report removes it.")
    saved.delete()
