"""The geometry of the bar chart and the line chart: values in, places on the page out (pure).

Both charts are drawn without a viewBox: what stretches with the page (x, widths) is in per cent, what must stay
legible on a phone (text, bar height) is in CSS pixels. So a chart 328 px wide has the same size of text as one of
1000 px. What counts as a value is a count or an amount: a finite number, 0 or more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kmportal.design.tables import Table, table

ROW_HEIGHT = 48  # px for one bar: its label, the bar below it, and air
LONGEST_BAR = 82.0  # per cent; the rest of the width is for the figure behind the bar
LONGEST_LABEL = 42  # characters of 14 px that fit in 328 px, the width left at 360 px

LINE_HEIGHT = 240  # px of a line chart, with its labels
LINE_TOP, LINE_BOTTOM = 20, 208  # px: the highest gridline and the base line
LINE_LEFT, LINE_RIGHT = 13.0, 95.0  # per cent: the first and the last point
MOST_X_LABELS = 4  # as many labels as stand side by side at 360 px
GRIDLINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar: y of its row in px, width in per cent of the chart."""

    label: str
    value_text: str
    y: int
    width: float


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars, in the order given; height in px."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int
    table: Table

    kind = "bar"


@dataclass(frozen=True)
class Point:
    """One point of the line: x in per cent, y in px. `x_label` is empty where there is no room for one."""

    label: str
    value_text: str
    x: float
    y: float
    x_label: str
    anchor: str


@dataclass(frozen=True)
class Gridline:
    """A horizontal line at y px with the value that it stands for."""

    y: float
    label: str


@dataclass(frozen=True)
class LineChart:
    """One line over evenly spaced points; `polyline` holds its points in per cent by px, for a stretched drawing."""

    title: str
    description: str
    points: tuple[Point, ...]
    gridlines: tuple[Gridline, ...]
    polyline: str
    height: int
    table: Table

    kind = "line"


Values = Sequence[tuple[str, float]]


def bar_chart(title: str, values: Values, *, of: str, per: str) -> BarChart:
    """Lay out a bar for each (label, value).

    `of` names what is counted ("Records") and `per` what the labels are ("Department"): they head the table.
    Raises ValueError for a value that is negative, infinite or not a number.
    """
    _check(values)
    longest = max((value for _, value in values), default=0) or 1
    bars = tuple(
        Bar(_shorten(label), number_text(value), row * ROW_HEIGHT, round(LONGEST_BAR * value / longest, 2))
        for row, (label, value) in enumerate(values)
    )
    description = _describe("Bar chart", values, of=of, per=per)
    return BarChart(title, description, bars, len(bars) * ROW_HEIGHT, _table(title, values, of=of, per=per))


def line_chart(title: str, values: Values, *, of: str, per: str) -> LineChart:
    """Lay out one line through evenly spaced (label, value) points, on a scale that starts at 0.

    `of` names what is counted ("Records added") and `per` what the labels are ("Month"): they head the table.
    Raises ValueError for a value that is negative, infinite or not a number.
    """
    _check(values)
    top = nice_ceiling(max((value for _, value in values), default=0))
    labelled = labelled_places(len(values))
    points = []
    for place, (label, value) in enumerate(values):
        share = place / (len(values) - 1) if len(values) > 1 else 0.5
        points.append(
            Point(
                label=label,
                value_text=number_text(value),
                x=round(LINE_LEFT + share * (LINE_RIGHT - LINE_LEFT), 2),
                y=_height(value, top),
                x_label=label if place in labelled else "",
                anchor="end" if place == len(values) - 1 and place > 0 else "middle",
            )
        )
    gridlines = tuple(
        Gridline(_height(top * step / GRIDLINES, top), number_text(top * step / GRIDLINES))
        for step in range(GRIDLINES + 1)
    )
    return LineChart(
        title=title,
        description=_describe("Line chart", values, of=of, per=per),
        points=tuple(points),
        gridlines=gridlines,
        polyline=" ".join(f"{point.x:g},{point.y:g}" for point in points),
        height=LINE_HEIGHT,
        table=_table(title, values, of=of, per=per),
    )


def nice_ceiling(value: float) -> float:
    """Return the top of a scale that holds the value, with whole numbers at its quarters: 4, 8, 12, 20, 40, 80 ..."""
    quarter = max(value / GRIDLINES, 1)
    scale = 10 ** math.floor(math.log10(quarter))
    return GRIDLINES * next(step * scale for step in (1, 2, 3, 5, 10) if quarter <= step * scale)


def labelled_places(number: int) -> frozenset[int]:
    """Return which of `number` points get a label below them: the first, the last and an even few between."""
    if number <= MOST_X_LABELS:
        return frozenset(range(number))
    return frozenset(round(step * (number - 1) / (MOST_X_LABELS - 1)) for step in range(MOST_X_LABELS))


def number_text(value: float) -> str:
    """Write a figure for reading: "12,345", "0.5", "3.1"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _height(value: float, top: float) -> float:
    return round(LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / top, 2)


def _check(values: Values) -> None:
    for label, value in values:
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"A chart shows finite values of 0 or more; {label} is {value}")


def _shorten(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def _describe(form: str, values: Values, *, of: str, per: str) -> str:
    if not values:
        return f"{form} without values."
    highest = max(values, key=lambda pair: pair[1])
    lowest = min(values, key=lambda pair: pair[1])
    return (
        f"{form} of {of.lower()} by {per.lower()}, {len(values)} in all. "
        f"Highest: {highest[0]}, {number_text(highest[1])}. Lowest: {lowest[0]}, {number_text(lowest[1])}."
    )


def _table(title: str, values: Values, *, of: str, per: str) -> Table:
    return table(title, (per, of), [(label, number_text(value)) for label, value in values], numeric=(of,))
