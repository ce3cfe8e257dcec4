"""Send the files of records to those who may read them."""

import logging

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from repository import file_store
from repository.models import RecordFile

log = logging.getLogger(__name__)


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Send one file to be saved. Nothing in it can run on the portal's address, whatever it holds."""
    wanted = get_object_or_404(RecordFile.objects.readable_by(request.user), record=pk, name=name)
    etag = quote_etag(wanted.sha256)
    # Only now that access is decided may the browser be told that its copy is still good.
    answer = get_conditional_response(request, etag=etag) or _content(wanted)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _content(wanted: RecordFile) -> FileResponse:
    try:
        content = file_store.path_of(wanted.sha256).open("rb")
    except FileNotFoundError:
        log.error("File %s of record %s is not in the file store: %s", wanted.pk, wanted.record_id, wanted.sha256)
        raise Http404 from None
    return FileResponse(content, as_attachment=True, filename=wanted.name, content_type=wanted.content_type)
