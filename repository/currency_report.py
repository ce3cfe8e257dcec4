"""How much of what can go stale is in date, by department, and which records need somebody to act."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.html import format_html

from kmportal.design.charts import BarChart, bar_chart
from kmportal.design.narrowing import By
from kmportal.design.tables import Table, table
from kmportal.review_cycle import due
from repository.currency import UNDER_REVIEW
from repository.models import Record
from repository.models.record import RecordQuerySet

TARGET = 80  # per cent in date; Guru's customers aim at the same share of verified cards

STATES = {
    "overdue": "Overdue",
    "unplanned": "No review planned",
    "soon": "Due within 30 days",
    "in_date": "In date",
}
HOLDERS = {"left": "The owner has left", "none": "No owner", "present": "An owner who is here"}
NO_DEPARTMENT = "none"

FACETS = (
    By("state", "State", "state", choices=STATES),
    By("holder", "Who answers", "holder", choices=HOLDERS),
    By("department", "Department", "department_slug", text="department_name"),
    By("owner", "Owner", "owner_key", text="owner__name"),
)


def records_under_review(user: Any, today: date) -> RecordQuerySet:
    """Return the records that can go stale and that lists show the user, what needs somebody to act first.

    With each come its `state` and `holder` (see STATES and HOLDERS), and its department in words.
    """
    records = Record.objects.listed_for(user).filter(UNDER_REVIEW)
    state = Case(
        When(next_review=None, then=Value("unplanned")),
        When(next_review__lt=today, then=Value("overdue")),
        When(next_review__lte=today + due.SOON, then=Value("soon")),
        default=Value("in_date"),
        output_field=TextField(),
    )
    holder = Case(
        When(owner=None, then=Value("none")),
        When(owner__is_active=False, then=Value("left")),
        default=Value("present"),
        output_field=TextField(),
    )
    urgency = Case(
        *(When(state=name, then=Value(place)) for place, name in enumerate(STATES)), output_field=IntegerField()
    )
    return records.annotate(
        state=state,
        holder=holder,
        urgency=urgency,
        department_slug=Coalesce("department__slug", Value(NO_DEPARTMENT), output_field=TextField()),
        department_name=Coalesce("department__name", Value("No department"), output_field=TextField()),
        owner_key=Cast("owner_id", TextField()),
    ).order_by("urgency", F("next_review").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class Share:
    """How a department's records stand. `share` is the per cent in date, rounded down so that 100 means all."""

    slug: str
    name: str
    number: int
    in_date: int
    overdue: int
    unplanned: int

    @property
    def share(self) -> int:
        return 100 * self.in_date // self.number if self.number else 0

    @property
    def share_text(self) -> str:
        return f"{self.share}%"

    def short_of(self, target: int) -> int:
        """Return how many more would have to be in date for the share to reach the target, in per cent."""
        return max(-(-self.number * target // 100) - self.in_date, 0)


def shares(records: QuerySet[Any, Any]) -> list[Share]:
    """Return how each department stands, the one with the smallest share in date first. One query."""
    rows = (
        records.order_by()
        .values("department_slug", "department_name")
        .annotate(
            number=Count("pk"),
            in_date=Count("pk", filter=Q(state__in=("soon", "in_date"))),
            overdue=Count("pk", filter=Q(state="overdue")),
            unplanned=Count("pk", filter=Q(state="unplanned")),
        )
    )
    found = [
        Share(
            slug=row["department_slug"],
            name=row["department_name"],
            **{name: row[name] for name in ("number", "in_date", "overdue", "unplanned")},
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.share, one.name.lower()))


def total(all_shares: list[Share]) -> Share:
    """Return how all departments stand together."""
    numbers = {
        name: sum(getattr(one, name) for one in all_shares) for name in ("number", "in_date", "overdue", "unplanned")
    }
    return Share(slug="", name="All", **numbers)


def chart_of(all_shares: list[Share]) -> BarChart:
    """Draw the share in date of each department."""
    return bar_chart(
        "Per cent in date by department",
        [(one.name, one.share) for one in all_shares],
        of="Per cent in date",
        per="Department",
    )


def table_of(all_shares: list[Share]) -> Table:
    """Return the numbers behind the shares, each of which leads to its records."""
    columns = ("Department", "Under review", "In date", "Overdue", "No review planned", "Per cent in date")
    rows = [
        (
            one.name,
            _link(one.number, one, ()),
            _link(one.in_date, one, ("soon", "in_date")),
            _link(one.overdue, one, ("overdue",)),
            _link(one.unplanned, one, ("unplanned",)),
            one.share_text,
        )
        for one in all_shares
    ]
    return table("Records under review by department", columns, rows, numeric=columns[1:])


def _link(number: int, share: Share, states: tuple[str, ...]) -> Any:
    if not number:
        return number
    query = urlencode([("department", share.slug), *(("state", state) for state in states)])
    return format_html('<a href="{}?{}#records">{}</a>', reverse("repository:currency"), query, number)
