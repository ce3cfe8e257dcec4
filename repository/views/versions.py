"""The address of a work, and the pages on which a version begins and a record is withdrawn or erased."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.registry import hosts_of
from repository import access, erasure, versions, withdrawing
from repository.models import ImportBatch, Record
from repository.withdrawal import WithdrawalReason
from repository.withdrawing_forms import EraseForm, WithdrawForm


@require_safe
def work(request, pk):
    """Lead to the version of the work that is published, or else the newest that the reader may see."""
    found = versions.current(get_object_or_404(Record, pk=pk), to=request.user)
    if found is None:
        raise Http404
    return redirect(found)


@login_required
@require_POST
def new_version(request, pk):
    """Begin the next version of a record, and go on to write it."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not access.may_make_version(request.user, record):
        raise Http404
    try:
        draft = versions.begin(record, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(record)
    messages.success(request, f"This is your draft of version {draft.version}. Readers see version {record.version}.")
    return redirect("repository:edit", draft.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """Ask why a record is withdrawn and what takes its place, and withdraw it."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk, status__in=withdrawing.WITHDRAWABLE)
    if not access.may_withdraw(request.user):
        raise Http404
    form = WithdrawForm(request.POST or None, record=record, user=request.user, hosts=hosts_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            withdrawing.withdraw(record, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The record is withdrawn. Readers now find this page in its place.")
            return redirect(record)
    return render(request, "repository/record_withdraw.html", {"record": record, "form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, pk):
    """Ask for the legal ground and the record's number, and erase it."""
    record = get_object_or_404(Record.objects.exclude(withdrawal_reason=WithdrawalReason.LEGAL), pk=pk)
    if not access.may_erase(request.user):
        raise Http404
    form = EraseForm(request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            erasure.erase(record, by=request.user, ground=form.cleaned_data["ground"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The record is erased. Only this page stays, so that its address is never reused."
            )
            return redirect(record)
    same = Record.objects.filter(
        versions.of_work(record) | Q(replacement=record, withdrawal_reason=WithdrawalReason.DUPLICATE)
    )
    others = same.filter(access.visible_records(request.user)).exclude(pk=record.pk).order_by("pk")
    brought_by = ImportBatch.objects.filter(items__record=record).exclude(file="").first()
    context = {"record": record, "form": form, "others": others, "brought_by": brought_by}
    return render(request, "repository/record_erase.html", context)
