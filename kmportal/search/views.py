"""The page of search results."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kmportal.design.facets import facet
from kmportal.search.results import search
from kmportal.search.sources import registered


@require_safe
def results(request):
    """Show what a query finds, with the ways to narrow it."""
    text = request.GET.get("q", "").strip()
    labels = {source.kind: source.plural for source in registered()}
    kinds, unknown_kinds = _sorted_out(request.GET.getlist("kind"), labels.__contains__)
    years, unknown_years = _sorted_out(request.GET.getlist("year"), _is_year)
    found = search(text, user=request.user, kinds=kinds, years=[int(year) for year in years], page=request.GET.get("page"))
    kind_counts = [(kind, labels[kind], found.kinds.get(kind, 0)) for kind in labels if kind in found.kinds or kind in kinds]
    year_counts = [(str(year), str(year), count) for year, count in found.years.items()]
    return render(
        request,
        "search/results.html",
        {
            "q": text,
            "found": found,
            "facets": [
                facet("kind", "Kind", kind_counts, selected=kinds),
                facet("year", "Year", year_counts, selected=years),
            ],
            "is_narrowed": bool(kinds or years),
            "problems": [f"There is no kind called “{kind[:60]}”, so it was left out." for kind in unknown_kinds]
            + [f"“{year[:60]}” is not a year, so it was left out." for year in unknown_years],
        },
    )


def _is_year(text):
    return text.isascii() and text.isdigit() and 0 < int(text[:5]) <= 9999


def _sorted_out(values, is_known):
    """Part the values of a facet, each once, into those it knows and those it does not; empty ones are neither."""
    given = [value for value in dict.fromkeys(values) if value]
    return [value for value in given if is_known(value)], [value for value in given if not is_known(value)]
