"""What the columns of tables mean: remembered by their header, so that nobody is asked twice about the same table."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, exchange
from repository.exchange import UnreadableFile, table
from repository.exchange.table_columns import FIELDS, TITLE
from repository.models import ColumnMapping, ImportBatch
from repository.models.batch import BatchState


class ColumnsUnknown(Exception):
    """Somebody must say what the columns of a table mean; the message says which, for whoever runs a command."""


def meaning(stream: BinaryIO, *, named: Mapping[str, str] | None = None) -> tuple[list[str], ColumnMapping | None]:
    """Return what the columns of a table mean, as table.read takes it, and the mapping that says so, if one does.

    `named` gives it by the names of the columns, and the others are left out; it is not remembered here. Without it,
    what was remembered for the header counts, and then the guess, if all columns are known. The stream stands at its
    start, and is put back there. Raises ColumnsUnknown, and UnreadableFile where the first row names no columns.
    """
    header = table.header(stream)
    stream.seek(0)
    if named is not None:
        return by_name(header, named), None
    remembered = ColumnMapping.objects.filter(header_digest=digest(header)).first()
    if remembered:
        return remembered.fields, remembered
    if table.is_known(header):
        return table.guess(header), None
    unknown = ", ".join(f"“{name}”" for name in header if name)
    raise ColumnsUnknown(
        f"We do not know what the columns of this table mean: {unknown}. Say so with --columns, such as "
        '--columns "Title=title,Authors=contributors".'
    )


def of_file(stream: BinaryIO, *, named: Mapping[str, str] | None = None) -> list[str] | None:
    """Return what the columns of a file mean, as `meaning` does, or None where it is no table."""
    return meaning(stream, named=named)[0] if exchange.detect_in(stream) == table.KEY else None


def by_name(header: Sequence[str], named: Mapping[str, str]) -> list[str]:
    """Return the meaning of each column, by the names of columns in whatever case. Raises UnreadableFile."""
    meant = {name.strip().casefold(): field for name, field in named.items()}
    columns = [meant.get(name.casefold(), "") for name in header]
    if missing := meant.keys() - {name.casefold() for name in header}:
        raise UnreadableFile(f"This table has no column called “{min(missing)}”. It has: {', '.join(header)}.")
    if problem := table.problem_with(columns, header):
        raise UnreadableFile(problem)
    return columns


def parsed(text: str) -> dict[str, str]:
    """Return the fields by the names of columns in "Title=title,Authors=contributors".

    Raises ValueError, with a sentence, for a part that is not of this form or names no field.
    """
    named: dict[str, str] = {}
    for part in filter(str.strip, text.split(",")):
        name, equals, field = part.rpartition("=")
        if not equals or not name.strip():
            raise ValueError(f"“{part.strip()}” does not say which column means what. Write Column=field.")
        if field.strip() not in FIELDS:
            raise ValueError(f"“{field.strip()}” is no field. There are: {', '.join(FIELDS)}.")
        named[name.strip()] = field.strip()
    if TITLE not in named.values():
        raise ValueError("Say which column holds the titles, such as Title=title.")
    return named


def digest(header: Sequence[str]) -> str:
    """Return 64 hexadecimal digits that are the same for headers with the same names in the same order."""
    plain = json.dumps([" ".join(name.split()).casefold() for name in header])
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def remember(header: Sequence[str], fields: Sequence[str], *, name: str, by: Any) -> ColumnMapping:
    """Keep what the columns of tables with the header mean, and return it.

    Raises NotAllowed where the person may not import, and ValueError where the fields do not fit the header.
    """
    _check(by)
    if problem := table.problem_with(fields, header):
        raise ValueError(problem)
    mapping, _ = ColumnMapping.objects.update_or_create(
        header_digest=digest(header),
        defaults={
            "name": name[:200],
            "header": list(header),
            "fields": list(fields),
            "by": by,
            "changed_at": timezone.now(),
        },
    )
    return mapping


@transaction.atomic
def answer(batch: ImportBatch, fields: Sequence[str], *, name: str, by: Any) -> ColumnMapping:
    """Say what the columns of a waiting table mean: it is imported now, and so are the tables like it that wait.

    Raises NotAllowed where the person may not import or the batch waits for nothing, and ValueError as remember does.
    """
    _lock(batch, by)
    mapping = remember(head(batch).header, fields, name=name, by=by)
    for waiting in ImportBatch.objects.select_for_update(of=("self",)).filter(state=BatchState.COLUMNS):
        if waiting.pk == batch.pk or _has_header(waiting, mapping.header_digest):
            _queue(waiting)
    return mapping


@transaction.atomic
def leave_out(batch: ImportBatch, *, by: Any) -> None:
    """Do not import a waiting table: its batch has failed. Raises NotAllowed as answer does."""
    locked = _lock(batch, by)
    locked.state = BatchState.FAILED
    locked.failure = f"{by.name} decided not to import this table."
    locked.finished_at = timezone.now()
    locked.save(update_fields=["state", "failure", "finished_at"])


def forget(mapping: ColumnMapping, *, by: Any) -> None:
    """Forget what the columns of a kind of table mean: the next one asks. Raises NotAllowed as remember does."""
    _check(by)
    mapping.delete()


def head(batch: ImportBatch) -> table.Head:
    """Return the beginning of the batch's table."""
    with batch.file.open("rb") as stored:
        return table.head(stored.file)


def _lock(batch: ImportBatch, by: Any) -> ImportBatch:
    """Return the waiting batch, locked, so that only one person answers."""
    _check(by)
    locked = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state != BatchState.COLUMNS:
        raise NotAllowed("Somebody has decided about this table already.")
    return locked


def _has_header(batch: ImportBatch, header_digest: str) -> bool:
    try:
        return digest(head(batch).header) == header_digest
    except (OSError, UnreadableFile):
        return False  # its own page says so


def _queue(batch: ImportBatch) -> None:
    from repository.tasks import import_batch  # here, because the job itself calls this module

    batch.state = BatchState.WAITING
    batch.finished_at = None
    batch.save(update_fields=["state", "finished_at"])
    jobs.later(import_batch, batch_pk=batch.pk)


def _check(by: Any) -> None:
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
