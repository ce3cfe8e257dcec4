"""The board report: outputs by department, type, year and collection with how they were used, each with its records.

What counts is what lists give to the user now, so that every figure is that of the list behind it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kmportal.design.charts import BarChart, LineChart, bar_chart, line_chart
from kmportal.design.tables import Table, table
from kmportal.people.models import Department
from repository import periods
from repository.board_form import DIMENSIONS, NO_COLLECTION, NO_DEPARTMENT, Choices
from repository.board_table import Cells, Figures, Heading, Line, Place, arrange
from repository.filters import NONE
from repository.models import Record, UseCount
from repository.models.record import RecordQuerySet
from repository.record_types import RecordType
from repository.terms import CollectionTree

# Bars that still make a chart; the table has all lines.
MOST_BARS = 15


def departments() -> dict[int, Heading]:
    """Return all departments by key, in the order of their names. One query."""
    return {key: Heading(slug, name) for key, slug, name in Department.objects.values_list("pk", "slug", "name")}


class BoardReport:
    """A report for a user, in five queries at most. `departments` are all there are, by key."""

    def __init__(self, choices: Choices, *, user: Any, departments: dict[int, Heading]) -> None:
        self.choices = choices
        self._departments = departments
        self._listed: RecordQuerySet = Record.objects.listed_for(user)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the table; the last is that of all outputs."""
        choices = self.choices
        columns = () if "year" in (choices.by, choices.split) else choices.years
        parts = self._headings(choices.split) if choices.split else ()
        rows = self._headings(choices.by)
        # Whatever has no department or collection has a row only if there is such a thing.
        shown = {row for row, _, _ in self._cells} | set(choices.departments if choices.by == "department" else ())
        rows = [row for row in rows if row.value != NONE or NONE in shown]
        return arrange(self._cells, rows=rows, parts=parts, years=columns)

    @property
    def total(self) -> Figures:
        return self.lines[-1].total

    @property
    def total_address(self) -> str:
        return self.address(self.lines[-1], self.choices.years)

    @cached_property
    def undated(self) -> int:
        """How many of the outputs have no date, so that they are in no year."""
        return self._chosen.filter(year=None).count()

    @property
    def undated_address(self) -> str:
        return self._address([("year", NONE), *self._filters(pinned=())])

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing at all that could be counted. No query where there is."""
        return not self.total.outputs and not self.undated and not self._listed.exists()

    @cached_property
    def table(self) -> Table:
        """The lines with their figures, each of which leads to its records."""
        columns = (DIMENSIONS[self.choices.by], *self._year_names, "Outputs", "Views", "Downloads")
        rows = [(self._label(line), *self._linked(line)) for line in self.lines]
        return table(self._title, columns, rows, numeric=columns[1:])

    @property
    def chart(self) -> BarChart | LineChart:
        """The outputs of each row; of many, those that have the most."""
        label = DIMENSIONS[self.choices.by]
        values = [(line.row.name, line.total.outputs) for line in self.lines if line.row and not line.part]
        if self.choices.by == "year":
            draw = line_chart if len(values) > 1 else bar_chart
            return draw(self._title, values, of="Outputs", per=label)
        values.sort(key=lambda value: -value[1])
        title = self._title if len(values) <= MOST_BARS else f"{self._title}: the {MOST_BARS} with most"
        return bar_chart(title, values[:MOST_BARS], of="Outputs", per=label)

    def as_rows(self) -> Iterator[list[str | int]]:
        """Yield the table as plain values, its headings first."""
        choices = self.choices
        parts = [DIMENSIONS[choices.split]] if choices.split else []
        yield [DIMENSIONS[choices.by], *parts, *self._year_names, "Outputs", "Views", "Downloads"]
        for line in self.lines:
            part = [line.part.name if line.part else "All"] if choices.split else []
            total = line.total
            names = [line.row.name if line.row else "All", *part]
            yield [*names, *line.outputs_by_year, total.outputs, total.views, total.downloads]

    # --- What is counted -----------------------------------------------------------------------------------------
    @property
    def _chosen(self) -> RecordQuerySet:
        """The records of the chosen departments and types, of whatever year."""
        records = self._listed
        if self.choices.types:
            records = records.filter(type__in=self.choices.types)
        if slugs := self.choices.departments:
            keys = [key for key, one in self._departments.items() if one.value in slugs]
            records = records.filter(Q(department__in=keys) | (Q(department=None) if NONE in slugs else Q()))
        return records

    @cached_property
    def _cells(self) -> Cells:
        choices = self.choices
        records = self._chosen.filter(periods.within(choices.first, choices.last, financial=choices.financial))
        months = periods.months(choices.first, choices.last, financial=choices.financial)
        uses = UseCount.objects.filter(record__in=records.order_by().values("pk"), month__range=months)
        cells: dict[Place, Figures] = defaultdict(Figures)
        counted = records.order_by().values_list(*self._columns("")).annotate(number=Count("pk"))
        for row, part, year, outputs in counted:
            cells[self._place(row, part, year)] += Figures(outputs)
        used = uses.order_by().values_list(*self._columns("record__")).annotate(v=Sum("views"), d=Sum("downloads"))
        for row, part, year, views, downloads in used:
            cells[self._place(row, part, year)] += Figures(0, views, downloads)
        return dict(cells)

    def _columns(self, path: str) -> list[Combinable]:
        """Return the expressions for row, part and year of a record."""
        year = periods.year_column(financial=self.choices.financial, path=path)
        columns = {"type": F(f"{path}type"), "year": year}
        columns |= {name: F(f"{path}{name}_id") for name in ("department", "collection")}
        # Without parts all of a row lies in one, whatever it is called.
        return [columns[self.choices.by], columns[self.choices.split or self.choices.by], year]

    def _place(self, row: Any, part: Any, year: int) -> Place:
        split = self.choices.split
        return self._value(self.choices.by, row), self._value(split, part) if split else "", year

    def _value(self, dimension: str, key: Any) -> str:
        """Return the value in the list's address for the key of a column."""
        if key is None:
            return NONE
        if dimension == "department":
            return self._departments[key].value
        return self._collections[key].value if dimension == "collection" else str(key)

    # --- What it is called ---------------------------------------------------------------------------------------
    def _headings(self, dimension: str) -> Sequence[Heading]:
        """Return everything that the lines of a dimension may be about, in the order of the table."""
        choices = self.choices
        if dimension == "year":
            return [Heading(str(year), periods.year_name(year, financial=choices.financial)) for year in choices.years]
        if dimension == "type":
            # Of the types those that occur, as nobody wants to read of sixteen, unless they were asked for.
            is_row = choices.by == "type"
            shown = set(choices.types) or {row if is_row else part for row, part, _ in self._cells}
            return [Heading(value, str(label)) for value, label in RecordType.choices if value in shown]
        if dimension == "collection":
            return [*dict.fromkeys(self._collections.values()), NO_COLLECTION]
        everybody = [*self._departments.values(), NO_DEPARTMENT]
        return [one for one in everybody if not choices.departments or one.value in choices.departments]

    @cached_property
    def _collections(self) -> dict[int, Heading]:
        """For the key of each collection, the one at the top of the tree in which it lies."""
        tops = CollectionTree().tops()
        return {key: Heading(term.value, term.name) for key, term in tops.items()}

    @property
    def _title(self) -> str:
        return f"Outputs by {DIMENSIONS[self.choices.by].lower()}, {self.choices.span}"

    @property
    def _year_names(self) -> list[str]:
        years = self.choices.years if self.lines[-1].outputs_by_year else ()
        return [periods.year_name(year, financial=self.choices.financial) for year in years]

    def _label(self, line: Line) -> str | SafeString:
        if line.row is None:
            return "All"
        if line.part is None:
            return line.row.name
        part = '<span class="app-board__part"><span class="app-board__whole">{}: </span>{}</span>'
        return format_html(part, line.row.name, line.part.name)

    # --- Where it leads ------------------------------------------------------------------------------------------
    def _linked(self, line: Line) -> Iterator[str | SafeString]:
        """Yield the figures of a line as links to the records that each is about."""
        name = ": ".join(heading.name for heading in (line.row, line.part) if heading) or "All"
        for year, outputs in zip(self.choices.years, line.outputs_by_year, strict=False):
            year_name = periods.year_name(year, financial=self.choices.financial)
            yield _link(outputs, f"outputs, {name}, {year_name}", self.address(line, [year]))
        everything = self.address(line, self.choices.years)
        yield _link(line.total.outputs, f"outputs, {name}", everything)
        yield _link(line.total.views, f"views, {name}", everything)
        yield _link(line.total.downloads, f"downloads, {name}", everything)

    def address(self, line: Line, years: Iterable[int]) -> str:
        """Return the address of the list of the records that a line counts in some of the years."""
        headings = {self.choices.by: line.row, self.choices.split: line.part}
        pinned = {dimension: heading.value for dimension, heading in headings.items() if heading}
        asked = [pinned.pop("year")] if "year" in pinned else list(years)
        parameter = "financial_year" if self.choices.financial else "year"
        pairs = [*pinned.items(), *self._filters(pinned), *((parameter, year) for year in asked)]
        return self._address(pairs)

    def _filters(self, pinned: Iterable[str]) -> Iterator[tuple[str, str]]:
        chosen = {"department": self.choices.departments, "type": self.choices.types}
        for name, values in chosen.items():
            if name not in pinned:
                yield from ((name, value) for value in values)

    def _address(self, pairs: Iterable[tuple[str, Any]]) -> str:
        return f"{reverse('repository:list')}?{urlencode(list(pairs))}"


def _link(number: int, about: str, address: str) -> str | SafeString:
    if not number:
        return "0"
    return format_html('<a href="{}" aria-label="{} {}">{}</a>', address, f"{number:,}", about, f"{number:,}")
