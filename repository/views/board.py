"""The board report: on screen, as CSV, and saved under a name."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from repository import access, saved_reports
from repository.board_form import ChoicesForm, SaveForm
from repository.board_report import BoardReport, departments
from repository.exchange.cells import guarded
from repository.models import SavedReport


@login_required
@require_safe
def board_report(request):
    """Show the report that the address asks for, and those that are saved."""
    form, report = _asked(request, request.GET)
    return _page(request, form, report, SaveForm(query=form.query))


@login_required
@require_safe
def board_report_csv(request):
    """Send the table of the report as CSV, its figures as they are now."""
    _, report = _asked(request, request.GET)
    answer = StreamingHttpResponse(_csv(report), content_type="text/csv; charset=utf-8")
    name = slugify(f"outputs by {report.choices.by} {report.choices.span.replace('/', '-')}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@login_required
@require_POST
def save_report(request):
    """Keep the choices of a report under a name."""
    form, report = _asked(request, QueryDict(request.POST.get("query", "")))
    naming = SaveForm(request.POST, query=form.query)
    if not naming.is_valid():
        return _page(request, form, report, naming)
    saved = saved_reports.save(name=naming.cleaned_data["name"], query=form.query, by=request.user)
    messages.success(request, f"Saved as “{saved}”. Each time you open it, its figures are those of the day.")
    return redirect(saved)


@login_required
@require_POST
def remove_report(request, pk):
    """Remove a report that the user has saved."""
    if not access.may_report(request.user):
        raise Http404
    saved = get_object_or_404(SavedReport, pk=pk, by=request.user)
    saved_reports.remove(saved, by=request.user)
    messages.success(request, f"“{saved}” is removed.")
    return redirect("repository:board_report")


def _asked(request: HttpRequest, query: QueryDict) -> tuple[ChoicesForm, BoardReport]:
    """Return the choices in a query and their report. Raises Http404 for those who may not make one."""
    if not access.may_report(request.user):
        raise Http404
    known = departments()
    form = ChoicesForm(query, departments=list(known.values()), today=timezone.localdate())
    return form, BoardReport(form.choices, user=request.user, departments=known)


def _page(request: HttpRequest, form: ChoicesForm, report: BoardReport, naming: SaveForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "report": report,
        "naming": naming,
        "saved_reports": SavedReport.objects.select_related("by"),
        "now": timezone.now(),
    }
    return render(request, "repository/board_report.html", context)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(report: BoardReport) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it, spreadsheets read the names of departments in another encoding
    for row in report.as_rows():
        yield writer.writerow([guarded(str(value)) for value in row])
