"""The librarians' desk: what there is to do, with counts; what was done to many things, and undoing it; histories."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.jobs import later
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, tasks
from repository.curation import bulk, history, operations
from repository.curation.desk import jobs_for
from repository.models import Operation, Record
from repository.models.curation import OperationKind
from repository.views.curators import curators_only

PAGE_SIZE = 50


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show everything that the librarian can do, and how much of it waits."""
    groups = jobs_for(request.user)
    if not groups:
        raise Http404
    return render(request, "repository/curation_desk.html", {"groups": groups})


@curators_only
@require_safe
def operation_list(request: HttpRequest) -> HttpResponse:
    """List what was done to many things at once, the latest first."""
    # Their changes may be megabytes, and the list shows none of them.
    rows = Operation.objects.select_related("by", "undone_by").defer("changes")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "repository/curation_operations.html", {"page": page})


@curators_only
@require_safe
def operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one operation: how far it is, what became of each record that was left alone, and the button to undo it."""
    return _operation_page(request, get_object_or_404(_operations(), pk=pk))


@curators_only
@require_http_methods(["POST"])
def undo_operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one operation, in the background where it is long; without `sure` ask first."""
    operation = get_object_or_404(_operations(), pk=pk)
    if "sure" not in request.POST:
        return _operation_page(request, operation, asking=operations.may_undo(operation))
    if operation.kind == OperationKind.BULK_EDIT and len(operation.changes["rows"]) > bulk.IN_REQUEST:
        if operations.undo_later(operation, by=request.user):
            later(tasks.undo_bulk_edit, operation_pk=operation.pk, by_pk=request.user.pk)
        return redirect("repository:operation", pk)
    try:
        operations.undo(operation, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Undone.")
    return redirect("repository:operation", pk)


@login_required
@require_safe
def record_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that happened to a record, as sentences, to those who may read its history."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not access.may_read_history(request.user, record):
        raise Http404
    page = Paginator(history.timeline(record), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "repository/curation_history.html", {"record": record, "page": page})


def _operations() -> Any:
    return Operation.objects.select_related("by", "undone_by")


def _operation_page(request: HttpRequest, operation: Operation, *, asking: bool = False) -> HttpResponse:
    is_under_way = operations.is_under_way(operation)
    done, total = bulk.progress(operation) if is_under_way else (0, 0)
    left = [
        (title or f"Record {key}", reverse("repository:record", args=[key]) if title else "", why)
        for key, title, why in operation.changes.get("left", ())
    ]
    return render(
        request,
        "repository/curation_operation.html",
        {
            "operation": operation,
            "asking": asking,
            "may_undo": operations.may_undo(operation),
            "is_under_way": is_under_way,
            "is_being_undone": "undoing" in operation.changes,
            "done": done,
            "total": total,
            "changed": operation.changes.get("changed"),
            "left": left[:PAGE_SIZE],
            "left_more": max(0, len(left) - PAGE_SIZE),
            "undo_left": operations.left_alone(operation)[:PAGE_SIZE],
        },
    )
