"""The page of search results."""

from operator import itemgetter
from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kmportal.design.facets import facet
from kmportal.search.query import MAX_CHARACTERS
from kmportal.search.results import search
from kmportal.search.sources import registered


@require_safe
def results(request):
    """Show what a query finds, with the ways to narrow it."""
    text = request.GET.get("q", "").strip()
    labels = {source.kind: source.plural for source in registered()}
    kinds, unknown_kinds = _sorted_out(request.GET.getlist("kind"), labels.__contains__)
    years, unknown_years = _sorted_out(request.GET.getlist("year"), _is_year)
    problems = [f"There is no kind called “{kind[:60]}”, so it was left out." for kind in unknown_kinds]
    problems += [f"“{year[:60]}” is not a year, so it was left out." for year in unknown_years]

    found = search(
        text, user=request.user, kinds=kinds, years=[int(year) for year in years], page=request.GET.get("page")
    )
    if found.query.is_cut:
        problems.append(f"Only the first {MAX_CHARACTERS:,} characters of your search were used.")
    by_kind = [(kind, labels[kind], found.kinds[kind]) for kind in labels if kind in found.kinds or kind in kinds]
    by_year = [(str(year), str(year), found.years[year]) for year in sorted(found.years, reverse=True)]
    query = urlencode({"q": text, "year": years}, doseq=True)
    context = {
        "layout": "layouts/with_sidebar.html" if by_kind or years else "layouts/one_column.html",
        "q": text,
        "found": found,
        "facets": [
            facet("kind", "Kind", sorted(by_kind, key=itemgetter(2), reverse=True), selected=kinds),
            facet("year", "Year", by_year, selected=years),
        ],
        "is_narrowed": bool(kinds or years),
        "problems": problems,
        "edits": _edits(found, user=request.user, kinds=kinds, query=query),
        "query": query,
        # Records alone are cited and taken away.
        "records_found": found.kinds["record"] if not kinds or "record" in kinds else 0,
    }
    return render(request, "search/results.html", context)


def _edits(found, *, user, kinds, query):
    """Return for each kind of which the user may change many at once: how many there are, their name, and where."""
    return [
        (found.kinds[source.kind], source.plural.lower(), f"{address}?{query}")
        for source in registered()
        if found.kinds[source.kind] > 1 and (not kinds or source.kind in kinds) and (address := source.edit_many(user))
    ]


def _is_year(text):
    return text.isascii() and text.isdigit() and len(text) == 4 and text != "0000"


def _sorted_out(values, is_known):
    """Part the values of a facet, each once, into those it knows and those it does not; empty ones are neither."""
    given = [value for value in dict.fromkeys(values) if value]
    return [value for value in given if is_known(value)], [value for value in given if not is_known(value)]
