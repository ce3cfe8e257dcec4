"""Import a file of records: every one is added, updated, left unchanged, set aside as a duplicate, or rejected.

What a source says of a work is kept beside the record (ImportedFrom). When the source says something else later, only
those parts of the record change that nobody has edited in between.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import connection, reset_queries, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from kmportal.copying import copy_rows
from kmportal.lifecycle import edits
from kmportal.search import indexing
from repository import deposits
from repository.descriptions import LABELS, describe, for_description
from repository.exchange.entry import Entry, Rejected
from repository.intake.description import COLUMNS, RELATIONS, Description, describe_entry, said_alike, with_description
from repository.intake.writing import WRITERS, create_records
from repository.models import Identifier, ImportBatch, ImportedFrom, Record
from repository.models.batch import Outcome
from repository.models.contributor import name_key
from repository.status import Status

# What ImportedFrom calls the source whose items are known again by their PMID.
PUBMED = "pubmed"
# Entries that are written in one transaction: enough to make queries cheap, few enough to keep memory and locks small.
CHUNK = 250
# Problems of each kind that are kept one by one; beyond this only their number is.
MAX_PROBLEMS = 1_000
# Titles this alike (difflib's ratio) name one work where the DOI is the same; a chapter's and its book's do not.
SAME_TITLE = 0.85


@dataclass(frozen=True)
class Problem:
    """What a person should look at: a rejected or duplicate entry, or a warning about one that went in."""

    kind: str  # "rejected", "duplicate" or "warning"
    line: int
    label: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "line": self.line, "label": self.label, "reason": self.reason}


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

    def note(self, kind: str, line: int, label: str, reason: str) -> None:
        """Keep a problem, or only count it once there are very many of its kind."""
        self._kept[kind] += 1
        if self._kept[kind] <= MAX_PROBLEMS:
            self.problems.append(Problem(kind, line, label[:200], reason))
        else:
            self.problems_left_out += 1


def import_entries(
    entries: Iterable[Entry | Rejected],
    *,
    batch: ImportBatch | None = None,
    by: Any = None,
    publish: bool = False,
    dry_run: bool = False,
    after_chunk: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Bring entries into the repository and return what became of each.

    New records go to the review queue, or with `publish` straight to readers, in the batch's collection. Each chunk is
    one transaction: a crash loses at most the chunk in hand, and the same file can be imported again. With `dry_run`
    everything is done and taken back. `after_chunk` is called with the counts so far. Raises NotAllowed where the
    person may not publish, and whatever the reader raises.
    """
    summary = Summary()
    run = _Run(batch, by, ["submit", "publish"] if publish else ["submit"], summary)
    # A dry run takes back everything at its end, and not chunk by chunk: later chunks are checked against earlier ones.
    with transaction.atomic() if dry_run else nullcontext():
        for chunk in _chunks(entries):
            with transaction.atomic():
                run.import_chunk(chunk)
            reset_queries()  # with DEBUG on, Django keeps the text of every query
            after_chunk(summary)
        if dry_run:
            transaction.set_rollback(True)
    return summary


def _chunks(entries: Iterable[Entry | Rejected]) -> Iterator[Sequence[Entry | Rejected]]:
    iterator = iter(entries)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


@dataclass(frozen=True)
class _Item:
    """An entry on its way in."""

    entry: Entry
    pmid: str
    said: Description

    @cached_property
    def fingerprint(self) -> str:
        return self.entry.fingerprint()


