"""Refuse requests that no view should see: text which neither Postgres nor a reader can take, bodies without bounds."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

# A longer query string is no search that a person typed; the limit keeps parsing cheap.
MAX_QUERY_STRING = 32 * 1024


def is_readable(text: str) -> bool:
    """Tell whether Postgres can store the text: no NUL, and no lone surrogate (which UTF-8 cannot encode)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def readable_query(query: QueryDict) -> QueryDict:
    """Return the query with its unreadable characters left out, so that a search for junk is a search for the rest."""
    if all(is_readable(key) and all(map(is_readable, values)) for key, values in query.lists()):
        return query
    cleaned = QueryDict(mutable=True)
    for key, values in query.lists():
        cleaned.setlist(readable(key), [readable(value) for value in values])
    cleaned._mutable = False
    return cleaned


def readable(text: str) -> str:
    """Return the text without NULs and lone surrogates."""
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")


def address_of(request: HttpRequest) -> str:
    """Return the network address that asks; through a proxy everybody would seem to ask from that of the proxy."""
    if settings.BEHIND_TLS_PROXY:
        # What stands before the last one came with the request, and says what the asker likes.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def refuse_unreadable_input(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Make the middleware: junk in a query is left out, junk in the path is answered with 400."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_STRING or not is_readable(request.path):
            raise BadRequest("This address cannot be read.")
        request.GET = readable_query(request.GET)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def refuse_endless_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Make the middleware: a body that strangers have no use for is answered with 413 before a byte of it is read.

    The check of a form's token reads the whole form, and keeps its files on the disk meanwhile, before any view can ask
    who sends it. A body that does not say how long it is (RFC 9112, 6.1) Django would take for an empty one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_unmeasured = "HTTP_TRANSFER_ENCODING" in request.META
        if is_unmeasured or (_is_long(request) and not request.user.is_authenticated):
            answer = render(request, "413.html", status=413)
            answer["Connection"] = "close"  # what is still on its way is not waited for
            return answer
        return get_response(request)

    return middleware


def _is_long(request: HttpRequest) -> bool:
    """Tell whether the body is longer than a form without files may be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
