"""Import a file of records: every one is added, updated, left unchanged, set aside as a duplicate, or rejected.

What a source says of a work is kept beside the record (ImportedFrom). When the source says something else later, only
those parts of the record change that nobody has edited in between. A batch has a row for what became of each entry.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import connection, reset_queries, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from kmportal.copying import copy_rows
from repository import deposits
from repository.exchange.entry import Entry, Rejected
from repository.intake.description import Description, describe_entry
from repository.intake.held import Candidate, Held, Match
from repository.intake.placing import Place, Rule, place, rules
from repository.intake.sources import identity
from repository.intake.taking_over import CHANGED_BY_SOURCE, Change, take_over
from repository.intake.writing import create_records
from repository.models import BatchRow, ImportBatch, ImportedFrom, Record
from repository.models.batch import Outcome, RowKind

# Entries that are written in one transaction: enough to make queries cheap, few enough to keep memory and locks small.
CHUNK = 250
# Problems of each kind that a summary holds one by one; beyond this only their number is. A batch has rows for all.
MAX_PROBLEMS = 1_000


@dataclass(frozen=True)
class Problem:
    """What a person should look at: an entry that was rejected or set aside, or a warning about one that went in."""

    kind: RowKind
    line: int
    label: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "line": self.line, "label": self.label, "reason": self.reason}


@dataclass
class Summary:
    """What became of a file's records: the five outcomes add up to what was read."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    problems_left_out: int = 0
    _kept: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.added + self.updated + self.unchanged + self.duplicates + self.rejected

    def note(self, problem: Problem) -> None:
        """Keep a problem, or only count it once there are very many of its kind."""
        self._kept[problem.kind] += 1
        if self._kept[problem.kind] <= MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.problems_left_out += 1


def import_entries(
    entries: Iterable[Entry | Rejected],
    *,
    source: str,
    batch: ImportBatch | None = None,
    by: Any = None,
    publish: bool = False,
    dry_run: bool = False,
    after_chunk: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Bring entries into the repository and return what became of each.

    `source` is the format of the file, or what names the harvest (see sources.py). New records go to the review queue,
    or with `publish` straight to readers, in the batch's collection or where the rules for affiliations say. Each chunk
    is one transaction: a crash loses at most the chunk in hand, and the same file can be imported again. With `dry_run`
    everything is done and taken back. `after_chunk` is called with the counts so far. Raises NotAllowed where the
    person may not publish, and whatever the reader raises.
    """
    run = _Run(source, batch, by, moves_to(publish=publish))
    # A dry run takes back everything at its end, and not chunk by chunk: later chunks are checked against earlier ones.
    with transaction.atomic() if dry_run else nullcontext():
        for chunk in _chunks(entries):
            with transaction.atomic():
                run.import_chunk(chunk)
            reset_queries()  # with DEBUG on, Django keeps the text of every query
            after_chunk(run.summary)
        if dry_run:
            transaction.set_rollback(True)
    return run.summary


def moves_to(*, publish: bool) -> list[str]:
    """Return the moves that bring a new record to the queue, or to readers."""
    return ["submit", "publish"] if publish else ["submit"]


def lock() -> None:
    """Let one transaction at a time import: two at once would both miss what the other is about to add."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('repository.import'))")


@dataclass(frozen=True)
class Item:
    """What a source says of one work, on its way in."""

    source: str
    key: str
    fingerprint: str
    said: Description
    line: int = 0

    @cached_property
    def candidate(self) -> Candidate:
        return Candidate.of(self.said, self.line)


def add(
    items: Sequence[tuple[Item, Place]], moves: Sequence[str], *, batch: ImportBatch | None, by: Any
) -> list[Record]:
    """Make a record of each item, moved to where it belongs, and return them in order. Wants a transaction."""
    records = create_records([(item.said, place) for item, place in items], depositor=by)
    batch_pk, now = batch.pk if batch else None, timezone.now()
    copy_rows(
        ImportedFrom,
        ("record_id", "batch_id", "outcome", "source", "key", "fingerprint", "data", "at"),
        (
            (record.pk, batch_pk, Outcome.ADDED.value, item.source, item.key, item.fingerprint, Jsonb(item.said), now)
            for record, (item, _) in zip(records, items, strict=True)
        ),
    )
    deposits.move_together(records, moves, by=by, note="Imported")
    return records


def _chunks(entries: Iterable[Entry | Rejected]) -> Iterator[Sequence[Entry | Rejected]]:
    iterator = iter(entries)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


@dataclass
class _Row:
    """A row of the batch in the making."""

    kind: RowKind
    line: int
    label: str
    reason: str = ""
    item: Item | None = None
    match: Match | None = None
    record: int | None = None
    before: dict[str, Any] | None = None