@dataclass
class _Run:
    batch: ImportBatch | None
    by: Any
    moves: list[str]
    summary: Summary
    seen: dict[str, int] = field(default_factory=dict)  # PMID -> line, of this file's entries so far

    def import_chunk(self, chunk: Sequence[Entry | Rejected]) -> None:
        with connection.cursor() as cursor:
            # Two imports at once would both miss what the other is about to add: one chunk at a time.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('repository.import'))")
        items = list(self._items(chunk))
        known = {
            imported.key: imported
            for imported in ImportedFrom.objects.filter(source=PUBMED, key__in=[item.pmid for item in items])
        }
        new, changed = [], []
        for item in items:
            imported = known.get(item.pmid)
            if imported is None:
                new.append(item)
            elif imported.fingerprint == item.fingerprint:
                self._count_again(imported)
            else:
                changed.append((imported, item))
        self._update(changed)
        self._add(self._without_duplicates(new))

    def _items(self, chunk: Sequence[Entry | Rejected]) -> Iterator[_Item]:
        """Yield the chunk's entries that this file has not held before; count the others."""
        for entry in chunk:
            if isinstance(entry, Rejected):
                self.summary.rejected += 1
                self.summary.note("rejected", entry.line, entry.label, entry.reason)
                continue
            said, cuts = describe_entry(entry)
            item = _Item(entry, entry.identifier("pmid"), said)
            for warning in (*entry.warnings, *cuts):
                self.summary.note("warning", entry.line, entry.title, warning)
            if first := self.seen.get(item.pmid):
                self.summary.duplicates += 1
                reason = f"The same item begins on line {first} of this file, and that one counts."
                self.summary.note("duplicate", entry.line, entry.title, reason)
                continue
            self.seen[item.pmid] = entry.line
            yield item

    def _count_again(self, imported: ImportedFrom) -> None:
        """Count an entry that needs nothing; in a batch that runs again after a crash, as what it was before that."""
        if self.batch is not None and imported.batch_id == self.batch.pk:
            setattr(self.summary, imported.outcome, getattr(self.summary, imported.outcome) + 1)
        else:
            self.summary.unchanged += 1

    def _update(self, changed: Sequence[tuple[ImportedFrom, _Item]]) -> None:
        """Take over what the source changed, save where a librarian has edited the record since the last import."""
        rows = Record.objects.filter(imported_from__in=[imported for imported, _ in changed])
        # Locked, so that what somebody saves at this moment is compared too, and not overwritten.
        locked = rows.select_for_update(of=("self",)).order_by("pk")
        records = with_description(for_description(locked)).in_bulk()
        before = {pk: describe(record) for pk, record in records.items()}
        for imported, item in changed:
            record = records[imported.record_id]
            for part in (*COLUMNS, *RELATIONS):
                if item.said[part] == imported.data.get(part) or not said_alike(part, record, imported.data):
                    continue
                if part in WRITERS:
                    WRITERS[part]([(record, item.said)])
                else:
                    setattr(record, part, item.said[part])
            record.changed_at = imported.at = timezone.now()
            record.save(update_fields=[*COLUMNS, "changed_at"])
            imported.fingerprint, imported.data = item.fingerprint, item.said
            imported.batch, imported.outcome = self.batch, Outcome.UPDATED
            imported.save()
        after = {pk: describe(record) for pk, record in for_description(Record.objects.all()).in_bulk(before).items()}
        changes = {pk: edits.changes_between(before[pk], after[pk], LABELS) for pk in before}
        edits.note_many(Record, changes, by=self.by, reason="The source has changed it")
        indexing.refresh(list(records.values()))
        self.summary.updated += len(changed)

    def _without_duplicates(self, items: Sequence[_Item]) -> list[_Item]:
        """Return the items that the repository does not hold yet; set the others aside and say which record it is."""
        wanted = {("pmid", item.entry.identifier("pmid")) for item in items}
        wanted |= {("doi", item.entry.identifier("doi")) for item in items}
        held: dict[tuple[str, str], list[tuple[int | None, str]]] = {}
        # A draft is private, and may come to nothing.
        named = Identifier.objects.exclude(record__status=Status.DRAFT).filter(
            scheme__in=["pmid", "doi"], value__in=[value for _, value in wanted if value]
        )
        for row in named.values_list("scheme", "value", "record_id", "record__title"):
            held.setdefault(row[:2], []).append(row[2:])
        fresh = []
        for item in items:
            pmid, doi = item.entry.identifier("pmid"), item.entry.identifier("doi")
            same_pmid = held.get(("pmid", pmid), [])
            same_doi = held.get(("doi", doi), [])
            same_work = same_pmid or [row for row in same_doi if _alike(row[1], item.said["title"])]
            if same_work:
                self.summary.duplicates += 1
                number, title = same_work[0]
                where = f"record {number}" if number else "an earlier item of this file"
                self.summary.note("duplicate", item.entry.line, item.entry.title, f"Already here as {where}: {title}")
                continue
            if same_doi:
                self.summary.note(
                    "warning", item.entry.line, item.entry.title, f"Another work has the same DOI: {same_doi[0][1]}"
                )
            fresh.append(item)
            for scheme, value in (("pmid", pmid), ("doi", doi)):
                if value:
                    held.setdefault((scheme, value), []).append((None, item.said["title"]))
        return fresh

    def _add(self, items: Sequence[_Item]) -> None:
        if not items:
            return
        collection = self.batch.collection if self.batch else None
        records = create_records([item.said for item in items], collection=collection, depositor=self.by)
        batch_pk, now = self.batch.pk if self.batch else None, timezone.now()
        copy_rows(
            ImportedFrom,
            ("record_id", "batch_id", "outcome", "source", "key", "fingerprint", "data", "at"),
            (
                (record.pk, batch_pk, Outcome.ADDED.value, PUBMED, item.pmid, item.fingerprint, Jsonb(item.said), now)
                for record, item in zip(records, items, strict=True)
            ),
        )
        deposits.move_together(records, self.moves, by=self.by, note="Imported")
        self.summary.added += len(records)


def _alike(title: str, other: str) -> bool:
    a, b = name_key(title), name_key(other)
    return a == b or SequenceMatcher(None, a, b).ratio() >= SAME_TITLE
