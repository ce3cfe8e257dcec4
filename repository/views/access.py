"""The page on which the library says who may read a record and its files."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kmportal.lifecycle.forms import conflict
from repository import access as rules
from repository.access_form import AccessForms
from repository.models import Record


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def access(request, pk):
    """Show who may read the record and each file, and save what is changed; the later of two savers is told."""
    if not rules.may_curate(request.user):
        raise Http404
    visible = Record.objects.visible_to(request.user)
    if request.method == "POST":
        visible = visible.select_for_update(of=("self",))
    record = get_object_or_404(visible, pk=pk)
    form = AccessForms(record, request.POST or None)
    clash = None
    if request.method == "POST" and not form.errors:
        saved, written, labels = form.described()
        seen = request.POST.get("seen")
        clash = conflict(record, seen=seen, saved=saved, written=written, labels=labels, choices=labels)
        if not clash:
            form.save(by=request.user)
            messages.success(request, "Who may read this record and its files is saved.")
            return redirect(record)
    context = {
        "record": record,
        "form": form,
        "conflict": clash,
        # What was opened first stays what was seen while there are mistakes to mend.
        "seen": clash.seen if clash else request.POST.get("seen") or record.changed_at.isoformat(),
    }
    return render(request, "repository/access_form.html", context, status=409 if clash else 200)
