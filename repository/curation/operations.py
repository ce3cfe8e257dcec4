"""The list of what librarians did to many things at once, and how each kind of it is undone."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, merging
from repository.curation import bulk, names, words
from repository.curation.permission import refuse_others
from repository.models import Operation
from repository.models.curation import OperationKind

# How each kind is undone: a function of the operation that returns a sentence for each thing left as it is.
UNDO: dict[str, Callable[..., list[str]]] = {
    OperationKind.MERGE_CONTRIBUTORS: names.undo_merge,
    OperationKind.SPLIT_CONTRIBUTOR: names.undo_split,
    OperationKind.MERGE_TERMS: words.undo_merge_subjects,
    OperationKind.MERGE_TAGS: words.undo_merge_tags,
}


def may_undo(operation: Operation) -> bool:
    """Tell whether there is a way to undo the operation, and nobody has gone it."""
    if operation.undone_at or is_under_way(operation):
        return False
    return operation.kind in (*UNDO, OperationKind.BULK_EDIT, OperationKind.MERGE_RECORDS)


def is_under_way(operation: Operation) -> bool:
    """Tell whether a bulk edit, or its undoing, is still being made."""
    if operation.kind != OperationKind.BULK_EDIT or operation.undone_at:
        return False
    return bool(operation.changes["todo"]) or "undoing" in operation.changes


def undo(operation: Operation, *, by: Any) -> list[str]:
    """Undo the operation at once and return a sentence for each thing that is left as it is, with the reason.

    Raises NotAllowed where it cannot be undone, or has been.
    """
    if not access.may_curate(by):
        raise NotAllowed("You do not have permission to undo this.")
    if not may_undo(operation):
        raise NotAllowed("This has been undone already, or is under way.")
    if operation.kind == OperationKind.BULK_EDIT:
        bulk.undo(operation, by=by)
        return left_alone(operation)
    if operation.kind == OperationKind.MERGE_RECORDS:
        merging.undo(operation, by=by)
        return []
    with transaction.atomic():
        locked = Operation.objects.select_for_update().get(pk=operation.pk)
        if not may_undo(locked):
            raise NotAllowed("This has been undone already.")
        left = UNDO[locked.kind](locked, by=by)
        locked.changes["undo_left"] = left
        locked.undone_at, locked.undone_by = timezone.now(), by
        locked.save(update_fields=["changes", "undone_at", "undone_by"])
        return left


@transaction.atomic
def undo_later(operation: Operation, *, by: Any) -> bool:
    """Mark a bulk edit as being undone; tell whether it was not yet. The job then calls `bulk.undo`.

    Raises NotAllowed for whoever may not curate.
    """
    refuse_others(by)
    locked = Operation.objects.select_for_update().get(pk=operation.pk)
    if not may_undo(locked):
        return False
    locked.changes["undoing"] = True
    locked.save(update_fields=["changes"])
    return True


def left_alone(operation: Operation) -> list[str]:
    """Return a sentence for each thing that the undoing left as it is."""
    left = operation.changes.get("undo_left", ())
    return [one if isinstance(one, str) else f"{one[1] or f'Record {one[0]}'}: {one[2]}" for one in left]
