"""Pages on how current the repository is, and on who answers for a record and how often."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.design.narrowing import Narrowed
from kmportal.lifecycle.forms import conflict
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.review_cycle import answers
from kmportal.review_cycle.forms import CycleForm
from kmportal.review_cycle.models import Confirmation
from kmportal.review_cycle.sources import about
from repository import access
from repository import currency_report as report
from repository.currency import UNDER_REVIEW, USUAL_MONTHS
from repository.models import Record

PAGE_SIZE = 25
# Answers that a record's page of its cycle shows, the latest first.
HISTORY = 20


@login_required
@require_safe
def currency(request):
    """Show how much is in date, by department, and list what needs somebody to act first."""
    if not access.may_read_currency(request.user):
        raise Http404
    records = report.records_under_review(request.user, timezone.localdate())
    shares = report.shares(records)
    narrowed = Narrowed(records, report.FACETS, request.GET)
    listed = narrowed.results.select_related("owner")
    total = report.total(shares)
    context = {
        "total": total,
        "target": report.TARGET,
        "short": total.short_of(report.TARGET),
        "chart": report.chart_of(shares),
        "table": report.table_of(shares),
        "narrowed": narrowed,
        "page": Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_set": access.may_curate(request.user),
    }
    return render(request, "repository/currency.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_cycle(request, pk):
    """Say who answers for a record, how often it is looked at, and when; the later of two who save is told."""
    records = Record.objects.filter(UNDER_REVIEW).select_related("owner", "deputy")
    if request.method == "POST":
        records = records.select_for_update(of=("self",))
    record = get_object_or_404(records, pk=pk)
    if not access.may_set_review_cycle(request.user, record):
        raise Http404
    form = CycleForm(
        request.POST if request.method == "POST" else None,
        initial={
            "owner": record.owner,
            "deputy": record.deputy,
            "months": record.review_months or USUAL_MONTHS,
            "last_reviewed": record.last_reviewed,
        },
    )
    clash = None
    if form.is_valid():
        saved, written = form.in_words(form.initial), form.in_words(form.cleaned_data)
        labels = {name: str(field.label) for name, field in form.fields.items()}
        clash = conflict(record, seen=request.POST.get("seen"), saved=saved, written=written, labels=labels)
        if not clash:
            try:
                answers.set_cycle(record, **form.cleaned_data, by=request.user)
            except NotAllowed as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Saved. The owner is asked when the next review is due.")
                return redirect(record)
    history = Confirmation.objects.filter(**about(record)).select_related("by").order_by("-at", "-pk")[:HISTORY]
    context = {
        "record": record,
        "form": form,
        "history": history,
        "conflict": clash,
        # What was opened first stays what was seen while there are mistakes to mend.
        "seen": clash.seen if clash else request.POST.get("seen") or record.changed_at.isoformat(),
    }
    return render(request, "repository/currency_cycle.html", context, status=409 if clash else 200)
