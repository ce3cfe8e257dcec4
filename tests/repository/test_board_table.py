"""The lines of the board report, from cells that were counted somewhere."""

from repository.board_table import Figures, Heading, Line, arrange

WARD, PHARMACY = Heading("ward", "Ward"), Heading("pharmacy", "Pharmacy")
PAPER, POSTER = Heading("article", "Journal article"), Heading("poster", "Poster")


def test_a_row_without_cells_has_0_and_the_last_line_is_all():
    cells = {("ward", "", 2024): Figures(2, 10, 1), ("ward", "", 2025): Figures(1, 5, 0)}
    assert arrange(cells, rows=[PHARMACY, WARD], parts=(), years=(2024, 2025, 2026)) == [
        Line(PHARMACY, None, (0, 0, 0), Figures()),
        Line(WARD, None, (2, 1, 0), Figures(3, 15, 1)),
        Line(None, None, (2, 1, 0), Figures(3, 15, 1)),
    ]


def test_the_parts_of_a_row_follow_it_where_they_have_outputs():
    cells = {("ward", "article", 2024): Figures(2, 10, 1), ("pharmacy", "poster", 2024): Figures(1, 0, 0)}
    assert arrange(cells, rows=[PHARMACY, WARD], parts=(PAPER, POSTER), years=(2024,)) == [
        Line(PHARMACY, None, (1,), Figures(1)),
        Line(PHARMACY, POSTER, (1,), Figures(1)),
        Line(WARD, None, (2,), Figures(2, 10, 1)),
        Line(WARD, PAPER, (2,), Figures(2, 10, 1)),
        Line(None, None, (3,), Figures(3, 10, 1)),
    ]


def test_nothing_at_all_is_a_line_of_0():
    assert arrange({}, rows=(), parts=(), years=(2024,)) == [Line(None, None, (0,), Figures())]
