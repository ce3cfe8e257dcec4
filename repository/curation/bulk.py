"""Change many records at once, with a preview, their history and the search in step; and undo it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from taggit.models import Tag, TaggedItem

from kmportal.lifecycle import edits
from kmportal.lifecycle.edits import Change, changes_between
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.review_cycle.answers import set_next_review
from kmportal.search import indexing
from repository import access, journal, openings
from repository.curation.plans import Plan
from repository.descriptions import LABELS, describe, for_description
from repository.models import Operation, Record, RecordSubject, SubjectTerm
from repository.models.curation import OperationKind
from repository.status import Status

# Records that are changed in one transaction.
CHUNK = 500
# Up to so many the request itself does it; what is more goes to the background.
IN_REQUEST = 200
# Records that one edit may change, so that a preview and its undoing stay within reach.
MOST = 20_000
# Records that a preview shows.
SHOWN = 100


@dataclass
class Outcome:
    """What an edit does to some records: rows to undo it by, changes in words by record, and what is left alone."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[int, list[Change]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    # [key, title, why] of each record that stays as it is; a draft has no title here.
    left: list[list[Any]] = field(default_factory=list)
    # The keys of the tags that were not there before.
    tags_made: list[int] = field(default_factory=list)


def choose(records: Any) -> list[int]:
    """Return the keys of the records of a queryset, in order. Raises NotAllowed where they are too many."""
    keys = list(records.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(keys) > MOST:
        raise NotAllowed(f"More than {MOST:,} records are chosen. Narrow the list, and change them in parts.")
    return keys


def preview(keys: Sequence[int], plan: Plan, *, by: Any) -> Outcome:
    """Return what the edit would do to the first records (see SHOWN). Nothing stays changed."""
    with transaction.atomic():
        outcome = _apply(keys[:SHOWN], plan, by=by)
        transaction.set_rollback(True)
    return outcome


def begin(keys: Sequence[int], plan: Plan, *, by: Any) -> Operation:
    """Write down the edit that is to be made; `run` makes it. Raises NotAllowed where it would do nothing."""
    if plan.is_empty:
        raise NotAllowed("Choose something to change.")
    if not keys:
        raise NotAllowed("Choose the records that you want to change.")
    if not access.may_curate(by):
        raise NotAllowed("You do not have permission to edit many records at once.")
    number = len(keys)
    summary = f"{plan.sentence()} in {number:,} record{'' if number == 1 else 's'}"
    changes = {"plan": plan.as_json(), "todo": list(keys), "total": number, "rows": [], "left": [], "changed": 0}
    changes["tags_made"] = []
    return Operation.objects.create(
        kind=OperationKind.BULK_EDIT, summary=_capital(summary)[:500], by=by, changes=changes
    )


def run(operation: Operation) -> None:
    """Make the edit, chunk by chunk, each a transaction: where it is stopped it goes on from there when run again."""
    while _run_chunk(operation):
        pass


def undo(operation: Operation, *, by: Any) -> None:
    """Put back what the edit changed, chunk by chunk, save where somebody has changed it since.

    Which records were left alone, and why, stands in the operation's changes as `undo_left`.
    """
    while _undo_chunk(operation, by=by):
        pass


def progress(operation: Operation) -> tuple[int, int]:
    """Return how many records the edit, or its undoing, has looked at, and how many there are."""
    changes = operation.changes
    if "undoing" in changes:
        return changes.get("undone", 0), len(changes["rows"])
    return changes["total"] - len(changes["todo"]), changes["total"]


@transaction.atomic
def _run_chunk(operation: Operation) -> bool:
    operation.refresh_from_db(from_queryset=Operation.objects.select_for_update())
    changes = operation.changes
    keys, changes["todo"] = changes["todo"][:CHUNK], changes["todo"][CHUNK:]
    if not keys:
        return False
    outcome = _apply(keys, Plan.from_json(changes["plan"]), by=operation.by)
    _keep(outcome, by=operation.by, reason=f"Bulk edit: {operation.summary}")
    changes["rows"] += outcome.rows
    changes["left"] += outcome.left
    changes["tags_made"] += outcome.tags_made
    changes["changed"] += len(outcome.rows)
    operation.save(update_fields=["changes"])
    return bool(changes["todo"])


@transaction.atomic
def _undo_chunk(operation: Operation, *, by: Any) -> bool:
    operation.refresh_from_db(from_queryset=Operation.objects.select_for_update())
    if operation.undone_at:
        return False
    changes = operation.changes
    done = changes.setdefault("undone", 0)
    rows = changes["rows"][done : done + CHUNK]
    outcome = _put_back(rows, by=by)
    _keep(outcome, by=by, reason=f"Undone: {operation.summary}")
    changes["undone"] = done + len(rows)
    changes["undo_left"] = [*changes.get("undo_left", []), *outcome.left]
    is_over = changes["undone"] >= len(changes["rows"])
    if is_over:
        changes.pop("undoing", None)
        _drop_unused(changes["tags_made"])
        operation.undone_at, operation.undone_by = timezone.now(), by
    operation.save(update_fields=["changes", "undone_at", "undone_by"])
    return not is_over


def _apply(keys: Collection[int], plan: Plan, *, by: Any) -> Outcome:
    """Write the plan to the records, in a fixed number of queries. Wants a transaction."""
    outcome = Outcome()
    records = _locked(keys)
    outcome.left += [[pk, "", "It is no longer here."] for pk in keys if pk not in {record.pk for record in records}]
    tags = _tags(plan.add_tags)
    new = {key: name for name in plan.add_tags if (key := name.lower()) not in tags}
    made = {key: Tag.objects.create(name=name).pk for key, name in new.items()}
    outcome.tags_made, tags = list(made.values()), tags | made
    removed = _tags(plan.remove_tags)
    terms = set(SubjectTerm.objects.filter(pk__in=plan.add_subjects).values_list("pk", flat=True))
    allowed = []
    for record in records:
        if refusal := _refusal(record, plan.columns, by=by):
            outcome.left.append([record.pk, _public_title(record), refusal])
        else:
            allowed.append(record)
    rows = [_row(record, plan, tags, removed, terms) for record in allowed]
    outcome.rows = [row for row in rows if any(row[part] for part in row if part != "id")]
    changed = {row["id"] for row in outcome.rows}
    _write([record for record in allowed if record.pk in changed], outcome)
    return outcome


def _put_back(rows: Sequence[dict[str, Any]], *, by: Any) -> Outcome:
    """Write what the records had before, save where it is no longer as the edit left it. Wants a transaction."""
    outcome = Outcome()
    records = {record.pk: record for record in _locked([row["id"] for row in rows])}
    known_tags = set(
        Tag.objects.filter(pk__in={pk for row in rows for pk in row["tags_removed"]}).values_list("pk", flat=True)
    )
    wanted_terms = {one[0] for row in rows for one in row["subjects_removed"]}
    known_terms = set(SubjectTerm.objects.filter(pk__in=wanted_terms).values_list("pk", flat=True))
    before = {row["id"]: {name: was for name, (was, _) in row["columns"].items()} for row in rows}
    gone = journal.gone(Record, before.values())
    backwards = []
    for row in rows:
        record = records.get(row["id"])
        if record is None:
            outcome.left.append([row["id"], "", "It is no longer here."])
        elif refusal := (
            _refusal(record, before[record.pk], by=by)
            or _changed_since(record, row, known_tags, known_terms)
            or _what_is_gone(before[record.pk], gone)
        ):
            outcome.left.append([record.pk, _public_title(record), refusal])
        else:
            backwards.append(_reversed(row, record))
    outcome.rows = backwards
    _write([records[row["id"]] for row in backwards], outcome)
    return outcome


def _locked(keys: Collection[int]) -> list[Record]:
    return list(for_description(Record.objects.filter(pk__in=keys)).select_for_update(of=("self",)).order_by("pk"))


def _refusal(record: Record, columns: Mapping[str, Any], *, by: Any) -> str:
    """Say why the person may not give the record these values; nothing where they may."""
    if record.status in access.DEPOSITORS_STATES and not access.may_edit(by, record):
        return "Its depositor is writing it."
    if record.status == Status.REJECTED:
        return "It was not accepted."
    if record.status == Status.WITHDRAWN:
        return "It is withdrawn."
    if "audience" in columns and record.embargo_until:
        return "It is under an embargo, which says who may read it."
    owner, deputy = (columns.get(name, getattr(record, name)) for name in ("owner_id", "deputy_id"))
    if owner and owner == deputy and {"owner_id", "deputy_id"} & columns.keys():
        return "Its owner and its deputy would be the same person."
    return ""


def _public_title(record: Record) -> str:
    """Return the title for those who read of the operation; that of a draft is private."""
    return "" if record.status == Status.DRAFT else record.title


def _row(record: Record, plan: Plan, tags: dict[str, int], removed: dict[str, int], terms: set[int]) -> dict[str, Any]:
    """Return what the plan changes in a record, in the form by which it is undone."""
    has_tags = {tag.pk for tag in record.tags.all()}
    subjects = {subject.term_id: subject for subject in record.subjects.all()}
    return {
        "id": record.pk,
        "columns": _columns(record, plan.columns),
        "tags_added": sorted(set(tags.values()) - has_tags),
        "tags_removed": sorted(set(removed.values()) & has_tags),
        "subjects_added": [
            _new_subject(record, pk, number) for number, pk in enumerate(sorted(terms - subjects.keys()))
        ],
        "subjects_removed": [
            [one.term_id, one.position, one.major, one.qualifiers]
            for pk in plan.remove_subjects
            if (one := subjects.get(pk))
        ],
    }


def _columns(record: Record, wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the columns in which the record differs from what is wanted: [before, after] of each."""
    columns = {name: [_value(record, name), value] for name, value in wanted.items() if _value(record, name) != value}
    if wanted.get("review_months") and record.last_reviewed is None:
        # Its cycle begins today, as it does where one record is given its interval.
        columns["last_reviewed"] = [None, timezone.localdate().isoformat()]
    return columns


def _value(record: Record, name: str) -> Any:
    """Return a column's value as the operation stores it."""
    value = getattr(record, name)
    return value.isoformat() if isinstance(value, date) else value


def _set(record: Record, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(record, name, date.fromisoformat(value) if name == "last_reviewed" and value else value)
    if "review_months" in columns:
        set_next_review(record)


def _new_subject(record: Record, term: int, number: int) -> list[Any]:
    last = max((subject.position for subject in record.subjects.all()), default=-1)
    return [term, last + 1 + number, False, []]


def _reversed(row: dict[str, Any], record: Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "columns": {name: [after, before] for name, (before, after) in row["columns"].items()},
        "tags_added": row["tags_removed"],
        "tags_removed": row["tags_added"],
        "subjects_added": row["subjects_removed"],
        "subjects_removed": row["subjects_added"],
    }


def _changed_since(record: Record, row: dict[str, Any], known_tags: set[int], known_terms: set[int]) -> str:
    """Say what of the edit is no longer as it left it; nothing where all of it is."""
    for name, (_, after) in row["columns"].items():
        if _value(record, name) != after:
            return f"Its {name.removesuffix('_id').replace('_', ' ')} has been changed since."
    tags = {tag.pk for tag in record.tags.all()}
    if not tags.issuperset(row["tags_added"]) or tags.intersection(row["tags_removed"]):
        return "Its tags have been changed since."
    terms = {subject.term_id for subject in record.subjects.all()}
    added, removed = ({one[0] for one in row[part]} for part in ("subjects_added", "subjects_removed"))
    if not terms.issuperset(added) or terms.intersection(removed):
        return "Its subjects have been changed since."
    if not known_tags.issuperset(row["tags_removed"]) or not known_terms.issuperset(removed):
        return "A tag or subject that it had is no longer here."
    return ""


def _what_is_gone(columns: Mapping[str, Any], gone: Collection[tuple[str, Any]]) -> str:
    """Say what the record had before that is no longer here; nothing where all of it is."""
    names = [name for name, value in columns.items() if (name, value) in gone]
    return f"The {names[0].removesuffix('_id')} that it had is no longer here." if names else ""


def _write(records: list[Record], outcome: Outcome) -> None:
    """Write the outcome's rows to the records, and put into the outcome what that changes in words."""
    rows = outcome.rows
    before = {record.pk: describe(record) for record in records}
    columns = {row["id"]: {name: after for name, (_, after) in row["columns"].items()} for row in rows}
    names = {name for those in columns.values() for name in those}
    if "review_months" in names:
        names.add("next_review")
    for record in records:
        record.changed_at = timezone.now()
        _set(record, columns[record.pk])
    if records:
        Record.objects.bulk_update(records, [*(name.removesuffix("_id") for name in sorted(names)), "changed_at"])
    record_type = ContentType.objects.get_for_model(Record)
    removed = [(row["id"], pk) for row in rows for pk in row["tags_removed"]]
    taggings = TaggedItem.objects.filter(content_type=record_type)
    taggings.filter(_pairs(removed, "object_id", "tag")).delete()
    TaggedItem.objects.bulk_create(
        TaggedItem(content_type=record_type, object_id=row["id"], tag_id=pk) for row in rows for pk in row["tags_added"]
    )
    subjects = [(row["id"], one[0]) for row in rows for one in row["subjects_removed"]]
    RecordSubject.objects.filter(_pairs(subjects, "record", "term")).delete()
    RecordSubject.objects.bulk_create(
        RecordSubject(record_id=row["id"], term_id=term, position=position, major=major, qualifiers=qualifiers)
        for row in rows
        for term, position, major, qualifiers in row["subjects_added"]
    )
    for record in for_description(Record.objects.filter(pk__in=before)).order_by("pk"):
        outcome.titles[record.pk] = record.title
        outcome.changes[record.pk] = changes_between(before[record.pk], describe(record), LABELS)


def _pairs(pairs: Iterable[tuple[int, int]], first: str, second: str) -> Q:
    """Return the condition for rows that are one of the pairs: few different seconds, each with its firsts."""
    by_second: dict[int, list[int]] = {}
    for one, other in pairs:
        by_second.setdefault(other, []).append(one)
    condition = Q(pk__in=())
    for other, ones in by_second.items():
        condition |= Q(**{second: other, f"{first}__in": ones})
    return condition


def _keep(outcome: Outcome, *, by: Any, reason: str) -> None:
    """Write the history of what was changed, and bring what harvesters are told and the search in step."""
    edits.note_many(Record, outcome.changes, by=by, reason=reason[:300])
    changed = [Record(pk=pk) for pk in outcome.changes]
    openings.note(changed)
    indexing.refresh(changed)


def _tags(names: Collection[str]) -> dict[str, int]:
    """Return the keys of the tags of those names, whatever their case, by the name in lower case."""
    found = Tag.objects.annotate(folded=Lower("name")).filter(folded__in=[name.lower() for name in names])
    return {tag.name.lower(): tag.pk for tag in found}


def _drop_unused(made: Collection[int]) -> None:
    """Take out the tags that the edit made and that nothing has any more."""
    # Whoever uses one of them at this moment waits for the lock, and is counted or finds it gone.
    keys = [tag.pk for tag in Tag.objects.select_for_update().filter(pk__in=made).order_by("pk")]
    Tag.objects.filter(~Exists(TaggedItem.objects.filter(tag=OuterRef("pk"))), pk__in=keys).delete()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
