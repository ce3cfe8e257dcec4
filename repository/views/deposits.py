"""The pages on which people deposit: start a draft, write it, send it for review, and see where each one is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.design.dates import clock_words
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, copies, deposit_rows, drafts, duplicates, my_deposits
from repository.deposit_form import DepositForm, StartForm
from repository.deposit_page import DepositPage
from repository.models import Record
from repository.record_parts import for_parts
from repository.status import Status

PAGE_SIZE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request):
    """Ask for type and title, and begin a draft with them."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        record = drafts.start(by=request.user, **form.cleaned_data)
        return redirect("repository:edit", record.pk)
    return render(request, "repository/deposit_start.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Show the form of a record to those who may write it, and do what its buttons ask for.

    `do` in what is sent names the button: "save", "send", "autosave" (answered as JSON), "duplicates" (save, and show
    what is alike), "type" (show the fields of the type chosen), or a change of rows (deposit_rows.py). What is valid
    in a draft is saved even where other fields are not; a record that is with the library or with readers is saved as
    a whole or not at all.
    """
    if request.method == "POST":
        # By itself, so that what is read next is what whoever held the lock has left.
        Record.objects.select_for_update().filter(pk=pk).first()
    record = get_object_or_404(for_parts(Record.objects.visible_to(request.user)), pk=pk)
    if not access.may_edit(request.user, record):
        return _closed(request, record)
    if request.method == "POST":
        return _sent(request, record)
    note = request.session.get(_note_key(record), "")
    return _page(request, DepositForm(record=record, by=request.user, note=note))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, pk):
    """Ask whether a draft shall really go, and delete it."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not record.is_owned_by(request.user):
        raise Http404
    if request.method == "POST":
        try:
            drafts.discard(record, by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect(record)
        messages.success(request, f"The draft “{record.title[:100]}” is gone.")
        return redirect("repository:my_deposits")
    if not drafts.may_discard(request.user, record):
        messages.error(request, drafts.NOT_DISCARDED)
        return redirect(record)
    return render(request, "repository/deposit_discard.html", {"record": record})


@login_required
@require_safe
def deposits(request):
    """List what the reader has deposited or entered for others, with whose turn it is."""
    states = my_deposits.states_of(request.user)
    state = request.GET.get("state", "")
    records = my_deposits.deposits_of(request.user)
    if state in Status.values:
        records = records.filter(status=state)
    else:
        state = ""
    paginator = Paginator(my_deposits.with_turn(records), PAGE_SIZE)
    paginator.count = sum(number for value, _, number in states if state in ("", value))
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(record, my_deposits.turn_of(record)) for record in page],
        "states": states,
        "state": state,
        "total": sum(number for _, _, number in states),
        "copy_requests": copies.waiting_for(request.user),
    }
    return render(request, "repository/my_deposits.html", context)


def _sent(request, record):
    """Do what was asked for with what was sent. The record is locked."""
    do = request.POST.get("do", "save")
    rows = deposit_rows.changed(request.POST, do)
    if rows is not None or do == "type":
        return _page(request, _typed(request, record, rows or request.POST))
    form = DepositForm(request.POST, record=record, by=request.user)
    form.is_valid()
    form.leave(request.POST.getlist("leave"))
    if clash := form.clash():
        return _clashing(request, form, clash)
    is_complete = do == "send" and form.ask_for_what_is_missing()
    parts = form.changed_parts()
    if do == "autosave":
        # A colleague hears of the deposit when somebody has pressed a button, not while a name is being typed.
        parts.pop("depositor", None)
        return _saved_quietly(request, form, parts)
    if record.status in access.DEPOSITORS_STATES or not form.errors:
        drafts.save(record, by=request.user, parts=parts)
    if is_complete:
        try:
            drafts.send(_anew(record), by=request.user, note=form.cleaned_data["note"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session.pop(_note_key(record), None)
            messages.success(request, "Sent for review. You hear from the library by e-mail.")
            return redirect(record)
    if form.errors or do == "duplicates":
        fresh = _anew(record)
        form.seen_again(fresh)
        alike = duplicates.for_draft(fresh, request.user) if do == "duplicates" else []
        is_partly_saved = bool(form.errors and parts) and record.status in access.DEPOSITORS_STATES
        return _page(request, form, is_partly_saved=is_partly_saved, comparisons=alike, is_compared=do == "duplicates")
    return _saved(request, _anew(record), form)


def _saved(request, record, form):
    if record.status not in access.DEPOSITORS_STATES:
        messages.success(request, "Your changes are saved.")
        return redirect(record)
    if note := form.cleaned_data["note"]:
        request.session[_note_key(record)] = note
    else:
        request.session.pop(_note_key(record), None)
    messages.success(request, f"The draft is saved. {_who_sees(record)}")
    return redirect("repository:edit", record.pk)


def _who_sees(record):
    if record.status == Status.RETURNED:
        return "Send it for review when you have made the changes."
    if record.depositor and record.entered_by:
        return f"Only {record.entered_by} and {record.depositor} can see it until it is sent for review."
    return "Only you can see it until you send it for review."


def _saved_quietly(request, form, parts):
    """Save what is valid while somebody types, and answer what the page needs to go on."""
    record = form.record
    if record.status in access.DEPOSITORS_STATES:
        drafts.save(record, by=request.user, parts=parts)
    form.seen_again(_anew(record))
    now = timezone.localtime()
    return JsonResponse(
        {
            "saved_at": now.isoformat(),
            "text": f"Saved at {clock_words(now)}.",
            "seen": form.initial["seen"],
            "errors": form.sentences(),
        }
    )


def _clashing(request, form, clash):
    if request.POST.get("do") == "autosave":
        text = f"{clash.by} saved this before you did. Press “Save draft” to see both texts."
        return JsonResponse({"conflict": True, "text": text}, status=409)
    form.seen_again(form.record)
    return _page(request, form, clash=clash, status=409)


def _closed(request, record):
    """Say whose turn it is with a record that its depositor or the library cannot write now; others see nothing."""
    user = request.user
    if not access.may_read_history(user, record):
        raise Http404
    if request.POST.get("do") == "autosave":
        return JsonResponse({"conflict": True, "text": "This can no longer be changed here."}, status=409)
    return render(request, "repository/deposit_closed.html", {"record": record}, status=409)


def _typed(request, record, data):
    """Return the form with what was typed, not yet judged and not yet saved."""
    form = DepositForm(record=record, by=request.user, shown=data)
    form.initial["seen"] = data.get("seen", "")
    return form


def _page(request, form, *, status=200, **more):
    record = form.record
    context = {
        "form": form,
        "record": record,
        "page": DepositPage(form),
        "is_theirs": record.status in access.DEPOSITORS_STATES,
        "may_discard": drafts.may_discard(request.user, record),
        **more,
    }
    return render(request, "repository/deposit_edit.html", context, status=status)


def _anew(record):
    return for_parts(Record.objects.all()).get(pk=record.pk)


def _note_key(record):
    return f"note-to-reviewer-{record.pk}"
