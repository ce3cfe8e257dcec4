"""The page on which librarians load records, from a file or as pasted text, with the earlier imports below it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from repository import access, exchange
from repository.exchange import CHUNK, FORMATS, UnreadableFile
from repository.intake import batches
from repository.models import Collection, ImportBatch

# Characters that may be pasted: a request's text must fit into memory (DATA_UPLOAD_MAX_MEMORY_SIZE), a file need not.
LONGEST_TEXT = 500_000
PAGE_SIZE = 20


def importers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the page to those who import; to all others who are signed in it is as if it did not exist."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not access.may_import(request.user):
            raise Http404
        return view(request, *args, **options)

    return guarded


class ImportForm(forms.Form):
    """Records, in a file or as text, and what to do with those that are new."""

    file = forms.FileField(
        label="File of records",
        required=False,
        error_messages={"empty": "This file is empty. Export it again, and check that it has a size."},
    )
    text = forms.CharField(
        label="Or paste the records here",
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Such as what a database shows when you ask it for RIS or BibTeX.",
        error_messages={"max_length": "This is too long to be pasted. Save it as a file, and choose that."},
    )
    collection = forms.ModelChoiceField(
        Collection.objects.all(), required=False, empty_label="No collection", label="Collection for new records"
    )
    publish = forms.ChoiceField(
        label="What should happen to new records?",
        choices=[("no", "They wait for review"), ("yes", "They are published at once")],
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what should happen to new records."},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not access.may_publish(user):
            del self.fields["publish"]

    def clean_file(self) -> UploadedFile | None:
        """Refuse at once what no reader takes, so that nobody waits for a job to hear it."""
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        if upload.size > settings.MAX_IMPORT_MB * 1024 * 1024:
            raise ValidationError(f"This file is larger than {settings.MAX_IMPORT_MB} MB. Split it into smaller ones.")
        _recognise(upload.read(CHUNK))
        upload.seek(0)
        return upload

    def clean_text(self) -> str:
        """Refuse what no reader takes, as of a file."""
        text = self.cleaned_data["text"]
        if not text.strip():
            return ""
        _recognise(text.encode()[:CHUNK])
        return text

    def clean(self) -> None:
        """Want a file or a text, and not both."""
        if self.errors:
            return
        file, text = self.cleaned_data["file"], self.cleaned_data["text"]
        if not file and not text:
            self.add_error("file", "Choose the file that you want to import, or paste the records below.")
        if file and text:
            self.add_error("text", "You chose a file too. Import one after the other: take one of the two away.")


def _recognise(head: bytes) -> None:
    try:
        exchange.detect(head)
    except UnreadableFile as error:
        raise ValidationError(str(error)) from None


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_records(request: HttpRequest) -> HttpResponse:
    """Show the form, with the latest batches below it; what is sent goes to the background worker."""
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect(_receive(form, request.user))
    page = Paginator(ImportBatch.objects.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    labels = [module.LABEL for module in FORMATS.values()]
    return render(request, "repository/import_form.html", {"form": form, "page": page, "formats": labels})


def _receive(form: ImportForm, user: Any) -> ImportBatch:
    given = form.cleaned_data
    how = {"collection": given["collection"], "publish": given.get("publish") == "yes", "by": user}
    if given["file"]:
        return batches.receive(given["file"], name=given["file"].name, **how)
    return batches.receive_text(given["text"], **how)
