"""The geometry of the charts."""

import pytest

from kmportal.design.charts import (
    Bar,
    BarChart,
    Gridline,
    LineChart,
    Point,
    bar_chart,
    labelled_places,
    line_chart,
    nice_ceiling,
    number_text,
)
from kmportal.design.tables import table


def test_a_bar_chart_gives_the_largest_value_the_longest_bar_and_the_others_their_share() -> None:
    chart = bar_chart("Records by type", [("Article", 1200), ("Policy", 300), ("Audit", 0)], of="Records", per="Type")

    assert chart == BarChart(
        title="Records by type",
        description="Bar chart of records by type, 3 in all. Highest: Article, 1,200. Lowest: Audit, 0.",
        bars=(Bar("Article", "1,200", 0, 82.0), Bar("Policy", "300", 48, 20.5), Bar("Audit", "0", 96, 0.0)),
        height=144,
        table=table(
            "Records by type",
            ("Type", "Records"),
            [("Article", "1,200"), ("Policy", "300"), ("Audit", "0")],
            numeric=("Records",),
        ),
    )


def test_bars_of_nothing_have_no_width() -> None:
    chart = bar_chart("Lessons", [("Captured", 0), ("Learned", 0)], of="Lessons", per="Stage")

    assert [bar.width for bar in chart.bars] == [0.0, 0.0]


def test_a_label_too_long_for_a_phone_is_cut_in_the_drawing_and_whole_in_the_table() -> None:
    name = "Estates and facilities, including waste and energy management"

    chart = bar_chart("Records", [(name, 1)], of="Records", per="Department")

    assert chart.bars[0].label == "Estates and facilities, including waste a…"
    assert len(chart.bars[0].label) == 42
    assert chart.table.rows == ((name, "1"),)


def test_a_chart_without_values_says_so() -> None:
    bars = bar_chart("Lessons", [], of="Lessons", per="Stage")
    line = line_chart("Lessons", [], of="Lessons", per="Month")

    assert (bars.bars, bars.height, bars.description) == ((), 0, "Bar chart without values.")
    assert (line.points, line.polyline, line.description) == ((), "", "Line chart without values.")


def test_a_line_chart_spreads_its_points_evenly_and_starts_its_scale_at_nothing() -> None:
    chart = line_chart("Added", [("Jan", 0), ("Feb", 6), ("Mar", 10)], of="Records", per="Month")

    assert chart == LineChart(
        title="Added",
        description="Line chart of records by month, 3 in all. Highest: Mar, 10. Lowest: Jan, 0.",
        points=(
            Point("Jan", "0", 13.0, 208.0, "Jan", "middle"),
            Point("Feb", "6", 54.0, 114.0, "Feb", "middle"),
            Point("Mar", "10", 95.0, 51.33, "Mar", "end"),
        ),
        gridlines=(
            Gridline(208.0, "0"),
            Gridline(161.0, "3"),
            Gridline(114.0, "6"),
            Gridline(67.0, "9"),
            Gridline(20.0, "12"),
        ),
        polyline="13,208 54,114 95,51.33",
        height=240,
        table=table("Added", ("Month", "Records"), [("Jan", "0"), ("Feb", "6"), ("Mar", "10")], numeric=("Records",)),
    )


def test_a_line_of_one_point_stands_in_the_middle() -> None:
    chart = line_chart("Added", [("Jan", 3)], of="Records", per="Month")

    assert chart.points == (Point("Jan", "3", 54.0, 67.0, "Jan", "middle"),)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
@pytest.mark.parametrize("draw", [bar_chart, line_chart])
def test_a_value_that_is_no_amount_is_refused(draw, value) -> None:
    with pytest.raises(ValueError, match=f"March is {value}"):
        draw("Added", [("March", value)], of="Records", per="Month")


@pytest.mark.parametrize(
    ("value", "ceiling"),
    [(0, 4), (4, 4), (5, 8), (9, 12), (12, 12), (13, 20), (21, 40), (81, 120), (1_000, 1_200), (4_001, 8_000)],
)
def test_the_scale_ends_on_a_number_whose_quarters_are_whole(value, ceiling) -> None:
    assert nice_ceiling(value) == ceiling


@pytest.mark.parametrize(
    ("number", "places"), [(0, set()), (1, {0}), (4, {0, 1, 2, 3}), (5, {0, 1, 3, 4}), (12, {0, 4, 7, 11})]
)
def test_no_more_points_are_labelled_than_a_phone_has_room_for(number, places) -> None:
    assert labelled_places(number) == places


def test_figures_are_written_for_reading() -> None:
    assert [number_text(value) for value in (0, 12_345, 2.5, 3.14159)] == ["0", "12,345", "2.5", "3.1"]
