"""Read tables of works: text with commas, semicolons, tabs or bars between the cells, its first row naming the columns.

What the columns mean is guessed from their names, or said by whoever knows the table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from repository.exchange import table_columns
from repository.exchange.entry import Entry, Rejected
from repository.exchange.table_columns import guess, is_known, problem_with
from repository.exchange.table_entry import make_entry
from repository.exchange.table_rows import Row, is_table, looks_like_header, rows
from repository.exchange.text_source import UnreadableFile

KEY = "table"
LABEL = "a table (CSV or tab-separated)"

_NO_HEADER = "The first row of this table must name its columns, such as Title and Authors. Add such a row."


@dataclass(frozen=True)
class Head:
    """The beginning of a table: the names of its columns and its first rows."""

    header: list[str]
    rows: list[list[str]]


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is a table."""
    return is_table(text)


def head(stream: BinaryIO, *, most: int = 5) -> Head:
    """Return the names of the columns, and the first rows as cells. Raises UnreadableFile where there are none."""
    found = rows(stream)
    names = _header(found)
    return Head(names, [row.cells for row in islice((row for row in found if row.cells), most)])


def header(stream: BinaryIO) -> list[str]:
    """Return the names of the columns. Raises UnreadableFile where the first row cannot be that."""
    return head(stream, most=0).header


def read(stream: BinaryIO, columns: Sequence[str] | None = None) -> Iterator[Entry | Rejected]:
    """Yield an entry for each row, or why it is none, in the order of the file.

    `columns` has for each column a key of table_columns.FIELDS, or "" for one to leave out; None stands for what the
    names of the columns say. A row that has cells beyond the header's, or less than half of them, is rejected: it has
    been torn. Columns with something in them that are left out are named once, in the first entry's warnings.
    Raises UnreadableFile for a file that is no table, or where the columns hold no title.
    """
    found = rows(stream)
    names = _header(found)
    fields = list(columns) if columns is not None else guess(names)
    if problem := problem_with(fields, names):
        raise UnreadableFile(problem)
    unread = ", ".join(f"“{name}”" for name, field in zip(names, fields, strict=True) if name.strip() and not field)
    said = (f"These columns of the table were left out: {unread}.",) if unread else ()
    is_empty = True
    for row in found:
        is_empty = False
        made = _read_row(row, names, fields)
        if said and isinstance(made, Entry):
            made, said = replace(made, warnings=(*made.warnings, *said)), ()
        yield made
    if is_empty:
        yield Rejected(1, "This table has no row below the names of its columns.")


def _header(found: Iterator[Row]) -> list[str]:
    first = next(found, None)
    if first is None or not looks_like_header(first.cells):
        raise UnreadableFile(_NO_HEADER)
    names = [" ".join(cell.split()) for cell in first.cells]
    while len(names) > 2 and not names[-1]:
        names.pop()  # spreadsheets end their rows with empty cells
    return names


def _read_row(row: Row, names: list[str], fields: list[str]) -> Entry | Rejected:
    label = row.cells[fields.index(table_columns.TITLE)][:100] if len(row.cells) == len(names) else " ".join(row.cells)
    if [" ".join(cell.split()) for cell in row.cells[: len(names)]] == names:
        return Rejected(row.line, "This row names the columns once more: two tables may have been put together.", label)
    if row.reason:
        return Rejected(row.line, " ".join((*row.problems, row.reason)))
    wanted, there = len(names), len(row.cells)
    if any(cell.strip() for cell in row.cells[wanted:]) or there * 2 < wanted:
        torn = f"This row has {there} cells, and the table has {wanted} columns. Check its quotation marks."
        return Rejected(row.line, torn, label[:100])
    if there < wanted:
        short = f"Line {row.line}: this row has {there} of {wanted} cells; those at its end were taken as empty."
        row = row._replace(problems=(*row.problems, short))
    entry = make_entry(row, names, fields)
    return entry or Rejected(row.line, "This row has no title.", label[:100])


__all__ = [
    "KEY", "LABEL", "Head", "guess", "head", "header", "is_known", "problem_with", "read", "recognises",
]  # fmt: skip
