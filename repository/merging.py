"""Make one record of two that describe the same work; what hangs on the one follows to the other, and can go back."""

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from taggit.models import TaggedItem

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.models import Link
from repository import access, deposits, editing, journal, withdrawing
from repository.audience import Audience
from repository.descriptions import LABELS, describe, for_description
from repository.file_kinds import free_name
from repository.journal import Journal
from repository.models import (
    Contribution,
    CopyRequest,
    Follow,
    Identifier,
    ImportedFrom,
    Lookalike,
    Operation,
    Record,
    RecordFile,
    RecordSubject,
    UseCount,
)
from repository.models.curation import OperationKind
from repository.status import Status
from repository.withdrawal import WithdrawalReason

# Parts of a description that are columns, and can be taken from either record.
COLUMNS = (
    *("type", "title", "vernacular_title", "abstract", "issued", "available_online", "languages", "licence"),
    *("container_title", "container_abbreviation", "volume", "issue", "pages", "article_number", "publisher", "place"),
    *("edition", "series", "institution", "report_number", "degree", "event_name", "event_place", "event_date", "url"),
    *("collection", "department", "publication_types", "registrations", "funding", "conflict_of_interest"),
    "copyright_statement",
)
ROWS = ("contributors", "subjects", "tags")
TAKEABLE = frozenset(COLUMNS) | frozenset(ROWS)


@transaction.atomic
def merge(keep: Record, drop: Record, *, by: Any, take: Collection[str] = ()) -> Operation:
    """Let `keep` stand for both records, and return the operation, which `undo` takes back.

    `take` names the parts (TAKEABLE) that `keep` shall say as `drop` does. Identifiers, files with the requests for
    copies, links, readers who follow, figures of use and the source of an import come to `keep`. `drop` is withdrawn
    as a duplicate and leads to it. Raises NotAllowed where that is not possible, and ValueError for an unknown part.
    """
    if unknown := set(take) - TAKEABLE:
        raise ValueError(f"No such parts can be taken: {sorted(unknown)}")
    keep, drop = _locked(keep, drop)
    _refuse(keep, drop, by)
    columns: dict[str, list[Any]] = {}
    log = Journal()
    with editing.edit(keep, by=by, reason=f"Merged with record {drop.pk}") as kept:
        for part in COLUMNS:
            if part in take:
                name = Record._meta.get_field(part).attname  # type: ignore[union-attr]
                columns[name] = [getattr(kept, name), getattr(drop, name)]
                setattr(kept, name, getattr(drop, name))
        for part in ROWS:
            if part in take:
                log.delete(_rows(part, kept))
                log.create(_copies(part, kept, drop))
        _move_identifiers(log, kept, drop)
        _move_files(log, kept, drop)
        _move_links(log, kept, drop)
        _copy_follows(log, kept, drop)
        _move_source(log, kept, drop)
        _settle_pairs(log, kept, drop, by)
        for record in Record.objects.filter(replacement=drop):
            log.update(record, replacement_id=kept.pk)
    said = describe(for_description(Record.objects.all()).get(pk=kept.pk))
    use = _use_of(drop)
    _add_use(kept, use)
    _subtract_use(drop, use)
    withdrawing.withdraw(
        drop, by=by, reason=WithdrawalReason.DUPLICATE, note=f"The same work is record {kept.pk}.", replacement=kept
    )
    return Operation.objects.create(
        kind=OperationKind.MERGE_RECORDS,
        summary=f"Merged “{drop.title[:200]}” ({drop.pk}) into “{kept.title[:200]}” ({kept.pk})",
        by=by,
        changes={
            "keep": kept.pk,
            "drop": drop.pk,
            "columns": columns,
            "said": {part: said[part] for part in ROWS if part in take},
            "rows": log.steps,
            "use": use,
        },
    )


