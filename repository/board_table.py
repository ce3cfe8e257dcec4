"""The arrangement of the board report: counted cells in, the lines of its table out (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """How many outputs, and how often these were read and downloaded."""

    outputs: int = 0
    views: int = 0
    downloads: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.outputs + other.outputs, self.views + other.views, self.downloads + other.downloads)


@dataclass(frozen=True)
class Heading:
    """What a line is about: its value in the address of the list of records, and its name."""

    value: str
    name: str


# The values of a cell's row and of the part of the row, which is empty where rows have no parts, and its year.
Place = tuple[str, str, int]
Cells = Mapping[Place, Figures]


@dataclass(frozen=True)
class Line:
    """A line of the table: a row, one part of it, or all rows together, which has no heading."""

    row: Heading | None
    part: Heading | None
    outputs_by_year: tuple[int, ...]
    total: Figures


def arrange(cells: Cells, *, rows: Sequence[Heading], parts: Sequence[Heading], years: Sequence[int]) -> list[Line]:
    """Return a line for each row in the order given, each with those of its parts that have outputs; all comes last.

    Every cell must lie in one of the rows and, where there are parts, in one of these. A row without a cell has 0 of
    everything. `years` are those that have a column of their own.
    """
    in_row: dict[str, dict[Place, Figures]] = defaultdict(dict)
    for place, figures in cells.items():
        in_row[place[0]][place] = figures
    lines = []
    for row in rows:
        own = in_row[row.value]
        lines.append(_line(row, None, own, years))
        for part in parts:
            line = _line(row, part, {place: own[place] for place in own if place[1] == part.value}, years)
            if line.total.outputs:
                lines.append(line)
    return [*lines, _line(None, None, cells, years)]


def _line(row: Heading | None, part: Heading | None, cells: Cells, years: Sequence[int]) -> Line:
    by_year: dict[int, int] = defaultdict(int)
    for (_, _, year), figures in cells.items():
        by_year[year] += figures.outputs
    return Line(row, part, tuple(by_year[year] for year in years), total(cells.values()))


def total(figures: Iterable[Figures]) -> Figures:
    """Return the sum of all figures."""
    return sum(figures, Figures())
