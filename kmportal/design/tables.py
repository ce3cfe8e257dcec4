"""A table as plain data: what a view hands to {% table %}."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column's heading; `numeric` columns are set flush right so that figures line up."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """One value and the column that it stands in."""

    column: Column
    value: Any


@dataclass(frozen=True)
class Table:
    """Rows of values under columns. The caption says what the table shows; the first column names each row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: a row has {len(row)} values for {len(self.columns)} columns")

    @property
    def is_narrow(self) -> bool:
        """Tell whether the rows fit a phone side by side; those of a wider table are laid out one below the other."""
        return len(self.columns) <= 2

    @property
    def cells(self) -> list[list[Cell]]:
        return [[Cell(column, value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows]


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, numeric: Sequence[str] = ()) -> Table:
    """Make a table; `numeric` names the columns that hold figures.

    Raises ValueError when a row has not one value for each column.
    """
    return Table(
        caption, tuple(Column(label, label in numeric) for label in columns), tuple(tuple(row) for row in rows)
    )
