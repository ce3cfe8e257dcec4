"""Refuse requests that hold text which neither Postgres nor a reader can take, before any view sees them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

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
