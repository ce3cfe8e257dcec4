"""What people do with records on their way to readers: send for review, return, publish, withdraw, publish again."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle import moves
from kmportal.search import indexing
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record


def move(record: Record, name: str, *, by: Any, note: str = "") -> None:
    """Make one move of the record's lifecycle; the search knows of it in the same transaction.

    `by=None` is the portal itself. Raises NotAllowed (WrongState, MissingPermission) with the reason in words.
    """
    move_together([record], [name], by=by, note=note)


@transaction.atomic
def move_together(records: Collection[Record], names: Sequence[str], *, by: Any, note: str = "") -> None:
    """Make the same moves, one after the other, with many records: all or none, in a fixed number of queries.

    Raises NotAllowed with the reason of the first record that may not move.
    """
    stamps: dict[str, Any] = {"changed_at": timezone.now()}
    if "publish" in names:
        stamps["published_at"] = stamps["changed_at"]  # its first publication: what is withdrawn is reinstated
    moves.perform_together(RECORD_LIFECYCLE, names, records, by=by, note=note, stamps=stamps)
    indexing.refresh(records)
