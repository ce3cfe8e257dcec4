"""What librarians decide about entries that an import set aside: left out, added, or used to complete our record."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from repository import access
from repository.intake.completing import complete
from repository.intake.ended import refuse_unended
from repository.intake.importing import CHUNK, Item, add, lock, moves_to
from repository.intake.placing import Place, place, rules
from repository.models import BatchRow, ImportBatch, ImportedFrom, Record
from repository.models.batch import Decision


@transaction.atomic
def decide(rows: Collection[BatchRow], decision: Decision, *, by: Any) -> int:
    """Decide so about rows of one batch that nobody has decided about yet, and return how many these were.

    What is added counts as added from then on, and no longer as a duplicate. Raises NotAllowed where the person may not
    import, where the batch is undone or still under way, and where our record is gone or not theirs to edit: then
    nothing is decided.
    """
    _refuse(by)
    lock()
    keys = [row.pk for row in rows]
    # Its batch is locked too, so that nobody undoes it meanwhile.
    locked = BatchRow.objects.undecided().select_for_update(of=("self", "batch")).select_related("batch__collection")
    fresh = list(locked.filter(pk__in=keys).order_by("line", "pk"))
    for batch in {row.batch_id: row.batch for row in fresh}.values():
        refuse_unended(batch)
    if decision == Decision.ADD:
        _add(fresh, by)
    if decision == Decision.COMPLETE:
        for row in fresh:
            _complete(row, by)
    for row in fresh:
        row.decision, row.decided_by, row.decided_at = decision, by, timezone.now()
    BatchRow.objects.bulk_update(fresh, ["decision", "decided_by", "decided_at", "record", "before"])
    return len(fresh)


def decide_all(
    batch: ImportBatch, kind: str, decision: Decision, *, by: Any, after_chunk: Callable[[int], object] = lambda n: None
) -> int:
    """Decide so about all rows of a kind that are undecided, chunk by chunk, and return how many these were.

    To complete our records, a row whose record is gone or is not to be edited is passed over, and goes on waiting.
    `after_chunk` is told how many have been decided so far. Raises NotAllowed as `decide` does for the others.
    """
    _refuse(by)
    number, last = 0, 0
    waiting = batch.rows.undecided().filter(kind=kind).order_by("pk")
    while chunk := list(waiting.filter(pk__gt=last)[:CHUNK]):
        if decision == Decision.COMPLETE:
            batch.refresh_from_db(fields=["state"])
            refuse_unended(batch)
            number += sum(_decide_alone(row, decision, by) for row in chunk)
        else:
            number += decide(chunk, decision, by=by)
        last = chunk[-1].pk
        after_chunk(number)
    return number


def _refuse(by: Any) -> None:
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")


def _decide_alone(row: BatchRow, decision: Decision, by: Any) -> int:
    try:
        return decide([row], decision, by=by)
    except NotAllowed:
        return 0


def _add(rows: list[BatchRow], by: Any) -> None:
    """Make a record of each row, as the import would have done."""
    if not rows:
        return
    batch = rows[0].batch
    taken = set(ImportedFrom.objects.filter(key__in=[row.key for row in rows]).values_list("source", "key"))
    found = rules()
    items = []
    for row in rows:
        # The same item twice in one file: the second is an item of its own now.
        key = f"{row.key[:250]}#{row.pk}" if (row.source, row.key) in taken else row.key
        taken.add((row.source, row.key))
        said: Any = row.said
        where = place(said, found)
        collection = batch.collection_id or where.collection
        items.append((Item(row.source, key, row.fingerprint, said), Place(where.department, collection)))
    records = add(items, moves_to(publish=batch.publish), batch=batch, by=by)
    for row, record in zip(rows, records, strict=True):
        row.record = record
    number = len(records)
    ImportBatch.objects.filter(pk=batch.pk).update(added=F("added") + number, duplicates=F("duplicates") - number)


def _complete(row: BatchRow, by: Any) -> None:
    candidate = row.candidate_id
    record = Record.objects.visible_to(by).filter(pk=candidate).first() if candidate else None
    if record is None:
        raise NotAllowed(
            f"The record that line {row.line} resembles is no longer here. Add the entry, or leave it out."
        )
    said: Any = row.said
    place(said, rules())
    row.before = complete(record, said, by=by, reason=f"Completed from {row.batch.file_name}"[:300])
    row.record = record
