"""Search for things of all kinds, for other systems."""

import html
import re
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from kmportal.api.problems import bad_request
from kmportal.api.resources import Listing, Parameter, registered
from kmportal.api.values import day
from kmportal.mail.posting import absolute
from kmportal.search.results import Hit, search
from kmportal.search.sources import registered as findable

PARAMETERS = (
    Parameter("q", "The words to look for. Quotation marks and minus signs work as in the search box."),
    Parameter("kind", "Only things of this kind: record, lesson, session or person. It may stand several times."),
    Parameter("year", "Only things of this year, such as 2025. It may stand several times."),
)


def found(query: QueryDict, *, to: Any, after: str) -> Listing:
    """Return a page of what the query finds, best first: as much as a page of the search shows.

    What is found is put in order anew for each request, so the place of the next page is its number. Raises Problem.
    """
    kinds = [kind for kind in query.getlist("kind") if kind]
    years = [year for year in query.getlist("year") if year]
    known = {source.kind for source in findable()}
    for kind in kinds:
        if kind not in known:
            raise bad_request(f"There is no kind “{kind[:60]}”. The kinds are: {', '.join(sorted(known))}.")
    for year in years:
        if not (year.isascii() and year.isdigit() and len(year) == 4 and year != "0000"):
            raise bad_request(f"“{year[:60]}” is not a year.")
    if after and not re.fullmatch("[1-9][0-9]{0,8}", after):
        raise bad_request("“after” must be taken from the address in “next”.")
    number = int(after or 0) + 1
    results = search(query.get("q", ""), user=to, kinds=kinds, years=[int(year) for year in years], page=number)
    if results.page.number != number:
        return Listing([])
    names = {resource.kind: resource.name for resource in registered().values()}
    return Listing([_hit(hit, names) for hit in results.page], str(number) if results.page.has_next() else "")


def _hit(hit: Hit, names: dict[str, str]) -> dict[str, Any]:
    name = names.get(hit.kind)
    return {
        "kind": hit.kind,
        "id": hit.object_id,
        "url": absolute(hit.url),
        "api_url": absolute(reverse("api:one", args=[name, hit.object_id])) if name else None,
        "title": hit.title,
        "label": hit.label,
        "people": list(hit.people),
        "detail": hit.detail,
        "year": hit.year,
        "date": day(hit.date),
        "snippet": html.unescape(re.sub("</?mark>", "", hit.snippet)),
        "found_in": hit.found_in,
    }
