"""The API's addresses: lists, one thing, the search, and the page that explains them."""

import json
import re
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kmportal.api import finding
from kmportal.api.answers import answering
from kmportal.api.problems import bad_request, not_found
from kmportal.api.resources import Listing, registered
from kmportal.mail.posting import absolute

# Things on a page of a list: unless ?limit= says otherwise, and at most.
SIZE, MOST = 20, 100
PAGING = ("after", "limit")


@answering
def start(request):
    """Say where the lists are."""
    lists = {name: absolute(reverse("api:listing", args=[name])) for name in registered()}
    return {**lists, "search": absolute(reverse("api:search")), "documentation": absolute(reverse("api:documentation"))}


@answering
def listing(request, name):
    """Give one page of a list."""
    resource = registered().get(name)
    if resource is None:
        raise not_found()
    _refuse_unknown(request.GET, [parameter.name for parameter in resource.parameters] + [*PAGING])
    limit = request.GET.get("limit", str(SIZE))
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= MOST:
        raise bad_request(f"“limit” must be a number from 1 to {MOST}.")
    after = request.GET.get("after", "")
    page = resource.listing(request.GET, to=request.user, after=after, size=int(limit))
    return _paged(request.GET, page, reverse("api:listing", args=[name]))


@answering
def one(request, name, key):
    """Give one thing."""
    resource = registered().get(name)
    found = resource.one(key, to=request.user) if resource and key < 2**63 else None
    if found is None:
        raise not_found()
    return found


@answering
def search(request):
    """Give one page of what a search finds."""
    _refuse_unknown(request.GET, [*(parameter.name for parameter in finding.PARAMETERS), "after"])
    page = finding.found(request.GET, to=request.user, after=request.GET.get("after", ""))
    return _paged(request.GET, page, reverse("api:search"))


@answering
def nothing(request):
    """Say that there is nothing at any other address below the API's."""
    raise not_found()


@require_safe
def documentation(request):
    """Explain the API, with what it answers just now to somebody who is not signed in."""
    stranger = AnonymousUser()
    chapters = []
    for name, resource in registered().items():
        page = resource.listing(QueryDict(), to=stranger, after="", size=1)
        answer = _paged(QueryDict("limit=1"), page, reverse("api:listing", args=[name]))
        first = page.items[0]["id"] if page.items else None
        chapters.append(
            {
                "resource": resource,
                "list": absolute(reverse("api:listing", args=[name])),
                "one": absolute(reverse("api:one", args=[name, first])) if first else None,
                "example": json.dumps(answer, ensure_ascii=False, indent=2),
            }
        )
    context = {
        "chapters": chapters,
        "start": absolute(reverse("api:start")),
        "search": absolute(reverse("api:search")),
        "search_parameters": finding.PARAMETERS,
        "problem": json.dumps(not_found().to_json(), ensure_ascii=False, indent=2),
        "size": SIZE,
        "most": MOST,
        "feeds": {dialect: absolute(reverse("feeds:everything", args=[dialect])) for dialect in ("atom", "rss")},
    }
    return render(request, "api/documentation.html", context)


def _refuse_unknown(query, known):
    """Raise Problem where a parameter is misspelt: a list that ignores it would give what nobody asked for."""
    for name in query:
        if name not in known:
            raise bad_request(f"There is no parameter “{name[:60]}”. You can use: {', '.join(known)}.")


def _paged(query: QueryDict, page: Listing, path: str):
    if not page.next:
        return {"items": page.items, "next": None}
    asked = [(name, value) for name, values in query.lists() for value in values if name != "after"]
    return {"items": page.items, "next": f"{absolute(path)}?{urlencode([*asked, ('after', page.next)])}"}
