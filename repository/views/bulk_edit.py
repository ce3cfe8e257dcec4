"""The pages of a bulk edit: choose the records and the changes, look at what would happen, and do it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kmportal.jobs import later
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search.results import keys_found
from repository import tasks
from repository.curation import bulk
from repository.curation.bulk_form import BulkEditForm
from repository.filters import RecordFilter
from repository.models import Record
from repository.search import RecordSource
from repository.views.curators import curators_only, keys_in


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request: HttpRequest) -> HttpResponse:
    """Choose records by the facets of the address, or by the words and years of a search, as their pages do (GET);
    preview what was chosen, then make the edit (POST).
    """
    if request.method == "POST":
        return _posted(request)
    narrowing = RecordFilter(request.GET, user=request.user)
    words = request.GET.get("q", "").strip()
    context = {"narrowing": narrowing, "facets": narrowing.facets(), "total": narrowing.total, "words": words}
    if not narrowing.is_narrowed and not words:
        return render(request, "repository/curation_bulk_choose.html", context)
    records = narrowing.qs
    if words:
        records = records.filter(pk__in=keys_found(words, user=request.user, kind=RecordSource.kind))
    try:
        keys = bulk.choose(records)
    except NotAllowed as refusal:
        return render(request, "repository/curation_bulk_choose.html", {**context, "refusal": refusal})
    return _form_page(request, keys, BulkEditForm(), **context)


def bulk_edit_of(request: HttpRequest, keys: object) -> HttpResponse:
    """Show the form for records that were chosen elsewhere: what the desk's action "Edit many…" does."""
    found = list(keys[: bulk.MOST + 1])  # type: ignore[index]
    if len(found) > bulk.MOST:
        messages.error(
            request, f"More than {bulk.MOST:,} records are chosen. Narrow the list, and change them in parts."
        )
        return redirect("admin:repository_record_changelist")
    return _form_page(request, found, BulkEditForm())


def _posted(request: HttpRequest) -> HttpResponse:
    sent = keys_in(request.POST.getlist("ids"))
    visible = Record.objects.visible_to(request.user).filter(pk__in=sent[: bulk.MOST + 1])
    try:
        keys = bulk.choose(visible)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("repository:bulk_edit")
    if not keys:
        messages.error(request, "Choose the records that you want to change.")
        return redirect("repository:bulk_edit")
    form = BulkEditForm(request.POST)
    if not form.is_valid() or "change" in request.POST:
        return _form_page(request, keys, form if form.errors else BulkEditForm(initial=request.POST.dict()))
    if "run" not in request.POST:
        return _preview(request, keys, form)
    operation = bulk.begin(keys, form.plan, by=request.user)
    if len(keys) <= bulk.IN_REQUEST:
        bulk.run(operation)
    else:
        later(tasks.run_bulk_edit, operation_pk=operation.pk)
    return redirect("repository:operation", operation.pk)


def _form_page(request: HttpRequest, keys: list[int], form: BulkEditForm, **context: object) -> HttpResponse:
    shown = Record.objects.filter(pk__in=keys[:10]).order_by("pk").values_list("pk", "title")
    return render(
        request,
        "repository/curation_bulk_edit.html",
        {
            "form": form,
            "ids": ",".join(map(str, keys)),
            "number": len(keys),
            "shown": [(title, reverse("repository:record", args=[pk])) for pk, title in shown],
            "more": max(0, len(keys) - 10),
            **context,
        },
    )


def _preview(request: HttpRequest, keys: list[int], form: BulkEditForm) -> HttpResponse:
    outcome = bulk.preview(keys, form.plan, by=request.user)
    shown = [
        (outcome.titles[pk], reverse("repository:record", args=[pk]), changes)
        for pk, changes in outcome.changes.items()
    ]
    return render(
        request,
        "repository/curation_bulk_preview.html",
        {
            "plan": form.plan.sentence(),
            "number": len(keys),
            "looked_at": min(len(keys), bulk.SHOWN),
            "shown": shown,
            "left": outcome.left,
            "ids": ",".join(map(str, keys)),
            "said": [(name, value) for name, value in request.POST.items() if name in form.fields and value],
        },
    )
