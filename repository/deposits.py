"""What people do with records on their way to readers: send for review, return, publish, replace, publish again."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kmportal.lifecycle import moves
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import indexing
from repository import currency, editing, following, openings, submissions, versions
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import ImportedFrom, Operation, Record
from repository.withdrawal import WithdrawalReason

# Moves that put a record before readers, and those that are a reviewer's judgement of it.
TO_READERS = frozenset({"publish", "release", "restore", "reinstate"})
JUDGEMENTS = frozenset({"accept", "publish", "release", "return", "reject"})


@transaction.atomic
def move(record: Record, name: str, *, by: Any, note: str = "") -> None:
    """Make one move of the record's lifecycle; the search knows of it in the same transaction.

    `by=None` is the portal itself. Raises NotAllowed (WrongState, MissingPermission) with the reason in words.
    """
    move_together([record], [name], by=by, note=note)
    if name == "submit":
        editing.note_since_return(record, by=by)


@transaction.atomic
def move_together(
    records: Collection[Record],
    names: Sequence[str],
    *,
    by: Any,
    note: str = "",
    columns: dict[str, Any] | None = None,
) -> None:
    """Make the same moves, one after the other, with many records: all or none, in a fixed number of queries.

    `columns` are written with the state. Raises NotAllowed with the reason of the first record that may not move.
    """
    if not records:
        return
    stamps: dict[str, Any] = {"changed_at": timezone.now(), **(columns or {})}
    if {"publish", "release"} & set(names):
        stamps["published_at"] = stamps["changed_at"]  # its first publication: what is withdrawn is reinstated
    if "reinstate" in names:
        stamps |= {"withdrawal_reason": "", "replacement": None}
    locked = _locked(records, names)
    refuse_own_judgement(locked, names, by=by)
    submissions.refuse_claimed(locked, names, by=by)
    _refuse_without_release(locked, names, by=by)
    if "reconsider" in names:
        versions.refuse_overtaken(locked)
    if any(record.withdrawal_reason == WithdrawalReason.LEGAL for record in locked):
        raise NotAllowed("This was erased for legal reasons, and stays away.")
    if "reinstate" in names and Operation.objects.merged_away(records).exists():
        raise NotAllowed("This record was merged into another. Undo the merge instead.")
    if TO_READERS & set(names):
        versions.refuse_hidden(locked)
    moves.perform_together(RECORD_LIFECYCLE, names, records, by=by, note=note, stamps=stamps)
    if {"publish", "release"} & set(names):
        currency.begin(records)
    submissions.keep_in_step(records, names, by=by, note=note)
    replaced = versions.give_way(records, by=by) if TO_READERS & set(names) else []
    openings.note(records)
    indexing.refresh([*records, *replaced])
    following.tell_of_new_versions(records, in_place_of=replaced, by=by)


def _locked(records: Collection[Record], names: Sequence[str]) -> list[Record]:
    """Return the records as they are now, locked; where they come before readers, with all versions of their works.

    So nobody claims, hands over or publishes another version between the checks and the move.
    """
    keys = {record.pk for record in records}
    rows = Record.objects.filter(versions.of_works(records) if TO_READERS & set(names) else Q(pk__in=keys))
    columns = ("depositor", "entered_by", "first_version", "version", "withdrawal_reason", "audience", "embargo_until")
    known = rows.select_related("collection").only(*columns, "collection__name", "collection__needs_release")
    return [row for row in known.select_for_update(of=("self",)).order_by("pk") if row.pk in keys]


def refuse_own_judgement(records: Collection[Record], names: Sequence[str], *, by: Any) -> None:
    """Refuse to let people judge their own deposits, or those that they entered for a colleague.

    What came from a file is nobody's own work.
    """
    if by is None or not JUDGEMENTS & set(names):
        return
    own = [record for record in records if record.is_owned_by(by)]
    imported = set(ImportedFrom.objects.filter(record__in=own).values_list("record", flat=True)) if own else set()
    if any(record.pk not in imported for record in own):
        raise NotAllowed("You deposited this record, so somebody else must review it.")


def _refuse_without_release(records: Collection[Record], names: Sequence[str], *, by: Any) -> None:
    """Refuse to publish past the release that a collection asks for, save to those who release."""
    if "publish" not in names or by is None or by.has_perm("repository.release_record"):
        return
    for record in records:
        if record.collection and record.collection.needs_release:
            raise NotAllowed(f"Records of “{record.collection}” wait for a release: choose “Accept for release”.")
