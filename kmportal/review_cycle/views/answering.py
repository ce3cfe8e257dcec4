"""Pages on which people answer whether something is still true: from the link in a mail, and signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.people.models import User
from kmportal.review_cycle import answers, tokens
from kmportal.review_cycle.forms import AnswerForm, FlagForm
from kmportal.review_cycle.models import Confirmation, Flag, Verdict
from kmportal.review_cycle.sources import about, source_of, source_of_kind

# Answers that the history of a thing shows, the latest first.
HISTORY = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, token):
    """Take the one answer that a link in a mail allows. Opening it changes nothing: scanners of mail open links too.

    Whoever is signed in as the person of the link answers by that click alone: the page sends its form by itself.
    """
    try:
        link = tokens.read(token)
    except tokens.Unreadable:
        raise Http404 from None
    source = _source(link.kind)
    person = get_object_or_404(User, pk=link.user)
    things = source.model._default_manager.all()
    if request.method == "POST":
        things = things.select_for_update(of=("self",))  # so that two clicks give one answer
    thing = get_object_or_404(things, pk=link.thing)
    context = {"thing": thing, "person": person, "source": source, "link": link}
    reason = _why_closed(request, link, source, person, thing)
    if reason:
        return _closed(request, reason, context)
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial={"verdict": request.GET.get("verdict", "")}
    )
    if form.is_valid():
        verdict = form.cleaned_data["verdict"]
        answers.confirm(thing, verdict=verdict, by=person, note=form.cleaned_data["note"])
        if request.user != person:
            messages.success(request, _thanks(verdict))  # the page that follows says no more than that it is answered
        return redirect("review_cycle:answer", token=token)
    context = {
        **context,
        "form": form,
        "is_one_click": request.method != "POST" and request.GET.get("verdict") == Verdict.CURRENT,
        "is_person": request.user == person,
    }
    return render(request, "review_cycle/answer.html", context)


def _why_closed(request, link, source, person, thing):
    """Return why the link is good for nothing, or "" where it is good."""
    if not person.is_active:
        return "left"
    if request.user.is_authenticated and request.user != person:
        return "somebody_else"
    if Confirmation.objects.filter(**about(thing), at__gte=link.written).exists():
        return "answered"
    if link.has_expired(timezone.now()):
        return "expired"
    if not source.under_review().filter(pk=thing.pk).exists():
        return "gone"
    if not source.may_confirm(person, thing):
        return "not_theirs"
    return "" if thing.next_review == link.due else "other_dates"


def _closed(request, reason, context):
    """Say why the link is good for nothing. What it was about stays between the portal and the person of the link."""
    thing = context["thing"]
    if reason == "answered" and request.user == context["person"]:
        latest = Confirmation.objects.filter(**about(thing)).select_related("by").latest("at")
        context |= {"latest": latest, "change_url": context["source"].change_url(request.user, thing)}
    status = {"answered": 200, "left": 403, "somebody_else": 403, "not_theirs": 403}.get(reason, 410)
    return render(request, "review_cycle/answer_closed.html", {"reason": reason, **context}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, kind, pk):
    """Show those who answer for a thing what was said of it, and take their answer."""
    source = _source(kind)
    thing = get_object_or_404(source.under_review().select_related("owner", "deputy"), pk=pk)
    if not source.may_confirm(request.user, thing):
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verdict = form.cleaned_data["verdict"]
        try:
            answers.confirm(thing, verdict=verdict, by=request.user, note=form.cleaned_data["note"])
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _thanks(verdict))
            change_url = source.change_url(request.user, thing)
            return redirect(change_url if verdict == Verdict.CHANGE and change_url else thing)
    rows = about(thing)
    context = {
        "thing": thing,
        "source": source,
        "form": form,
        "flags": Flag.objects.filter(**rows, settled_at=None).select_related("by").order_by("at"),
        "history": Confirmation.objects.filter(**rows).select_related("by").order_by("-at", "-pk")[:HISTORY],
        "retire_url": source.retire_url(thing) if request.user.has_perm(source.keeper_permission) else "",
        "change_url": source.change_url(request.user, thing),
    }
    return render(request, "review_cycle/confirm.html", context)


def _thanks(verdict):
    match verdict:
        case Verdict.CURRENT:
            return "Thank you. It is marked as still true, and the next review has its date."
        case Verdict.CHANGE:
            return "Thank you. It stays due until the change is made."
        case _:
            return "Thank you. The library is told that it is obsolete."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request, kind, pk):
    """Let a reader tell the owner of a thing what is wrong in it."""
    source = _source(kind)
    thing = get_object_or_404(source.visible_to(request.user), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answers.flag(thing, by=request.user, text=form.cleaned_data["text"])
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Thank you. Whoever answers for this has a message with your words.")
            return redirect(thing)
    context = {"thing": thing, "source": source, "form": form}
    return render(request, "review_cycle/flag.html", context)


@login_required
@require_POST
def settle(request, pk):
    """Close a flag."""
    raised = get_object_or_404(Flag.objects.select_related("content_type"), pk=pk)
    if raised.thing is None:
        raise Http404
    try:
        answers.settle(raised, by=request.user)
    except NotAllowed:
        raise Http404 from None
    messages.success(request, "The message is closed, and whoever sent it is told.")
    return redirect("review_cycle:confirm", kind=source_of(raised.thing).kind, pk=raised.object_id)


def _source(kind):
    source = source_of_kind(kind)
    if source is None:
        raise Http404
    return source
