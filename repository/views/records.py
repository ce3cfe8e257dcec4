"""The list of records, and the page of one with the buttons that move it along."""

from http import HTTPStatus
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from kmportal.lifecycle import buttons
from kmportal.lifecycle.forms import MoveForm
from kmportal.links import panel, reading
from kmportal.links.models import LinkKind
from kmportal.links.reading import Shown
from repository import access, currency, drafts, file_list, minting, my_deposits, references, reviews, usage, versions
from repository.crawlers import page as for_machines
from repository.filters import RecordFilter
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Operation, Record
from repository.models.record import TITLE_ORDER, Status
from repository.record_page import RecordPage
from repository.related import related_to
from repository.terms import CollectionTree
from repository.withdrawal import WithdrawalReason
from repository.withdrawing import WITHDRAWABLE
from repository.work import Work, with_work

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
    narrowing = RecordFilter(request.GET, user=request.user)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    context = {
        "narrowing": narrowing,
        "facets": narrowing.facets(),
        "page": _page(narrowing, SORTS[sort][1], request.GET.get("page")),
        "sort": sort,
        "sorts": [(value, label) for value, (label, _) in SORTS.items()],
        "may_import": access.may_import(request.user),
        "may_curate": access.may_curate(request.user),
        "may_report": access.may_report(request.user),
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
    return show_record(request, _with_page(request, pk))


@require_POST
def move(request, pk, move):
    """Make one move; where it is refused, the page says why and keeps what was written."""
    record = _with_page(request, pk)
    answer = buttons.press(request, record, move, lifecycle=RECORD_LIFECYCLE, verb=drafts.move, show=show_record)
    is_done = answer.status_code == HTTPStatus.FOUND
    if is_done and move == "take_back" and access.may_edit(request.user, record):
        return redirect("repository:edit", pk)
    return answer


def _with_page(request: HttpRequest, pk: int) -> Record:
    records = Record.objects.visible_to(request.user).for_page()
    return get_object_or_404(with_work(records, request.user), pk=pk)


def show_record(request, record, *, refused: MoveForm | None = None):
    """Render a record's page; a move that was refused stands there with what is wrong, under status 409 (Conflict).

    A withdrawn record answers 410 Gone (RFC 9110, 15.5.11): people read who made it and why it is gone, and what
    follows links by itself, such as a search engine, learns that there is nothing here to keep.
    """
    context = {
        "record": record,
        "page": RecordPage(record, _way(record)),
        "work": Work(record),
        "share": _addresses(request, record),
        "moves": buttons.offered(RECORD_LIFECYCLE, record, to=request.user, refused=refused),
        "form": refused,
        **_what_one_can_do(record, request.user),
    }
    if record.status == Status.WITHDRAWN:
        answer = _tombstone(request, record, context, status=409 if refused else 410)
        # Browsers keep a 410 that says nothing of it (RFC 9110, 15.5.11), and would hide a record published again.
        patch_cache_control(answer, private=True, no_cache=True)
    else:
        answer = _item_page(request, record, context, status=409 if refused else 200)
    usage.count_view(request, record)
    return answer


def _item_page(request: HttpRequest, record: Record, context: dict[str, Any], *, status: int) -> HttpResponse:
    user = request.user
    is_public = record.status in access.PUBLIC_STATES
    # Of a record that is before readers, what led there is on a page of its own (repository:history).
    is_in_review = not is_public and access.may_read_history(user, record)
    versions_of_it = {version.pk for version in context["work"].versions}
    related = related_to(record, user) if is_public else []
    context |= {
        "file_lines": file_list.lines_for(record, user),
        "related": [other for other in related if other.pk not in versions_of_it],
        "links": _links(context["work"], user),
        "standing": currency.standing(record, user),
        "owner": my_deposits.owner_panel(record, user),
        "is_public": is_public,
        "is_in_review": is_in_review,
        "conversation": reviews.conversation(record) if is_in_review else [],
        "history": buttons.history(record) if is_in_review else [],
    }
    told = for_machines.told_of(record, user)
    if told is None:
        return render(request, "repository/record_page.html", context, status=status)
    context |= {"head": for_machines.head(told), "cite": references.panel_of(told, request)}
    answer = render(request, "repository/record_page.html", context, status=status)
    answer["Link"] = for_machines.link_header(told)
    return answer


def _tombstone(request: HttpRequest, record: Record, context: dict[str, Any], *, status: int) -> HttpResponse:
    history = buttons.history(record)
    context |= {
        "history": history if access.may_read_history(request.user, record) else [],
        "withdrawal": history[-1][0] if history else None,
        "replacement": _replacement(record, request.user),
    }
    if record.withdrawal_reason != WithdrawalReason.LEGAL:
        context["reference"] = references.reference_to_tombstone(record, request)
    if context["moves"]:
        context["merge"] = Operation.objects.merged_away([record]).defer("changes").first()
    if context.get("merge") or record.withdrawal_reason == WithdrawalReason.LEGAL:
        context["moves"] = []
    return render(request, "repository/record_tombstone.html", context, status=status)


def _addresses(request: HttpRequest, record: Record) -> dict[str, str]:
    """Return the whole addresses of the work, whichever version is current, and of this version."""
    work = reverse("repository:work", args=[record.first_version_id or record.pk])
    return {"work": request.build_absolute_uri(work), "version": request.build_absolute_uri(record.get_absolute_url())}


def _what_one_can_do(record: Record, user: Any) -> dict[str, Any]:
    """Return what the panel below a record's page offers to the user beside its moves."""
    is_erased = record.withdrawal_reason == WithdrawalReason.LEGAL
    return {
        "may_edit": access.may_edit(user, record),
        "may_read_history": access.may_read_history(user, record),
        "may_make_version": access.may_make_version(user, record),
        "may_withdraw": record.status in WITHDRAWABLE and access.may_withdraw(user),
        "may_erase": not is_erased and access.may_erase(user),
        "doi": minting.doi_panel(record, user, schemes={number["scheme"] for number in record.numbered}),
        **({} if record.status == Status.WITHDRAWN else panel.form_of(record, user)),
    }


def _links(work: Work, user: Any) -> dict[str, list[Shown]]:
    """Return the links of all versions of the work: what takes its place, what uses it, and what else there is."""
    shown = reading.shown(work.records, to=user)
    superseding = [link for link in shown if link.kind == LinkKind.SUPERSEDES and not link.is_from_here]
    uses = [link for link in shown if link.is_use]
    return {
        "superseding": superseding,
        "uses": uses,
        "others": [link for link in shown if link not in uses and link not in superseding],
    }


def _replacement(record: Record, user: Any) -> Record | None:
    """Return what is read in place of a withdrawn record, in its published version, if the user may see that."""
    found = versions.current(record.replacement, to=user) if record.replacement else None
    return found if found and found.status == Status.PUBLISHED else None


def _way(record: Record) -> list[tuple[str, str]]:
    """Return label and address of each step from the home page to the record, through its collections."""
    collections = CollectionTree().way_to(record.collection) if record.collection else []
    return [
        ("Home", reverse("home")),
        ("Research repository", reverse("repository:list")),
        *((collection.name, collection.get_absolute_url()) for collection in collections),
    ]
