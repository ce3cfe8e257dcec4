"""Pages on which librarians load files of records and see what became of them."""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from repository import access, exchange
from repository.exchange import CHUNK, UnreadableFile
from repository.intake import batches
from repository.models import Collection, ImportBatch
from repository.models.batch import BatchState, Outcome, RowKind


class ImportForm(forms.Form):
    """A file of records, and what to do with those that are new."""

    file = forms.FileField(
        label="File of records",
        help_text="In PubMed: choose Send to, then Citation manager. The file's name ends in .nbib or .txt.",
        error_messages={
            "required": "Choose the file that you want to import.",
            "empty": "This file is empty. Export it again, and check that it has a size.",
        },
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

    def clean_file(self) -> UploadedFile:
        """Refuse at once what no reader takes, so that nobody waits for a job to hear it."""
        upload = self.cleaned_data["file"]
        if upload.size > settings.MAX_IMPORT_MB * 1024 * 1024:
            raise ValidationError(f"This file is larger than {settings.MAX_IMPORT_MB} MB. Split it into smaller ones.")
        try:
            exchange.detect(upload.read(CHUNK))
        except UnreadableFile as error:
            raise ValidationError(str(error)) from None
        upload.seek(0)
        return upload


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_records(request: HttpRequest) -> HttpResponse:
    """Show the form, with the latest batches below it; a file that is sent goes to the background worker."""
    if not access.may_import(request.user):
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        batch = batches.receive(
            form.cleaned_data["file"],
            name=form.cleaned_data["file"].name,
            collection=form.cleaned_data["collection"],
            publish=form.cleaned_data.get("publish") == "yes",
            by=request.user,
        )
        return redirect(batch)
    page = Paginator(ImportBatch.objects.select_related("by", "collection"), 20).get_page(request.GET.get("page"))
    return render(request, "repository/import_form.html", {"form": form, "page": page})


@login_required
@require_safe
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a batch is, what became of its records, and what a person should look at."""
    if not access.may_import(request.user):
        raise Http404
    batch = get_object_or_404(ImportBatch.objects.select_related("by", "collection"), pk=pk)
    rows = batch.rows.exclude(kind=RowKind.UPDATED).select_related("candidate")
    problems = Paginator(rows, 50).get_page(request.GET.get("page"))
    records = f"{reverse('admin:repository_record_changelist')}?imported_from__batch={batch.pk}"
    return render(
        request,
        "repository/import_batch.html",
        {
            "batch": batch,
            "problems": problems,
            "is_under_way": batch.state in (BatchState.WAITING, BatchState.RUNNING),
            "records_url": records,
            "added_url": f"{records}&imported_from__outcome={Outcome.ADDED}" if batch.added else "",
            "updated_url": f"{records}&imported_from__outcome={Outcome.UPDATED}" if batch.updated else "",
            "problems_url": "#problems" if problems.object_list else "",
        },
    )
