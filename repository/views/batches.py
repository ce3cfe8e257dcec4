"""The page of one import: what became of each record of its file, deciding about what was set aside, and undoing it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, tasks
from repository.exchange import FORMATS
from repository.intake import batches, deciding, undoing
from repository.intake.comparing import compare
from repository.intake.ended import has_ended
from repository.models import BatchRow, ImportBatch, Record
from repository.models.batch import SET_ASIDE, BatchState, Decision, RowKind
from repository.views.curators import keys_in
from repository.views.imports import importers_only

# Up to so many the request itself does it; what is more goes to the background.
IN_REQUEST = 200
PAGE_SIZE = 50
# Entries beside our records take more room.
COMPARISONS = 10
# The section of an undone import that lists what it left.
STAYED = "stayed"
# What a section is called, and what is said at its head.
SECTIONS: dict[str, tuple[str, str]] = {
    STAYED: ("Left as they are", "Somebody, or a later import, has worked on these since. Undoing left them alone."),
    RowKind.SIMILAR: ("Possible duplicates", "A record of ours has the same first author, and about the same title."),
    RowKind.DUPLICATE: ("Duplicates", "A record of ours has the same DOI or PubMed ID, or the file has it twice."),
    RowKind.REJECTED: (
        "Rejected",
        "These were not loaded; each says why. Where a record is not whole, mend the file and import it again.",
    ),
    RowKind.WARNING: ("Warnings", "These were dealt with, but not quite as the file has them."),
    RowKind.ADDED: ("Added", "These are new in the repository."),
    RowKind.UPDATED: ("Updated", "Their source says something else now. What somebody here had changed was kept."),
    RowKind.UNCHANGED: ("Unchanged", "These are here already, and their source says what it said before."),
}


@dataclass(frozen=True)
class Section:
    """One kind of a batch's rows: how many there are, and how many of them wait for a decision."""

    key: str
    label: str
    lead: str
    number: int
    waiting: int

    @property
    def url(self) -> str:
        return f"?show={self.key}#rows"


