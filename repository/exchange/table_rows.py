"""Cut a table in text into rows of cells, in bounded memory: which character parts the cells, and what quotes them."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from repository.exchange.table_columns import TITLE, guess, is_known
from repository.exchange.text_source import Line, read_lines

DELIMITERS = "\t,;|"
LARGEST_ROW = 2_000_000  # characters; an abstract has 5,000, and the references of a work can have 200,000
# Characters that may be gone through in vain for the ends of quotes, and how long a row of several lines may be from
# then on: where hardly a quote is closed, the rest of the file would be gone through for each of its lines.
MOST_IN_VAIN = 20_000_000
_LARGEST_THEN = 1_000
_LOOKED_AT = 50  # rows by which the delimiter is found
_LONGEST_NAME = 200  # characters of a column's name
_MOST_COLUMNS = 500
csv.field_size_limit(LARGEST_ROW)  # the module's own limit would lose rows with long lists of references


class Row(NamedTuple):
    """One row: the line where it begins, its cells, and what could not be read as it stands."""

    line: int
    cells: list[str]
    problems: tuple[str, ...] = ()
    reason: str = ""  # why the line is no row; it has no cells then


def rows(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a table that are not blank, its header first.

    A quoted cell may hold line breaks, and quotes that are doubled or stand behind a backslash. A quote that is never
    closed costs its own line and no other. Raises UnreadableFile as read_lines does.
    """
    lines = read_lines(stream)
    head: list[Line] = []
    for line in lines:
        head.append(line)
        if len(head) >= _LOOKED_AT or sum(len(one.text) for one in head) > LARGEST_ROW:
            break
    delimiter, said = _delimiter([line.text for line in head])
    for row in _Rows([*head], lines, delimiter).rows():
        if said and row.line == 1 and not row.reason:
            continue  # Excel's “sep=;”
        if row.reason or any(cell.strip() for cell in row.cells):
            yield row


def looks_like_header(cells: list[str]) -> bool:
    """Tell whether cells can be the names of columns: two or more, short, and each another."""
    names = [cell.strip().lower() for cell in cells if cell.strip()]
    return (
        2 <= len(names) == len(set(names))
        and len(cells) <= _MOST_COLUMNS
        and len(names) * 2 > len(cells)
        and all(len(name) <= _LONGEST_NAME for name in names)
        and not any(name[0] in "<{@%" for name in names)
    )


def is_table(text: str) -> bool:
    """Tell whether a file that begins with the text is a table: it has names of columns, titles or even rows."""
    lines = text.split("\n")
    if len(lines) > 1:
        lines.pop()  # it may go on
    found = list(_first_rows(lines[:_LOOKED_AT], _delimiter(lines[:_LOOKED_AT])[0]))
    if not found or not looks_like_header(found[0]):
        return False
    header, *others = found
    named = guess(header)
    if TITLE in named and (sum(map(bool, named)) > 1 or [len(cells) for cells in others[:1]] == [len(header)]):
        return True
    return len(others) > 1 and all(len(cells) == len(header) for cells in others[:-1])


def has_known_header(text: str) -> bool:
    """Tell whether the first line of a text is the header of a table, with columns that are all known."""
    lines = text.split("\n", 1)[:1]
    found = list(_first_rows(lines, _delimiter(lines)[0]))
    return bool(found) and looks_like_header(found[0]) and is_known(found[0])


def _delimiter(lines: list[str]) -> tuple[str, bool]:
    """Return the character that parts the cells, and whether the first line is there to say so."""
    first = lines[0].strip().strip('"') if lines else ""
    if len(first) == 5 and first.lower().startswith("sep=") and first[4] in DELIMITERS:
        return first[4], True
    if first.lower() == "sep=":
        return "\t", True  # “sep=” with a tab behind it, which strip has taken off

    def fit(delimiter: str) -> tuple[bool, int, float]:
        found = list(_first_rows(lines, delimiter))
        if not found or not looks_like_header(found[0]):
            return False, 0, 0.0
        even = sum(len(cells) == len(found[0]) for cells in found)
        return True, sum(map(bool, guess(found[0]))), even / len(found) * len(found[0])

    return max(DELIMITERS, key=fit), False


def _first_rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    numbered = [Line(number, text) for number, text in enumerate(lines, start=1)]
    for row in _Rows(numbered, iter(()), delimiter).rows():
        if row.cells and any(cell.strip() for cell in row.cells):
            yield row.cells


class _Rows:
    """The rows of lines. A row that turns out to be none gives back the lines after its first."""

    def __init__(self, head: Iterable[Line], rest: Iterator[Line], delimiter: str) -> None:
        self._waiting, self._rest, self._delimiter = deque(head), rest, delimiter
        self._in_vain = 0

    def rows(self) -> Iterator[Row]:
        while (first := self._next()) is not None:
            yield self._row(first)

    def _next(self) -> Line | None:
        return self._waiting.popleft() if self._waiting else next(self._rest, None)

    def _row(self, first: Line) -> Row:
        problems = [first.problem] if first.problem else []
        if '"' not in first.text:
            return Row(first.number, first.text.split(self._delimiter), tuple(problems))
        taken: list[Line] = [first]
        for is_escaped in (False, True):
            cells = self._cells(taken, is_escaped=is_escaped)
            if cells is not None:
                return Row(first.number, cells, tuple(line.problem for line in taken if line.problem))
            self._give_back(taken)
        # A quote within a cell that does not begin with one, or text behind a closing quote.
        cells = next(csv.reader([first.text], delimiter=self._delimiter), [])
        if _is_open(first.text, self._delimiter):
            reason = "This row has a quotation mark that opens a cell and is never closed."
            return Row(first.number, [], tuple(problems), reason)
        problems.append(f"Line {first.number} has a quotation mark in an odd place; check this record.")
        return Row(first.number, cells, tuple(problems))

    def _cells(self, taken: list[Line], *, is_escaped: bool) -> list[str] | None:
        """Return the cells of the row that begins with the line in `taken`, to which its other lines are added.

        None where it breaks the rules of quotes (RFC 4180, 2), never ends or is too long.
        """
        size = 0
        largest = LARGEST_ROW if self._in_vain <= MOST_IN_VAIN else _LARGEST_THEN

        def texts() -> Iterator[str]:
            nonlocal size
            yield prepared(taken[0])
            while (line := self._next()) is not None:
                taken.append(line)
                size += len(line.text)
                if size > largest:
                    return
                yield prepared(line)

        def prepared(line: Line) -> str:
            return f"{line.text.replace(_ESCAPED, _DOUBLED) if is_escaped else line.text}\n"

        try:
            reader = csv.reader(texts(), delimiter=self._delimiter, strict=True)
            return next(reader)
        except csv.Error:
            self._in_vain += size
            return None

    def _give_back(self, taken: list[Line]) -> None:
        """Put all but the first of the lines back, so that they are rows of their own."""
        self._waiting.extendleft(reversed(taken[1:]))
        del taken[1:]


_ESCAPED, _DOUBLED = '\\"', '""'


def _is_open(text: str, delimiter: str) -> bool:
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False
