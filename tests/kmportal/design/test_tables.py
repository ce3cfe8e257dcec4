"""Tables as plain data, and as pages show them."""

import pytest
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual, assertInHTML

from kmportal.design.tables import Cell, Column, table


def test_a_table_knows_the_column_of_each_value() -> None:
    made = table("Imports", ("File", "Records"), [("a.nbib", 12)], numeric=("Records",))

    assert made.cells == [[Cell(Column("File", False), "a.nbib"), Cell(Column("Records", True), 12)]]


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Imports: a row has 1 values for 2 columns"):
        table("Imports", ("File", "Records"), [("a.nbib",)])


def page(made) -> str:
    return Template("{% table made %}").render(Context({"made": made}))


def test_a_page_shows_the_caption_the_headings_and_the_rows() -> None:
    assertHTMLEqual(
        page(table("Imports", ("File", "Records"), [("<a>.nbib", 12)], numeric=("Records",))),
        """
        <table class="nhsuk-table app-table" role="table">
          <caption class="nhsuk-table__caption nhsuk-table__caption--s">Imports</caption>
          <thead class="nhsuk-table__head" role="rowgroup">
            <tr role="row">
              <th scope="col" role="columnheader">File</th>
              <th scope="col" role="columnheader" class="nhsuk-table__header--numeric">Records</th>
            </tr>
          </thead>
          <tbody class="nhsuk-table__body" role="rowgroup">
            <tr class="nhsuk-table__row" role="row">
              <th class="nhsuk-table__header" scope="row" role="rowheader">
                <span>&lt;a&gt;.nbib</span>
              </th>
              <td class="nhsuk-table__cell nhsuk-table__cell--numeric" role="cell">
                <span>12</span>
              </td>
            </tr>
          </tbody>
        </table>
        """,
    )


def test_the_values_of_a_wide_table_carry_their_heading_onto_a_phone() -> None:
    shown = page(table("Imports", ("File", "Loaded", "By"), [("a.nbib", "today", "Libby")]))

    assert shown.count('<table class="nhsuk-table-responsive app-table"') == 1
    assertInHTML('<span class="nhsuk-table-responsive__heading" aria-hidden="true">Loaded </span>', shown)
