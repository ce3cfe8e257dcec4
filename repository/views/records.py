"""The list of records, and the page of one with the buttons that move it along."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kmportal.lifecycle import buttons
from kmportal.lifecycle.forms import MoveForm
from repository import access, deposits
from repository.filters import RecordFilter
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record
from repository.models.record import TITLE_ORDER, Status
from repository.record_page import RecordPage
from repository.related import related_to
from repository.terms import CollectionTree

PAGE_SIZE = 20

# What ?sort= may say, what the link says, and the order. Each has its index (Record.Meta).
SORTS = {
    "newest": ("Newest", ("-issued", "-pk")),
    "oldest": ("Oldest", (F("year").asc(), "issued", "pk")),
    "title": ("Title A to Z", (TITLE_ORDER, "pk")),
    "added": ("Recently added", ("-published_at", "-pk")),
}


@require_safe
def record_list(request):
    """List the published records, narrowed by facets."""
    narrowing = RecordFilter(request.GET, Record.objects.published())
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    context = {
        "narrowing": narrowing,
        "facets": narrowing.facets(),
        "page": _page(narrowing, SORTS[sort][1], request.GET.get("page")),
        "sort": sort,
        "sorts": [(value, label) for value, (label, _) in SORTS.items()],
        "may_import": access.may_import(request.user),
    }
    return render(request, "repository/record_list.html", context)


def _page(narrowing: RecordFilter, order: tuple, number: str | None) -> Page:
    """Return one page of the list, with all that it shows of each record.

    The index alone finds which records stand on the page, however far down it is; only these are then read.
    """
    paginator = Paginator(narrowing.qs.order_by(*order), PAGE_SIZE)
    paginator.count = narrowing.total
    page = paginator.get_page(number)
    on_page: Any = page.object_list
    page.object_list = Record.objects.filter(pk__in=on_page.values("pk")).for_list().order_by(*order)
    return page


@require_safe
def record(request, pk):
    """Show one record to those who may see it; to all others it is as if it did not exist."""
    return show_record(request, get_object_or_404(Record.objects.visible_to(request.user).for_page(), pk=pk))


@require_POST
def move(request, pk, move):
    """Make one move; where it is refused, the page says why and keeps what was written."""
    record = get_object_or_404(Record.objects.visible_to(request.user).for_page(), pk=pk)
    return buttons.press(request, record, move, lifecycle=RECORD_LIFECYCLE, verb=deposits.move, show=show_record)


def show_record(request, record, *, refused: MoveForm | None = None):
    """Render a record's page; a move that was refused stands there with what is wrong, under status 409 (Conflict).

    A withdrawn record answers 410 Gone (RFC 9110, 15.5.11): people read who made it and why it is gone, and what
    follows links by itself, such as a search engine, learns that there is nothing here to keep.
    """
    withdrawn = record.status == Status.WITHDRAWN
    may_read_history = access.may_read_history(request.user, record)
    history = buttons.history(record) if withdrawn or may_read_history else []
    context = {
        "record": record,
        "page": RecordPage(record, _way(record)),
        "related": () if withdrawn else related_to(record),
        "moves": buttons.offered(RECORD_LIFECYCLE, record, to=request.user, refused=refused),
        "history": history if may_read_history else [],
        "withdrawal": history[-1][0] if withdrawn and history else None,
        "form": refused,
    }
    template = "repository/record_tombstone.html" if withdrawn else "repository/record_page.html"
    return render(request, template, context, status=409 if refused else 410 if withdrawn else 200)


def _way(record: Record) -> list[tuple[str, str]]:
    """Return label and address of each step from the home page to the record, through its collections."""
    collections = CollectionTree().way_to(record.collection) if record.collection else []
    return [
        ("Home", reverse("home")),
        ("Research repository", reverse("repository:list")),
        *((collection.name, collection.get_absolute_url()) for collection in collections),
    ]