@dataclass
class _Run:
    source: str
    batch: ImportBatch | None
    by: Any
    moves: list[str]
    summary: Summary = field(default_factory=Summary)
    held: Held = field(default_factory=Held)
    rules: list[Rule] = field(default_factory=rules)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)  # source and key -> line, of the entries so far
    rows: list[_Row] = field(default_factory=list)  # of the chunk in hand

    def import_chunk(self, chunk: Sequence[Entry | Rejected]) -> None:
        lock()
        self.rows = []
        items = list(self._items(chunk))
        keys = {item.key for item, _ in items}
        known = {
            (row.source, row.key): row
            for row in ImportedFrom.objects.filter(source__in={item.source for item, _ in items}, key__in=keys)
        }
        new, changed = [], []
        for item, where in items:
            imported = known.get((item.source, item.key))
            if imported is None:
                new.append((item, where))
            elif imported.fingerprint == item.fingerprint:
                self._count_again(imported, item)
            else:
                changed.append((imported, item))
        self._update(changed)
        fresh = self._without_duplicates(new)
        records = add(fresh, self.moves, batch=self.batch, by=self.by)
        self.summary.added += len(records)
        added: dict[Candidate, int] = {}
        for (item, _), record in zip(fresh, records, strict=True):
            added[item.candidate] = record.pk
            self._row(RowKind.ADDED, item, record=record.pk)
        self._write_rows(added)

    def _items(self, chunk: Sequence[Entry | Rejected]) -> Iterator[tuple[Item, Place]]:
        """Yield the chunk's entries that this file has not held before, and where they belong; count the others."""
        for entry in chunk:
            if isinstance(entry, Rejected):
                self.summary.rejected += 1
                self._note(RowKind.REJECTED, entry.line, entry.label, entry.reason)
                continue
            said, cuts = describe_entry(entry)
            where = place(said, self.rules)
            if self.batch and self.batch.collection_id:
                where = Place(where.department, self.batch.collection_id)
            source, key = identity(entry, self.source)
            item = Item(source, key, entry.fingerprint(), said, entry.line)
            for warning in (*entry.warnings, *cuts):
                self._note(RowKind.WARNING, entry.line, entry.title, warning)
            if (source, key) in self.seen:
                first = self.seen[source, key]
                match = Match(
                    RowKind.DUPLICATE, f"The same item begins on line {first} of this file, and that one counts."
                )
                self._set_aside(item, match)
                continue
            self.seen[source, key] = entry.line
            yield item, where

    def _count_again(self, imported: ImportedFrom, item: Item) -> None:
        """Count an entry that needs nothing; in a batch that runs again after a crash, as what it was before that."""
        kind = RowKind.UNCHANGED
        if self.batch is not None and imported.batch_id == self.batch.pk:
            kind = RowKind(imported.outcome)
        setattr(self.summary, kind, getattr(self.summary, kind) + 1)
        if kind != RowKind.UPDATED:  # that row is there already: see batches.run
            self._row(kind, item, record=imported.record_id)

    def _update(self, changed: Sequence[tuple[ImportedFrom, Item]]) -> None:
        """Take over what the source changed, and keep what was there before, so that it can be undone."""
        if not changed:
            return
        for imported, item in changed:
            before = {
                "said": imported.data, "fingerprint": imported.fingerprint,
                "batch": imported.batch_id, "outcome": imported.outcome,
            }  # fmt: skip
            self._row(RowKind.UPDATED, item, record=imported.record_id, before=before)
        batch = self.batch.pk if self.batch else None
        changes = [Change(imported, item.said, item.fingerprint, batch, Outcome.UPDATED) for imported, item in changed]
        take_over(changes, by=self.by, reason=CHANGED_BY_SOURCE)
        self.summary.updated += len(changed)

    def _without_duplicates(self, items: Sequence[tuple[Item, Place]]) -> list[tuple[Item, Place]]:
        """Return the items that the repository does not hold yet; set the others aside and say which record it is."""
        candidates = [item.candidate for item, _ in items]
        matches = self.held.matches(candidates)
        titles = self.held.other_titles(candidates)
        fresh = []
        for (item, where), match in zip(items, matches, strict=True):
            if match:
                self._set_aside(item, match)
                continue
            doi = item.candidate.doi
            if other := titles.get(doi):
                self._note(RowKind.WARNING, item.line, item.said["title"], f"Another work has the same DOI: {other}")
            if doi:
                titles[doi] = item.said["title"]
            fresh.append((item, where))
        return fresh

    def _set_aside(self, item: Item, match: Match) -> None:
        self.summary.duplicates += 1
        self.summary.note(Problem(match.kind, item.line, item.said["title"], match.reason))
        self._row(match.kind, item, reason=match.reason, match=match)

    def _note(self, kind: RowKind, line: int, label: str, reason: str) -> None:
        self.summary.note(Problem(kind, line, label[:200], reason))
        self.rows.append(_Row(kind, line, label, reason))

    def _row(self, kind: RowKind, item: Item, **more: Any) -> None:
        self.rows.append(_Row(kind, item.line, item.said["title"], item=item, **more))

    def _write_rows(self, added: dict[Candidate, int]) -> None:
        """Keep the chunk's rows; `added` are the keys of the records that the chunk added."""
        if self.batch is None or not self.rows:
            return
        batch = self.batch.pk
        keys = {row.item.key for row in self.rows if row.item and row.match}
        same = ImportedFrom.objects.filter(key__in=keys).values_list("source", "key", "record")
        first = {(source, key): record for source, key, record in same}

        def candidate(row: _Row) -> int | None:
            if row.match is None or row.item is None:
                return None
            if row.match.entry:
                return added.get(row.match.entry)
            return row.match.record or first.get((row.item.source, row.item.key))

        def said(row: _Row) -> tuple[Any, str, str, str]:
            """Return what a decision about the row, or its undoing, will need of the entry."""
            if row.item is None or not (row.match or row.before):
                return None, "", "", ""
            return Jsonb(row.item.said), row.item.source, row.item.key, row.item.fingerprint

        copy_rows(
            BatchRow,
            ("batch_id", "kind", "line", "label", "reason", "said", "source", "key", "fingerprint", "candidate_id",
             "record_id", "before"),
            (
                (
                    batch, row.kind.value, row.line, row.label[:200], row.reason, *said(row),
                    candidate(row), row.record, Jsonb(row.before) if row.before else None,
                )
                for row in self.rows
            ),
        )  # fmt: skip
