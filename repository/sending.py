"""Send content from the file store: whole or in part, with what browsers may do with it and nothing more."""

import logging
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from repository.byte_ranges import ByteRange, Unsatisfiable, wanted_range

log = logging.getLogger(__name__)

# What is saved can run nothing on the portal's address, whatever it holds.
SAVED = "default-src 'none'; sandbox"
# Browsers show PDFs by a viewer of their own, which a sandbox would block. It takes no script from the file's address.
SHOWN = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'none'"


class _Part:
    """The bytes of a range of an open file, as a file to read from."""

    def __init__(self, file: BinaryIO, wanted: ByteRange) -> None:
        self._file, self._left = file, wanted.length
        file.seek(wanted.first)

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()


def send(
    request: HttpRequest, path: Path, *, name: str, content_type: str, etag: str, policy: str = SAVED
) -> HttpResponseBase:
    """Answer with the content at the path: 200, 206 for one range, 304, 412 or 416 (RFC 9110, sections 13 to 15).

    It is to be saved under the name, or shown where the policy is SHOWN. Call it only once access is decided. Raises
    Http404 where the content is not there, which is logged.
    """
    tag = quote_etag(etag)
    # Only now that access is decided may the browser be told that its copy is still good.
    answer = get_conditional_response(request, etag=tag) or _content(
        request, path, name=name, content_type=content_type, tag=tag, as_attachment=policy == SAVED
    )
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = policy
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _content(
    request: HttpRequest, path: Path, *, name: str, content_type: str, tag: str, as_attachment: bool
) -> HttpResponseBase:
    try:
        size = path.stat().st_size
        wanted = _wanted(request, size, tag)
    except FileNotFoundError:
        log.error("%s is not in the file store", path.name)
        raise Http404 from None
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type=content_type)
    file = path.open("rb")
    answer = FileResponse(
        _Part(file, wanted) if wanted else file,
        status=206 if wanted else 200,
        as_attachment=as_attachment,
        filename=name,
        content_type=content_type,
    )
    if wanted:
        answer["Content-Range"] = wanted.content_range
        answer["Content-Length"] = str(wanted.length)
    return answer


def _wanted(request: HttpRequest, size: int, tag: str) -> ByteRange | None:
    """Return the range to send, or None for all; If-Range asks for all where the copy is another (13.1.5)."""
    header = request.headers.get("Range")
    if header is None or request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    return wanted_range(header, size)
