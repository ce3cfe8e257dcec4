"""How often records were used, as figures, charts and tables."""

import datetime
from collections.abc import Collection
from functools import cached_property

from django.db.models import Sum
from django.utils import timezone

from kmportal.design.charts import LineChart, line_chart
from kmportal.design.tables import Table, table
from repository.models import Record, UseCount

# Months that the charts show; the tables have them all.
MONTHS = 24
NOBODY_KNOWN = "Not signed in, or no department"


class UsageReport:
    """The uses of some records (the versions of a work, say) put together. Two queries."""

    def __init__(self, records: Collection[Record]) -> None:
        self._uses = UseCount.objects.filter(record__in=records).order_by()

    @cached_property
    def _months(self) -> list[tuple[datetime.date, int, int]]:
        """Month, views and downloads from the first month with a use to this one, without gaps."""
        rows = self._uses.values_list("month").annotate(v=Sum("views"), d=Sum("downloads"))
        used = {month: (views, downloads) for month, views, downloads in rows}
        if not used:
            return []
        last = max(*used, timezone.localdate().replace(day=1))
        return [(month, *used.get(month, (0, 0))) for month in months_between(min(used), last)]

    @cached_property
    def views(self) -> int:
        return sum(views for _, views, _ in self._months)

    @cached_property
    def downloads(self) -> int:
        return sum(downloads for _, _, downloads in self._months)

    @property
    def charts(self) -> list[LineChart]:
        """Views and downloads by month; one month alone makes no line."""
        shown = self._months[-MONTHS:]
        if len(shown) < 2:
            return []
        named = [(month.strftime("%b %Y"), views, downloads) for month, views, downloads in shown]
        return [
            line_chart("Views by month", [(name, views) for name, views, _ in named], of="Views", per="Month"),
            line_chart("Downloads by month", [(name, saved) for name, _, saved in named], of="Downloads", per="Month"),
        ]

    @property
    def by_month(self) -> Table:
        rows = [(f"{month:%B %Y}", views, downloads) for month, views, downloads in reversed(self._months)]
        return table("By month", ("Month", "Views", "Downloads"), rows, numeric=("Views", "Downloads"))

    @cached_property
    def by_department(self) -> Table:
        """Departments, those that used the records most first."""
        counted = self._uses.values_list("department__name").annotate(v=Sum("views"), d=Sum("downloads"))
        rows = [(name or NOBODY_KNOWN, views, downloads) for name, views, downloads in counted]
        rows.sort(key=lambda row: (-row[1] - row[2], row[0]))
        return table("By department", ("Department", "Views", "Downloads"), rows, numeric=("Views", "Downloads"))


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the first day of each month from one to the other, both among them.

    >>> [f"{month:%m/%y}" for month in months_between(datetime.date(2026, 11, 1), datetime.date(2027, 1, 1))]
    ['11/26', '12/26', '01/27']
    """
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [datetime.date(number // 12, number % 12 + 1, 1) for number in numbers]
