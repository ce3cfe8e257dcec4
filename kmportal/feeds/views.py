"""The feeds that tell of things of all kinds: everything new, and what is new of what a search finds."""

from collections import defaultdict
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from kmportal.feeds.answers import answer
from kmportal.feeds.sources import merged, registered
from kmportal.search.models import SearchDocument
from kmportal.search.results import search
from kmportal.search.sources import registered as findable


@require_safe
def everything(request, dialect):
    """Tell of what was published last, whatever it is."""
    items = merged([item for source in registered() for item in source.newest(to=request.user)])
    return answer(request, dialect, items, title="Everything new", page=reverse("home"))


@require_safe
def found(request, dialect):
    """Tell of what was published last of all that a search finds, with the parameters of the search's own page."""
    text = request.GET.get("q", "").strip()
    kinds, years = _given(request, "kind"), _given(request, "year")
    known = {source.kind for source in findable()}
    if not known.issuperset(kinds) or not all(map(_is_year, years)):
        raise Http404
    hits = search(text, user=request.user, kinds=kinds, years=[int(year) for year in years])
    keys = defaultdict(list)
    for kind, key in SearchDocument.objects.filter(pk__in=hits.ranked).values_list("kind", "object_id"):
        keys[kind].append(key)
    sources = [source for source in registered() if source.kind in keys]
    items = merged([item for source in sources for item in source.newest(to=request.user, among=keys[source.kind])])
    asked = urlencode({"q": text, "kind": kinds, "year": years}, doseq=True)
    page = f"{reverse('search:results')}?{asked}"
    return answer(request, dialect, items, title=f"Search for “{text[:100]}”", page=page)


def _given(request, name):
    return [value for value in dict.fromkeys(request.GET.getlist(name)) if value]


def _is_year(text):
    return text.isascii() and text.isdigit() and len(text) == 4 and text != "0000"