@transaction.atomic
def undo(operation: Operation, *, by: Any) -> None:
    """Make two records of one again: both say and have what they did before the merge.

    What has come to the record since, such as new views, stays with it. Raises NotAllowed, with the reason in words,
    for those who may not, where it was undone already, and where what the merge wrote has been changed since.
    """
    operation = Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    if not access.may_curate(by):
        raise NotAllowed("You do not have permission to undo a merge.")
    if operation.kind != OperationKind.MERGE_RECORDS:
        raise NotAllowed("This is no merge of two records.")
    if operation.undone_at:
        raise NotAllowed("This merge has been undone already.")
    changes = operation.changes
    rows = Record.objects.select_for_update(of=("self",)).order_by("pk")
    records = rows.in_bulk([changes["keep"], changes["drop"]])
    if len(records) < 2:
        raise NotAllowed("One of the two records is no longer here.")
    keep, drop = records[changes["keep"]], records[changes["drop"]]
    if drop.status != Status.WITHDRAWN or drop.replacement_id != keep.pk:
        raise NotAllowed(f"Record {drop.pk} has been moved since. Look at its history.")
    with editing.edit(keep, by=by, reason=f"The merge with record {drop.pk} was undone") as kept:
        journal.refuse_gone(Record, [{name: before for name, (before, _) in changes["columns"].items()}])
        for column, (before, after) in changes["columns"].items():
            _refuse_changed(column.removesuffix("_id"), getattr(kept, column) == after)
            setattr(kept, column, before)
        said = describe(kept)
        for part, text in changes["said"].items():
            _refuse_changed(part, said[part] == text)
            _rows(part, kept).delete()
        journal.undo(changes["rows"])
    _subtract_use(keep, changes["use"])
    _add_use(drop, changes["use"])
    # While the merge stands, nothing else brings the record back.
    operation.undone_at, operation.undone_by = timezone.now(), by
    operation.save(update_fields=["undone_at", "undone_by"])
    deposits.move(drop, "reinstate", by=by, note="The merge was undone.")


def why_not(keep: Record, drop: Record, *, by: Any) -> str:
    """Return why the one cannot be merged into the other, in a sentence, or an empty text."""
    try:
        _refuse(keep, drop, by)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _locked(keep: Record, drop: Record) -> tuple[Record, Record]:
    """Lock both, in the order of their keys: two people may merge the same two either way."""
    rows = Record.objects.select_for_update(of=("self",)).filter(pk__in=[keep.pk, drop.pk]).order_by("pk")
    found = {record.pk: record for record in rows}
    if len(found) < 2:
        raise NotAllowed("A merge needs two records that are here.")
    return found[keep.pk], found[drop.pk]


def _refuse(keep: Record, drop: Record, by: Any) -> None:
    if not (access.may_curate(by) and access.may_withdraw(by)):
        raise NotAllowed("You do not have permission to merge records.")
    if keep.pk == drop.pk:
        raise NotAllowed("A record cannot be merged with itself.")
    for record in (keep, drop):
        if record.status != Status.PUBLISHED:
            state = record.get_status_display().lower()
            raise NotAllowed(f"Only published records can be merged, and record {record.pk} is “{state}”.")
    if (keep.first_version_id or keep.pk) == (drop.first_version_id or drop.pk):
        raise NotAllowed("These are two versions of one work.")
    if drop.files.exists() and _is_narrower(drop, keep):
        raise NotAllowed(
            f"Fewer people may read record {drop.pk} than record {keep.pk}, so its files would become open to more. "
            "Give both the same access first."
        )


def _refuse_changed(part: str, is_unchanged: bool) -> None:
    if not is_unchanged:
        raise NotAllowed(f"“{LABELS[part]}” has been changed since the merge, so it cannot be undone as a whole.")


def _is_narrower(drop: Record, keep: Record) -> bool:
    if drop.audience != keep.audience:
        return Audience(drop.audience).narrowness > Audience(keep.audience).narrowness
    if drop.embargo_until and drop.embargo_until != keep.embargo_until:
        return True
    return drop.audience == Audience.GROUPS and not set(keep.groups.all()) <= set(drop.groups.all())


def _rows(part: str, record: Record) -> Any:
    """Return the rows of a part (one of ROWS) of the record."""
    if part == "tags":
        return TaggedItem.objects.filter(content_type=ContentType.objects.get_for_model(Record), object_id=record.pk)
    model: Any = {"contributors": Contribution, "subjects": RecordSubject}[part]
    return model.objects.filter(record=record)


def _copies(part: str, keep: Record, drop: Record) -> list[Any]:
    """Return copies of the one record's rows of a part for the other, not saved yet."""
    rows = list(_rows(part, drop))
    for row in rows:
        row.pk = None
        setattr(row, "object_id" if part == "tags" else "record_id", keep.pk)
    return rows


def _move_identifiers(log: Journal, keep: Record, drop: Record) -> None:
    known = {(row.scheme, row.value) for row in Identifier.objects.filter(record=keep)}
    for row in Identifier.objects.filter(record=drop):
        if (row.scheme, row.value) not in known:
            log.update(row, record_id=keep.pk)


