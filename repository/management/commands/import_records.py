"""Import files of records: manage.py import_records FILE… [--collection C] [--columns C] [--publish] [--dry-run]…"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from tqdm import tqdm

from repository import exchange
from repository.exchange import UnreadableFile
from repository.intake import batches, columns
from repository.intake.columns import ColumnsUnknown
from repository.intake.importing import Summary, import_entries
from repository.models import Collection, ImportBatch
from repository.models.batch import Origin

OUTCOMES = ("added", "updated", "unchanged", "duplicates", "rejected")


@dataclass(frozen=True)
class _Outcome:
    """What became of one file; `failure` says why it could not be read, or is empty."""

    path: Path
    summary: Summary
    failure: str = ""

    def __str__(self) -> str:
        return _printable(self.path)


class Command(BaseCommand):
    """Import each file in turn; a file that cannot be read is reported, and the others go in."""

    help = (
        f"Import files of bibliographic records. What each is, is told from what it holds: {exchange.labels()}. New "
        "records wait for review, or are published with --publish. Importing a file again changes nothing. Exit code "
        "0: all went well; 1: some records were rejected; 2: a file could not be read, or the command not understood."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--collection", metavar="C", help="the collection that new records go to: its name or slug")
        parser.add_argument(
            "--columns", metavar="C", help="what the columns of tables mean, such as Title=title,Authors=contributors"
        )
        parser.add_argument("--publish", action="store_true", help="publish new records at once")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the summary as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = _find_collection(options["collection"])
        named = _columns(options["columns"])
        outcomes = [
            _import_file(
                path, collection=collection, named=named, publish=options["publish"], dry_run=options["dry_run"]
            )
            for path in options["files"]
        ]
        total = {name: sum(getattr(outcome.summary, name) for outcome in outcomes) for name in ("read", *OUTCOMES)}
        self._report(outcomes, total, dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(total | _details(outcomes), ensure_ascii=False))
        if any(outcome.failure for outcome in outcomes):
            sys.exit(2)
        if total["rejected"]:
            sys.exit(1)

    def _report(self, outcomes: list[_Outcome], total: dict[str, int], *, dry_run: bool) -> None:
        for outcome in outcomes:
            if outcome.failure:
                self.stderr.write(f"{outcome}: {outcome.failure}")
            for problem in outcome.summary.problems:
                where = f"{outcome}, line {problem.line}"
                self.stderr.write(f"{where}: {problem.kind}: {problem.reason} ({problem.label or 'no title'})")
            if outcome.summary.problems_left_out:
                self.stderr.write(f"{outcome}: and {outcome.summary.problems_left_out} more.")
        counts = ", ".join(f"{total[name]} {name}" for name in OUTCOMES)
        self.stdout.write(f"{'Would have read' if dry_run else 'Read'} {total['read']} records: {counts}.")


def _find_collection(name: str | None) -> Collection | None:
    if not name:
        return None
    found = list(Collection.objects.filter(Q(slug=name) | Q(name__iexact=name))[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"More than one collection is called {name}. Give its slug.", returncode=2)
    known = ", ".join(Collection.objects.order_by("slug").values_list("slug", flat=True)[:50]) or "none yet"
    raise CommandError(f"There is no collection called {name}. There are: {known}.", returncode=2)


def _columns(text: str | None) -> dict[str, str] | None:
    try:
        return columns.parsed(text) if text else None
    except ValueError as error:
        raise CommandError(str(error), returncode=2) from None


def _import_file(
    path: Path, *, collection: Collection | None, named: dict[str, str] | None, publish: bool, dry_run: bool
) -> _Outcome:
    try:
        if not path.is_file() and path.exists():
            return _Outcome(path, Summary(), "This is not a file. Save what it gives to a file first.")
        size = path.stat().st_size
        stream = path.open("rb")
    except OSError as error:
        return _Outcome(path, Summary(), f"This file cannot be opened: {error.strerror}.")
    name = _printable(Path(path.name))
    with stream, tqdm(total=size, unit="B", unit_scale=True, desc=name, disable=None) as bar:

        def show_progress(*_: Any) -> None:
            bar.update(stream.tell() - bar.n)

        if dry_run:
            try:
                reading = exchange.read(stream, columns=columns.of_file(stream, named=named))
                summary = import_entries(
                    reading, source=reading.format, publish=publish, dry_run=True, after_chunk=show_progress
                )
                return _Outcome(path, summary)
            except (UnreadableFile, ColumnsUnknown) as error:
                return _Outcome(path, Summary(), str(error))
        batch = ImportBatch.objects.create(
            file_name=name, bytes_total=size, collection=collection, publish=publish, origin=Origin.COMMAND
        )
        summary = batches.run(batch, stream, named=named, after_chunk=show_progress)
        return _Outcome(path, summary, batch.failure)


def _printable(path: Path) -> str:
    """Return a path as it can be printed and stored, which one that is not UTF-8 cannot be as it is."""
    return os.fsencode(path).decode(errors="replace")


def _details(outcomes: list[_Outcome]) -> dict[str, Any]:
    """Return what the JSON summary holds beside the counts."""
    return {
        "files": [
            {"file": str(outcome), "failure": outcome.failure}
            | {name: getattr(outcome.summary, name) for name in ("read", *OUTCOMES)}
            for outcome in outcomes
        ],
        "problems": [
            {"file": str(outcome), **problem.to_json()} for outcome in outcomes for problem in outcome.summary.problems
        ],
        "problems_left_out": sum(outcome.summary.problems_left_out for outcome in outcomes),
    }
