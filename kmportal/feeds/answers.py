"""Answer a request for a feed, with nothing but "still the same" where the reader has it already (RFC 9110, 13)."""

import hashlib
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from kmportal.feeds.sources import Item
from kmportal.feeds.writing import DIALECTS, changed, write


def answer(request: HttpRequest, dialect: str, items: Sequence[Item], *, title: str, page: str) -> HttpResponse:
    """Return the items as a feed. `page` is the path of the page that lists the same. Raises Http404 for no dialect."""
    if dialect not in DIALECTS:
        raise Http404
    body = write(dialect, items, title=title, page=page, own=request.get_full_path())
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    newest = int(changed(items).timestamp())
    sent = HttpResponse(body, content_type=DIALECTS[dialect].content_type)
    sent["Last-Modified"] = http_date(newest)
    sent["ETag"] = tag
    # It depends on who asks, and a copy is asked about before it is used again.
    patch_cache_control(sent, private=True, no_cache=True)
    conditional = get_conditional_response(request, etag=tag, last_modified=newest, response=sent)
    return conditional if isinstance(conditional, HttpResponse) else sent