@importers_only
@require_safe
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a batch is, what became of its records, and one section of its rows."""
    batch = get_object_or_404(ImportBatch.objects.select_related("by", "collection", "undone_by"), pk=pk)
    work = {name.rpartition(".")[2]: arguments for name, arguments in jobs.unfinished(batch_pk=batch.pk)}
    sections = _sections(batch)
    shown = _shown(sections, request.GET.get("show"))
    waiting = batches.waiting(batch).count()
    may_act = has_ended(batch) and not work
    return render(
        request,
        "repository/import_batch.html",
        {
            "batch": batch,
            "format": FORMATS[batch.format].LABEL if batch.format in FORMATS else "",
            "progress": _progress(batch, work, sections, waiting),
            "was_broken_off": batch.state == BatchState.UNDOING and not work,
            "sections": [section for section in sections.values() if section.number],
            "stats": _stats(batch, sections),
            "shown": shown,
            "rows": _rows(request, batch, shown),
            "waiting": waiting,
            "may_decide": may_act,
            "may_publish": may_act and waiting and access.may_publish(request.user),
            "may_undo": may_act,
            "records_url": f"{reverse('admin:repository_record_changelist')}?imported_from__batch={batch.pk}",
        },
    )


@importers_only
@require_POST
def decide_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about one row that was set aside, or about all of a kind that wait."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    kind, decision = request.POST.get("kind", ""), request.POST.get("decision", "")
    if kind not in SET_ASIDE or decision not in Decision.values:
        raise Http404
    rows = batch.rows.filter(kind=kind)
    here = f"{batch.get_absolute_url()}?show={kind}&page={_page_number(request)}#rows"
    try:
        if "row" in request.POST:
            number = deciding.decide(
                rows.filter(pk__in=keys_in([request.POST["row"]])), Decision(decision), by=request.user
            )
            left = 0
        elif rows.undecided().count() > IN_REQUEST:
            jobs.later(tasks.decide_batch, batch_pk=batch.pk, kind=kind, decision=decision, by_pk=request.user.pk)
            return redirect(here)
        else:
            number = deciding.decide_all(batch, kind, Decision(decision), by=request.user)
            left = rows.undecided().count()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    if number:
        messages.success(request, f"{_counted(number)}: {Decision(decision).label.lower()}.")
    elif not left:
        messages.info(request, "Somebody has decided about this already.")
    if left:
        messages.info(request, f"{_counted(left)} could not be completed: look at them one by one.")
    return redirect(here)


@importers_only
@require_POST
def publish_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish what the batch added and still waits for review, in the background where that is much."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    if not access.may_publish(request.user):
        raise Http404
    if batches.waiting(batch).count() > IN_REQUEST and has_ended(batch):
        jobs.later(tasks.publish_batch, batch_pk=batch.pk, by_pk=request.user.pk)
        return redirect(batch)
    try:
        number = batches.publish(batch, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    messages.success(request, f"{_counted(number)} published.")
    if left := batches.waiting(batch).count():
        reason = "Somebody has claimed them, or their collection asks for a release."
        messages.info(request, f"{_counted(left)} still wait for review. {reason}")
    return redirect(batch)


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what undoing the batch would do (GET), and do it (POST), in the background where that is much."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    if not has_ended(batch) and batch.state != BatchState.UNDOING:
        messages.error(request, "This import is undone already, or goes on: there is nothing to undo now.")
        return redirect(batch)
    foresight = undoing.foresee(batch)
    if request.method != "POST":
        context = {"batch": batch, "foresight": foresight, "staying": undoing.staying(batch)[:10]}
        return render(request, "repository/import_undo.html", context)
    try:
        if foresight.total > IN_REQUEST:
            undoing.undo_later(batch, by=request.user)
        else:
            undoing.undo(batch, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


def _sections(batch: ImportBatch) -> dict[str, Section]:
    """Return the sections in their order. What was added by decision stands among what was added."""
    numbers = dict.fromkeys(RowKind.values, 0)
    undecided = dict.fromkeys(RowKind.values, 0)
    for kind, decision, number in batch.rows.order_by().values_list("kind", "decision").annotate(Count("pk")):
        numbers[RowKind.ADDED if decision == Decision.ADD else kind] += number
        undecided[kind] += number if not decision and kind in SET_ASIDE else 0
    stayed = undoing.staying(batch).count() if batch.state == BatchState.UNDONE else 0
    return {
        key: Section(key, label, lead, numbers.get(key, stayed), undecided.get(key, 0))
        for key, (label, lead) in SECTIONS.items()
    }


def _shown(sections: dict[str, Section], wanted: str | None) -> Section | None:
    """Return the section that was asked for, or the first of which something waits, or has anything at all."""
    if wanted in sections:
        return sections[wanted]
    full = [section for section in sections.values() if section.number]
    return next((section for section in full if section.waiting), next(iter(full), None))


def _stats(batch: ImportBatch, sections: dict[str, Section]) -> list[tuple[int, str, str, Section | None]]:
    """Return the outcomes of the file, which add up to what was read: number, label, note and section of each."""
    set_aside = [sections[kind] for kind in SET_ASIDE]
    waiting = sum(section.waiting for section in set_aside)
    first = next((one for one in set_aside if one.waiting), next((one for one in set_aside if one.number), None))
    return [
        (batch.added, "added", "", sections[RowKind.ADDED]),
        (batch.updated, "updated", "", sections[RowKind.UPDATED]),
        (batch.unchanged, "unchanged", "", sections[RowKind.UNCHANGED]),
        (batch.duplicates, "set aside", f"{waiting:,} to decide" if waiting else "as duplicates", first),
        (batch.rejected, "rejected", "not loaded", sections[RowKind.REJECTED]),
    ]


def _rows(request: HttpRequest, batch: ImportBatch, shown: Section | None) -> Any:
    """Return the page of the section: of what was set aside, the comparisons; of the others, (row, record) pairs."""
    if shown is None:
        return None
    number = request.GET.get("page")
    page: Any
    if shown.key == STAYED:
        page = Paginator(undoing.staying(batch).visible_to(request.user), PAGE_SIZE).get_page(number)
        page.object_list = [(None, record) for record in page.object_list]
        return page
    rows = _of_section(batch, shown.key)
    if shown.key in SET_ASIDE:
        page = Paginator(rows, COMPARISONS).get_page(number)
        page.object_list = compare(page.object_list, user=request.user)
        return page
    page = Paginator(rows.defer("said", "before"), PAGE_SIZE).get_page(number)
    found = list(page.object_list)
    records = Record.objects.visible_to(request.user).in_bulk([row.record_id for row in found if row.record_id])
    page.object_list = [(row, records.get(row.record_id)) for row in found]
    return page


def _of_section(batch: ImportBatch, kind: str) -> QuerySet[BatchRow]:
    rows = batch.rows.select_related("decided_by")
    if kind == RowKind.ADDED:
        return rows.filter(Q(kind=kind) | Q(decision=Decision.ADD))
    return rows.filter(kind=kind).exclude(decision=Decision.ADD)


def _progress(
    batch: ImportBatch, work: dict[str, dict[str, Any]], sections: dict[str, Section], waiting: int
) -> tuple[int, int, str] | None:
    """Return how far the work in the background is: what is done, of how much, and what it does; None without any."""
    if batch.state in (BatchState.WAITING, BatchState.RUNNING):
        return batch.bytes_read, batch.bytes_total, "Reading the file"
    if "undo_batch" in work:
        total = batch.added + batch.updated
        return max(0, total - batch.items.count()), total, "Undoing the import"
    if "publish_batch" in work:
        return max(0, batch.added - waiting), batch.added, "Publishing records"
    if "decide_batch" in work:
        kind = work["decide_batch"]["kind"]
        total = batch.rows.filter(kind=kind).count()
        return total - sections[kind].waiting, total, "Deciding about what was set aside"
    return None


def _page_number(request: HttpRequest) -> int:
    return next(iter(keys_in([request.POST.get("page", "")])), 1)


def _counted(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"
