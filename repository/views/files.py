"""Send the files of records to those who may read them, and let those who write a record look after its files."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail.posting import absolute
from repository import access, file_list, file_store, files, usage
from repository.file_forms import FileForm, UploadForm
from repository.file_kinds import clean_name
from repository.file_store import RefusedFile
from repository.models import Record, RecordFile
from repository.sending import SHOWN, send
from repository.uploads import is_hopeless, streaming


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send one file to be saved."""
    wanted = _readable(request, record=pk, name=name)
    answer = _send(request, wanted)
    if answer.status_code in (200, 206, 304):
        usage.count_download(request, wanted)
    return answer


@require_safe
def view_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send one file to be shown by the browser itself: a picture, or a PDF that does nothing when it is opened."""
    wanted = _readable(request, record=pk, name=name)
    if not file_list.may_be_shown(wanted):
        raise Http404
    answer = _send(request, wanted, policy=SHOWN)
    if answer.status_code in (200, 206, 304):
        usage.count_download(request, wanted)
    return answer


@require_safe
def thumbnail(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """Send the small picture of a file's first page."""
    wanted = _readable(request, record=pk, pk=file)
    if not wanted.content.has_thumbnail:
        raise Http404
    path = file_store.thumbnail_path_of(wanted.content_id)
    # The thumbnail of a content may be made anew, so it has a tag of its own.
    try:
        tag = f"{wanted.content_id}-{path.stat().st_mtime_ns}"
    except FileNotFoundError:
        raise Http404 from None
    return send(request, path, name="thumbnail.png", content_type="image/png", etag=tag, policy=SHOWN)


def _readable(request: HttpRequest, **which: object) -> RecordFile:
    found = RecordFile.objects.readable_by(request.user).select_related("record", "content").defer("content__text")
    return get_object_or_404(found, **which)


def _send(request: HttpRequest, wanted: RecordFile, **options: str) -> HttpResponseBase:
    path = file_store.path_of(wanted.content_id)
    answer = send(request, path, name=wanted.name, content_type=wanted.content_type, etag=wanted.content_id, **options)
    # Whoever comes from elsewhere finds the record that the file belongs to (signposting.org).
    answer["Link"] = f'<{absolute(wanted.record.get_absolute_url())}>; rel="collection"; type="text/html"'
    return answer


# The form comes with files that are streamed while it is read. So it is read with no transaction open, however long
# that takes, and only from somebody who may add files; then its token is checked (see uploads.streaming).
@csrf_exempt
@transaction.non_atomic_requests
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_files(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the files of a record to those who may change them, and make one change."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not access.may_edit(request.user, record):
        raise Http404
    if is_hopeless(request):
        answer = _page(request, record, UploadForm.with_error("These files are far too large. Choose smaller ones."))
        answer.status_code = 413
        answer["Connection"] = "close"
        return answer
    return _change(request, record) if request.method == "POST" else _page(request, record)


@streaming
def _change(request: HttpRequest, record: Record) -> HttpResponseBase:
    """Make the change that the pressed button names."""
    if request.POST.get("do") == "add":
        return _add(request, record)
    wanted = get_object_or_404(record.files, pk=_key(request.POST.get("file")))
    try:
        match request.POST.get("do"):
            case "up" | "down" | "describe" as do:
                # The buttons share a form: what was typed into it is kept, whichever is pressed.
                form = FileForm(request.POST, file=wanted)
                if not form.is_valid():
                    return _page(request, record, changed=form)
                files.describe(wanted, by=request.user, **form.cleaned_data)
                if do != "describe":
                    return _moved(wanted, request, places=-1 if do == "up" else 1)
                messages.success(request, f"Saved what it says about {wanted.name}.")
            case "remove" if files.may_remove(record):
                return render(request, "repository/file_remove.html", {"record": record, "file": wanted})
            case "remove" | "remove_now":
                files.remove(wanted, by=request.user)
                messages.success(request, f"Removed {wanted.name}.")
            case _:
                raise Http404
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("repository:files", record.pk)


def _moved(wanted: RecordFile, request: HttpRequest, *, places: int) -> HttpResponseBase:
    """Move the file, and lead to where it is now, so that nobody looks for it or for the button just pressed."""
    files.move(wanted, by=request.user, places=places)
    messages.success(request, f"Moved {wanted.name} {'up' if places < 0 else 'down'}.")
    return redirect(f"{reverse('repository:files', args=[wanted.record_id])}#file-{wanted.pk}")


def _add(request: HttpRequest, record: Record) -> HttpResponseBase:
    """Add what was sent. Each file that we do not take says why; the others are kept."""
    form = UploadForm(request.POST, request.FILES)
    added, refused = [], []
    if form.is_valid():
        for upload in form.cleaned_data["uploads"]:
            try:
                added.append(files.add(record, upload, by=request.user))
            except (RefusedFile, NotAllowed) as refusal:
                refused.append(str(refusal))
                form.add_error("uploads", f"{clean_name(upload.name)}: {refusal}")
    if request.accepts("text/html"):
        return _added_page(request, record, form, added)
    # The page's own script, which sends one file at a time.
    reasons = refused or [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"added": [file.name for file in added], "refused": reasons})


def _added_page(request: HttpRequest, record: Record, form: UploadForm, added: list[RecordFile]) -> HttpResponseBase:
    if added:
        messages.success(request, f"Added {', '.join(file.name for file in added)}.")
    if form.errors:
        return _page(request, record, form)
    return redirect("repository:files", record.pk)


def _page(
    request: HttpRequest, record: Record, form: UploadForm | None = None, changed: FileForm | None = None
) -> HttpResponse:
    lines = file_list.lines_for(record, request.user)
    forms = [changed if changed and changed.file.pk == line.file.pk else FileForm(file=line.file) for line in lines]
    context = {
        "record": record,
        "rows": list(zip(lines, forms, strict=True)),
        "may_remove": files.may_remove(record),
        "is_draft": record.status in access.DEPOSITORS_STATES,
        "form": form or UploadForm(),
        "changed": changed,
        "most_bytes": settings.MAX_UPLOAD_MB * 1024 * 1024,
    }
    return render(request, "repository/file_page.html", context)


def _key(text: str | None) -> int:
    """Return a key of a file; 0, which none has, for what is no number that a key can be."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
