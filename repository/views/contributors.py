"""The page of a contributor: works, co-authors and years."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kmportal.design.charts import BarChart, bar_chart
from kmportal.people.models import Profile
from repository.models import Contributor, Record
from repository.views.records import PAGE_SIZE

CO_AUTHORS = 12
YEARS = 15


@require_safe
def contributor(request, pk):
    """Show what a person or group has contributed to, as far as the reader may see it."""
    named = get_object_or_404(Contributor.objects.select_related("merged_into"), pk=pk)
    person = named.merged_into or named
    works = Record.objects.visible_to(request.user).current().by_contributor(person)
    years = list(works.per_year())
    if not years:
        raise Http404
    if person != named:
        return redirect(person)
    page = Paginator(works.newest_first().for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "contributor": person,
        "profile": _profile(person, request.user),
        "page": page,
        "co_authors": Contributor.objects.beside(person, on=works)[:CO_AUTHORS],
        "chart": _chart(years),
    }
    return render(request, "repository/contributor_page.html", context)


def _profile(person: Contributor, user: Any) -> Profile | None:
    """Return the profile of a contributor who is a colleague, for those who may see it."""
    return Profile.objects.visible_to(user).filter(user=person.user_id).first() if person.user_id else None


def _chart(years: list[tuple[int | None, int]]) -> BarChart | None:
    """Return a chart of the works of the latest years; one bar would say nothing."""
    bars = [(str(year or "No date"), number) for year, number in years[:YEARS]]
    return bar_chart("Works by year", bars, of="Works", per="Year") if len(bars) > 1 else None
