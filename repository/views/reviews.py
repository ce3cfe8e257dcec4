"""The reviewers' pages: the queue, the review of one record, and the conversation with its depositor."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kmportal.lifecycle import buttons
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, reviews
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record, Submission
from repository.review_forms import AssignForm, DecisionForm, MessageForm
from repository.review_page import ReviewPage, for_review
from repository.review_queue import Queue
from repository.status import Status

# What the reviewer is told, by the state that the record is in after the decision.
DONE = {
    Status.PUBLISHED: "“{}” is published.",
    Status.ACCEPTED: "You accepted “{}”. It waits for a library manager to release it.",
    Status.RETURNED: "“{}” went back to its depositor with your notes.",
    Status.REJECTED: "“{}” is not accepted. Its depositor has your reason.",
}


@login_required
@require_safe
def queue(request):
    """List what waits for review, oldest first."""
    _refuse_others(request.user)
    shown = Queue(request.user, show=request.GET.get("show", ""), collections=request.GET.getlist("collection"))
    context = {
        "queue": shown,
        "facets": [shown.collections()],
        "page": shown.page(request.GET.get("page"), timezone.now()),
    }
    return render(request, "repository/review_queue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk):
    """Show a record as its reviewer needs it; a decision that is sent is carried out, or refused with the reason."""
    if request.method != "POST":
        return _show(request, pk)
    _refuse_others(request.user)
    # By itself, so that what is read next is what is decided on, whoever held the lock.
    Record.objects.select_for_update().filter(pk=pk).first()
    record = _record(request.user, pk)
    form = DecisionForm(request.POST, record=record, user=request.user)
    if not form.is_valid():
        return _show(request, pk, form=form)
    try:
        _decide(record, form, by=request.user)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _show(request, pk, form=form, status=409)
    if form.cleaned_data["decision"] == "say":
        messages.success(request, "Your message is sent.")
        return redirect("repository:review", pk)
    messages.success(request, DONE[Status(record.status)].format(record.title))
    return redirect("repository:queue")


@login_required
@require_POST
def claim(request, pk):
    """Take a record from the pool."""
    return _hand_over(request, pk, reviews.claim, "This record is yours to review.")


@login_required
@require_POST
def give_back(request, pk):
    """Put a record back into the pool."""
    return _hand_over(request, pk, reviews.give_back, "This record is in the pool again.")


@login_required
@require_POST
def assign(request, pk):
    """Hand a record to a reviewer; for library managers."""
    if not access.may_manage_reviews(request.user):
        raise Http404
    form = AssignForm(request.POST, record=_record(request.user, pk))
    if not form.is_valid():
        return _show(request, pk, assign_form=form)
    to = form.cleaned_data["to"]
    return _hand_over(request, pk, reviews.assign, f"{to} has this record now, and is told by mail.", to=to)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request, pk):
    """Show the conversation about a record to those who lead it, and send what one of them writes."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not access.may_read_history(request.user, record):
        raise Http404
    form = MessageForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            reviews.say(record, by=request.user, text=form.cleaned_data["text"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "Your message is sent.")
            return redirect("repository:message", pk)
    context = {
        "record": record,
        "form": form,
        "conversation": reviews.conversation(record),
        "may_say": reviews.may_say(record),
        "may_review": access.may_review(request.user),
    }
    return render(request, "repository/review_messages.html", context, status=status)


def _hand_over(request, pk, verb, done, **who):
    """Carry out a verb with the open submission of a record, and say on its review page what came of it."""
    record = _record(request.user, pk)
    submission = Submission.objects.waiting().filter(record=record).first()
    try:
        if submission is None:
            raise NotAllowed("This does not wait for review any more.")
        verb(submission, by=request.user, **who)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("repository:review", pk)


def _decide(record: Record, form: DecisionForm, *, by) -> None:
    note = form.cleaned_data["note"]
    match form.cleaned_data["decision"]:
        case "accept":
            whole_record = form.cleaned_data["embargo"] == "record"
            reviews.accept(record, by=by, note=note, embargo=form.chosen_embargo, whole_record=whole_record)
        case "return":
            reviews.return_with_notes(record, by=by, notes=form.notes, note=note)
        case "reject":
            reviews.reject(record, by=by, note=note)
        case "say":
            reviews.say(record, by=by, text=note)


def _show(request, pk, *, form=None, assign_form=None, status=200):
    """Render the review page of the record as it is now, with the forms as they were sent."""
    record = _record(request.user, pk)
    page = ReviewPage(record, form)
    is_own = record.is_owned_by(request.user) and not hasattr(record, "imported_from")
    if form is None and page.is_waiting and not is_own:
        page.form = DecisionForm(record=record, user=request.user)
    manages = access.may_manage_reviews(request.user)
    context = {
        "record": record,
        "page": page,
        "form": page.form,
        "is_own": is_own,
        "moves": buttons.offered(RECORD_LIFECYCLE, record, to=request.user) if record.status == Status.ACCEPTED else [],
        "conversation": reviews.conversation(record),
        "history": buttons.history(record),
        "manages": manages,
        "assign_form": (assign_form or AssignForm(record=record)) if manages and page.is_waiting else None,
    }
    return render(request, "repository/review_page.html", context, status=status)


def _record(user, pk) -> Record:
    """Return a record that was sent for review, for those who review; raise Http404 for all others."""
    _refuse_others(user)
    return get_object_or_404(for_review(Record.objects.visible_to(user)).exclude(status=Status.DRAFT), pk=pk)


def _refuse_others(user) -> None:
    if not access.may_review(user):
        raise Http404
