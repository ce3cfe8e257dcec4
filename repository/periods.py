"""Years of publication, as the calendar has them or as budgets do: financial years, from April to March."""

import datetime

from django.db.models import Case, F, IntegerField, Q, When
from django.db.models.expressions import Combinable

# Works that the calendar dates between January and March belong to the financial year before, and so do those of
# spring (March, the month in which it begins) and the first quarter. Of the rest, a bare year too goes with the
# financial year that has most of its months. The codes are EDTF's, see partial_dates.py.
_BEFORE_APRIL = r"^[0-9]{4}-(01|02|03|21|33)"
APRIL = 4


def year_column(*, financial: bool, path: str = "") -> Combinable:
    """Return the expression for the year in which a record was issued, or the one in which its financial year begins.

    `path` leads to the record, such as "record__". Undated works have none.
    """
    year = F(f"{path}year")
    if not financial:
        return year
    return Case(When(_before_april(path), then=year - 1), default=year, output_field=IntegerField())


def within(first: int, last: int, *, financial: bool) -> Q:
    """Return the condition for records that were issued from the first to the last year, both among them."""
    if not financial:
        return Q(year__range=(first, last))
    early = _before_april("")
    return Q(year__range=(first, last)) & ~early | Q(year__range=(first + 1, last + 1)) & early


def months(first: int, last: int, *, financial: bool) -> tuple[datetime.date, datetime.date]:
    """Return the first day of the first and of the last month of the years."""
    if financial:
        return datetime.date(first, APRIL, 1), datetime.date(last + 1, APRIL - 1, 1)
    return datetime.date(first, 1, 1), datetime.date(last, 12, 1)


def year_of(day: datetime.date, *, financial: bool) -> int:
    """Return the year in which a day lies, or the one in which its financial year begins."""
    return day.year - 1 if financial and day.month < APRIL else day.year


def year_name(year: int, *, financial: bool) -> str:
    """Write a year as readers know it.

    >>> year_name(2024, financial=False), year_name(2024, financial=True), year_name(1999, financial=True)
    ('2024', '2024/25', '1999/00')
    """
    return f"{year}/{(year + 1) % 100:02}" if financial else str(year)


def _before_april(path: str) -> Q:
    return Q(**{f"{path}issued__regex": _BEFORE_APRIL})