def _move_files(log: Journal, keep: Record, drop: Record) -> None:
    """Put the files behind those that are there; of a file that both have, only the requests for copies come."""
    own = list(RecordFile.objects.filter(record=keep))
    by_content = {file.content_id: file for file in own}
    names = {file.name.lower() for file in own}
    position = max((file.position for file in own), default=-1)
    for file in RecordFile.objects.filter(record=drop):
        if same := by_content.get(file.content_id):
            _move_requests(log, file, same)
            continue
        position += 1
        name = free_name(file.name, names)
        names.add(name.lower())
        log.update(file, record_id=keep.pk, name=name, position=position)


def _move_requests(log: Journal, source: RecordFile, target: RecordFile) -> None:
    waiting = set(CopyRequest.objects.filter(file=target, answered_at=None).values_list("by", flat=True))
    for request in CopyRequest.objects.filter(file=source):
        if request.answered_at or request.by_id not in waiting:
            log.update(request, file_id=target.pk)


def _move_links(log: Journal, keep: Record, drop: Record) -> None:
    """Let links lead to and from the record that stays, save those that it has and those between the two."""
    kind = ContentType.objects.get_for_model(Record)
    ends = ("kind", "source_type_id", "source_id", "target_type_id", "target_id")
    known = {tuple(getattr(link, end) for end in ends) for link in Link.objects.of(keep)}
    for link in Link.objects.of(drop):
        moved = {
            f"{end}_id": keep.pk
            for end in ("source", "target")
            if (getattr(link, f"{end}_type_id"), getattr(link, f"{end}_id")) == (kind.pk, drop.pk)
        }
        after = {end: moved.get(end, getattr(link, end)) for end in ends}
        leads_to_itself = (after["source_type_id"], after["source_id"]) == (after["target_type_id"], after["target_id"])
        if not leads_to_itself and tuple(after.values()) not in known:
            known.add(tuple(after.values()))
            log.update(link, **moved)


def _copy_follows(log: Journal, keep: Record, drop: Record) -> None:
    """Let who follows the one follow the other as well: they still hear that the first one is withdrawn."""
    known = set(Follow.objects.filter(record=keep).values_list("user", flat=True))
    follows = Follow.objects.filter(record=drop).exclude(user__in=known)
    log.create([Follow(record=keep, user_id=follow.user_id, at=follow.at) for follow in follows])


def _move_source(log: Journal, keep: Record, drop: Record) -> None:
    """Let what the next import brings come to the record that stays, unless it has a source of its own."""
    if not ImportedFrom.objects.filter(record=keep).exists():
        for source in ImportedFrom.objects.filter(record=drop):
            log.update(source, record_id=keep.pk)


def _settle_pairs(log: Journal, keep: Record, drop: Record, by: Any) -> None:
    """Note that the pair is decided; the other pairs of the one that goes are looked for anew."""
    kind = ContentType.objects.get_for_model(Record)
    older, newer = sorted((keep.pk, drop.pk))
    pairs = Lookalike.objects.open().filter(content_type=kind)
    for pair in pairs.filter(first_id=older, second_id=newer):
        log.update(pair, decision="merged", decided_by_id=by.pk, decided_at=timezone.now())
    log.delete(pairs.filter(Q(first_id=drop.pk) | Q(second_id=drop.pk)))


def _use_of(record: Record) -> list[dict[str, Any]]:
    rows = UseCount.objects.filter(record=record).order_by("month", "department")
    return [{"month": row.month.isoformat(), "department_id": row.department_id, **_figures(row)} for row in rows]


def _figures(row: UseCount) -> dict[str, int]:
    return {"views": row.views, "downloads": row.downloads}


def _add_use(record: Record, use: Collection[dict[str, Any]]) -> None:
    for each in use:
        row, _ = UseCount.objects.select_for_update().get_or_create(
            record=record, month=each["month"], department_id=each["department_id"]
        )
        row.views += each["views"]
        row.downloads += each["downloads"]
        row.save(update_fields=["views", "downloads"])


def _subtract_use(record: Record, use: Collection[dict[str, Any]]) -> None:
    for each in use:
        rows = UseCount.objects.select_for_update().filter(
            record=record, month=each["month"], department_id=each["department_id"]
        )
        for row in rows:
            row.views = max(row.views - each["views"], 0)
            row.downloads = max(row.downloads - each["downloads"], 0)
            row.save(update_fields=["views", "downloads"])
    UseCount.objects.filter(record=record, views=0, downloads=0).delete()
