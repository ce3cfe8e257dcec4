"""Change what a record says: under a lock, with its history and the search in step, whoever changes it and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle import edits
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import indexing
from repository import openings
from repository.access import DEPOSITORS_STATES
from repository.descriptions import LABELS, describe, for_description
from repository.models import Record


@contextmanager
def edit(record: Record, *, by: Any, reason: str = "") -> Iterator[Record]:
    """Give the record, read anew and locked, to be changed within a `with`; what was changed is saved at its end.

    The columns are saved here; rows that belong to it (contributions, files …) the caller writes. All is one
    transaction, with the history and the search. `by=None` is the portal itself. What depositors change in their own
    draft, or in what was returned to them, is saved every few seconds and is no history yet: see note_since_return.
    Raises NotAllowed where the record was discarded meanwhile.
    """
    with transaction.atomic():
        if not Record.objects.select_for_update().filter(pk=record.pk).exists():
            raise NotAllowed("This is no longer here.")
        fresh = for_description(Record.objects.all()).get(pk=record.pk)
        before, notices = describe(fresh), list(fresh.notices)
        yield fresh
        fresh.save()
        after = describe(for_description(Record.objects.all()).get(pk=record.pk))
        changes = edits.changes_between(before, after, LABELS)
        if changes and not _is_own_paper(fresh, by):
            edits.note(fresh, changes, by=by, reason=reason)
        # Notices come from other sources, and are no part of what people write; but readers and harvesters get them.
        if changes or fresh.notices != notices:
            fresh.changed_at = timezone.now()
            fresh.save(update_fields=["changed_at"])
        openings.note([fresh])
        indexing.refresh([fresh])


def note_since_return(record: Record, *, by: Any) -> None:
    """Write into the history, in one row, what a record that is sent in again says otherwise than when it came back."""
    last = record.submissions.exclude(ended_at=None).order_by("-sent_at", "-pk").first()
    if last and last.returned_as is not None:
        now = describe(for_description(Record.objects.all()).get(pk=record.pk))
        edits.note(record, edits.changes_between(last.returned_as, now, LABELS), by=by, reason="Changed for the review")


def _is_own_paper(record: Record, by: Any) -> bool:
    return by is not None and record.status in DEPOSITORS_STATES and record.is_owned_by(by)
