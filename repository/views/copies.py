"""The pages of copies on request: ask for one, answer, and read the file through the timed link."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, copies, file_store
from repository.models import CopyRequest, Record, RecordFile
from repository.sending import send


class AskForm(forms.Form):
    """Why somebody needs a file."""

    message = forms.CharField(
        label="What do you need it for?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Whoever deposited the record reads this with your name.",
        error_messages={"required": "Say what you need the file for."},
    )


class AnswerForm(forms.Form):
    """Yes or no, and what else there is to say."""

    decision = forms.ChoiceField(
        label="Your answer",
        choices=[("grant", f"Send a link that works for {copies.DAYS} days"), ("refuse", "Do not send the file")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether to send the file."},
    )
    answer = forms.CharField(
        label="A message to go with it",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_copy(request, pk, file):
    """Ask for a file of a record that the reader sees but whose file they may not read."""
    wanted = get_object_or_404(
        RecordFile.objects.filter(access.requestable_files(request.user)).select_related("record"), pk=file, record=pk
    )
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            copies.ask(wanted, by=request.user, message=form.cleaned_data["message"])
        except copies.AlreadyAsked:
            messages.info(request, "You have asked for this file before. You will get a mail when somebody answers.")
        else:
            messages.success(request, "Your request is on its way. You will get a mail when somebody answers.")
        return redirect(wanted.record)
    latest = CopyRequest.objects.filter(file=wanted, by=request.user).first()
    context = {"file": wanted, "record": wanted.record, "form": form, "latest": latest}
    if latest and latest.granted and access.may_open_copy(request.user, latest, now=timezone.now()):
        context["link"] = copies.link(latest)
    return render(request, "repository/copy_ask.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy_request(request, request_pk):
    """Answer a request: for whoever deposited the record, and for the library."""
    asked = get_object_or_404(_requests().filter(file__record__in=_visible_to(request.user)), pk=request_pk)
    if not access.may_answer_for_copies(request.user, asked.file.record):
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            if form.cleaned_data["decision"] == "grant":
                copies.grant(asked, by=request.user, answer=answer)
                messages.success(request, f"{asked.by.name} gets a mail with a link to the file.")
            else:
                copies.refuse(asked, by=request.user, answer=answer)
                messages.success(request, f"{asked.by.name} gets a mail that says no.")
        except copies.AlreadyAnswered:
            messages.warning(request, "Somebody else has answered meanwhile. Nothing has changed.")
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        return redirect("repository:copy_request", asked.pk)
    context = {"asked": asked, "file": asked.file, "record": asked.file.record, "form": form}
    return render(request, "repository/copy_answer.html", context)


@login_required
@never_cache
@require_safe
def copy(request, token):
    """Send the file to the one who asked for it, until the link ends; to others it is as if it did not exist."""
    try:
        pk = copies.key_of(token)
    except signing.BadSignature:
        raise Http404 from None
    asked = get_object_or_404(_requests().filter(file__record__in=_visible_to(request.user)), pk=pk, by=request.user)
    if access.may_open_copy(request.user, asked, now=timezone.now()):
        file = asked.file
        path = file_store.path_of(file.content_id)
        return send(request, path, name=file.name, content_type=file.content_type, etag=file.content_id)
    context = {"asked": asked, "file": asked.file, "record": asked.file.record}
    return render(request, "repository/copy_closed.html", context, status=410)


def _requests():
    return CopyRequest.objects.select_related(
        "by__profile__department", "answered_by", "file__record__depositor", "file__record__entered_by"
    )


def _visible_to(user):
    return Record.objects.visible_to(user).order_by().values("pk")
