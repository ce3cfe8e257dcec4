"""Take over what a source says now into records that came from it, save what somebody here has edited since."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kmportal.lifecycle import edits
from kmportal.search import indexing
from repository.descriptions import LABELS, describe, for_description
from repository.intake.description import COLUMNS, RELATIONS, Description, said_alike, with_description
from repository.intake.writing import WRITERS
from repository.models import ImportedFrom, Record
from repository.models.batch import Outcome

# What the history gives as the reason for what imports change, and for what is put back when one is undone: such a
# change is nobody's work on a record.
CHANGED_BY_SOURCE = "The source has changed it"
PUT_BACK = "The import that brought it was undone"


@dataclass(frozen=True)
class Change:
    """What the source of a record says of it now; that it said so in the batch stays with the record."""

    imported: ImportedFrom
    said: Description
    fingerprint: str
    batch: int | None
    outcome: Outcome


def take_over(changes: Collection[Change], *, by: Any, reason: str) -> None:
    """Write what the source changed to the records, with their history and the search in step. Wants a transaction.

    A part that does not say any more what the source said before was edited here, and stays.
    """
    rows = Record.objects.filter(imported_from__in=[change.imported for change in changes])
    # Locked, so that what somebody saves at this moment is compared too, and not overwritten.
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    records = with_description(for_description(locked)).in_bulk()
    before = {pk: describe(record) for pk, record in records.items()}
    for change in changes:
        imported, record = change.imported, records[change.imported.record_id]
        for part in (*COLUMNS, *RELATIONS):
            # An earlier release of the portal knew fewer parts.
            if part not in change.said or change.said[part] == imported.data.get(part):
                continue
            if not said_alike(part, record, imported.data):
                continue
            if part in WRITERS:
                WRITERS[part]([(record, change.said)])
            else:
                setattr(record, part, change.said[part])
        record.changed_at = imported.at = timezone.now()
        record.save(update_fields=[*COLUMNS, "changed_at"])
        imported.fingerprint, imported.data = change.fingerprint, change.said
        imported.batch_id, imported.outcome = change.batch, change.outcome
        imported.save()
    after = {pk: describe(record) for pk, record in for_description(Record.objects.all()).in_bulk(before).items()}
    told = {pk: edits.changes_between(before[pk], after[pk], LABELS) for pk in before}
    edits.note_many(Record, told, by=by, reason=reason)
    indexing.refresh(list(records.values()))
