"""The three boxes of a date."""

from datetime import date

import pytest
from django import forms

from kmportal.design.widgets import DateParts


class Review(forms.Form):
    """A form that asks for a date."""

    due = forms.DateField(widget=DateParts)


def typed(day: str, month: str, year: str) -> Review:
    return Review({"due_day": day, "due_month": month, "due_year": year})


def boxes(form: Review) -> list[str]:
    widget = form.fields["due"].widget
    return [part["value"] for part in widget.get_context("due", form["due"].value(), {})["widget"]["parts"]]


def test_three_numbers_make_a_date() -> None:
    form = typed(" 5", "11", "2026 ")

    assert form.is_valid()
    assert form.cleaned_data == {"due": date(2026, 11, 5)}


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"),
        ("5", "11", "26"),
        ("5", "", "2026"),
        ("x", "y", "z"),
        ("0", "0", "0"),
        ("1", "1", "9" * 30),
        ("1", "1", "9" * 5_000),
        ("1|2", "3", "2026"),
    ],
)
def test_nonsense_is_refused_and_left_in_the_boxes(parts) -> None:
    form = typed(*parts)

    assert form.errors == {"due": ["Enter a valid date."]}
    assert "|".join(boxes(form)) == "|".join(parts)


def test_three_empty_boxes_are_no_date() -> None:
    form = typed("", " ", "")

    assert form.errors == {"due": ["This field is required."]}
    assert boxes(form) == ["", "", ""]


def test_a_known_date_fills_the_boxes() -> None:
    assert boxes(Review(initial={"due": date(2026, 3, 9)})) == ["9", "3", "2026"]


def test_a_form_that_did_not_ask_is_told_from_one_left_empty() -> None:
    widget = DateParts()

    assert widget.value_omitted_from_data({}, {}, "due") is True
    assert widget.value_omitted_from_data({"due_day": ""}, {}, "due") is False
