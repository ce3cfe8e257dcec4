"""Sample data for the component gallery."""

from datetime import datetime, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone

from kmportal.design import charts, facets, tables
from kmportal.design.widgets import DateParts

STATES = (
    ("Draft", "draft"),
    ("Submitted", "submitted"),
    ("Published", "published"),
    ("Withdrawn", "withdrawn"),
    ("Running", "running"),
    ("Caution", "caution"),
    ("Policy", "purple"),
)
SORTS = (("relevance", "Relevance"), ("newest", "Newest first"), ("title", "Title"))
_DEPARTMENTS = (
    ("Emergency medicine", 128),
    ("Cardiology", 96),
    ("Care of older people", 74),
    ("Library and knowledge services", 51),
    ("Pharmacy", 33),
    ("Physiotherapy", 20),
    ("Maternity", 12),
    ("Estates and facilities, including waste and energy management", 1),
)
_TYPES = (("article", "Journal article", 1204), ("policy", "Policy", 88), ("audit", "Audit or QI project", 41))
_TITLES = (
    "Reducing falls on acute wards: a stepped-wedge evaluation of hourly rounding in four medical wards",
    "Early warning scores and escalation at night",
    "Policy for the safe handover of care between teams",
    "What do patients want to know when they leave hospital?",
    "Antimicrobial stewardship: audit of intravenous to oral switch",
    "A toolkit for after action reviews in theatres",
)


def bars() -> charts.BarChart:
    """Return a bar chart with a label too long for a phone and a very small value."""
    return charts.bar_chart("Records by department", _DEPARTMENTS, of="Records", per="Department")


def line() -> charts.LineChart:
    """Return a line chart of a year."""
    months = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    counts = (12, 31, 28, 40, 22, 35, 51, 48, 19, 66, 71, 58)
    return charts.line_chart(
        "Records added each month", tuple(zip(months, counts, strict=True)), of="Records", per="Month"
    )


def empty_chart() -> charts.BarChart:
    """Return a chart that has nothing to show yet."""
    return charts.bar_chart("Lessons by stage", (), of="Lessons", per="Stage")


def table() -> tables.Table:
    """Return a small table with a column of figures."""
    return tables.table(
        "Imports this month",
        ("File", "Loaded", "Records"),
        [("pubmed-falls.nbib", "3 November 2026", "1,240"), ("weekly-alert.nbib", "9 November 2026", "57")],
        numeric=("Records",),
    )


def now() -> datetime:
    """Return a time of a few hours ago."""
    return timezone.now() - timedelta(hours=3)


def results() -> list[dict[str, str]]:
    """Return hits enough for three pages."""
    kinds = ("Journal article", "Policy", "Lesson")
    return [
        {
            "title": _TITLES[number % len(_TITLES)],
            "kind": kinds[number % len(kinds)],
            "meta": "Okafor A, Lindqvist M, Price J · Journal of Hospital Practice · 2024",
        }
        for number in range(14)
    ]


def facets_of_list(query: QueryDict) -> list[facets.Facet]:
    """Return two facets, with what the query ticks."""
    departments = [(name.lower().split(" ")[0], name, count) for name, count in _DEPARTMENTS]
    return [
        facets.facet("type", "Type", _TYPES, selected=query.getlist("type")),
        facets.facet("department", "Department", departments, selected=query.getlist("department")),
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(max_length=200, help_text="As it stands on the document.")
    kind = forms.ChoiceField(
        label="Type", choices=[("", "Choose one"), ("article", "Journal article"), ("policy", "Policy")]
    )
    abstract = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    email = forms.EmailField(label="E-mail address of the person to ask")
    reviewed = forms.DateField(label="Last reviewed", widget=DateParts, help_text="For example 27 3 2026.")
    audience = forms.ChoiceField(
        label="Who may see it?",
        choices=[("open", "Everybody"), ("signed_in", "Colleagues who are signed in")],
        widget=forms.RadioSelect,
    )
    subjects = forms.MultipleChoiceField(
        choices=[("falls", "Falls"), ("sepsis", "Sepsis"), ("handover", "Handover")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that apply.",
    )
    file = forms.FileField(label="Document", help_text="PDF or Word, up to 50 MB.")
    password = forms.CharField(widget=forms.PasswordInput)
    agreed = forms.BooleanField(label="I may share this document")
