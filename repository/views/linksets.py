"""The link set of a record: where machines find its files, authors, licence and descriptions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from repository.crawlers import page, signposting
from repository.models import Record

# What stands in the address, the media type that it gives, and what writes it.
FORMS = {
    "json": (signposting.LINKSET_JSON, signposting.linkset_json),
    "text": (signposting.LINKSET, signposting.linkset),
}


@require_safe
def linkset(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send the links around a record that readers have, as the reader may follow them."""
    if form not in FORMS:
        raise Http404
    item = page.told_of(get_object_or_404(Record.objects.visible_to(request.user), pk=pk), request.user)
    if item is None:
        raise Http404
    media_type, write = FORMS[form]
    answer = HttpResponse(write(page.all_links(item)), content_type=media_type)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
