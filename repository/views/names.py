"""Authority control for contributors: find them, compare two, merge them, and part one who is two."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kmportal.lifecycle.transitions import NotAllowed
from repository.curation import alike, names, pairs
from repository.models import Contribution, Contributor
from repository.models.contributor import name_key
from repository.status import Status
from repository.views.curators import curators_only, keys_in

PAGE_SIZE = 50
# Works that a page shows of a contributor.
WORKS = 200


@curators_only
@require_safe
def contributors_desk(request: HttpRequest) -> HttpResponse:
    """List contributors by name, or those that a search finds; and pairs who may be one."""
    words = request.GET.get("q", "").strip()[:300]
    found = Contributor.objects.filter(merged_into=None)
    if words:
        family, _, given = words.partition(",")
        key = name_key(family, given) or words
        found = found.filter(
            Q(name_key__contains=key) | Q(orcid=words[-19:].upper()) | Q(variants__name_key__contains=key)
        ).distinct()
    # Counted for the rows of one page only.
    page = Paginator(found.order_by("name_key", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = _with_works(Contributor.objects.filter(pk__in=[one.pk for one in page])).order_by(
        "name_key", "pk"
    )
    waiting = Paginator(pairs.of(Contributor), PAGE_SIZE).get_page(request.GET.get("pairs"))
    return render(
        request,
        "repository/curation_contributors.html",
        {
            "q": words,
            "page": page,
            "waiting": waiting.paginator.count,
            "lookalikes": _named(waiting.object_list[:20] if not words else []),
        },
    )


@curators_only
@require_POST
def look_for_contributors(request: HttpRequest) -> HttpResponse:
    """Look now for contributors who may be one."""
    number = alike.look_for_contributors()
    messages.success(request, f"{number:,} pair{'' if number == 1 else 's'} to look at.")
    return redirect("repository:contributors_desk")


@curators_only
@require_safe
def contributor_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one contributor with the works, to part them or to choose whom to merge them with."""
    person = get_object_or_404(_with_works(Contributor.objects.prefetch_related("variants", "merged")), pk=pk)
    words = request.GET.get("q", "").strip()[:300]
    family, _, given = words.partition(",")
    others: Any = Contributor.objects.none()
    if name_key(family):
        others = Contributor.objects.filter(merged_into=None, name_key__startswith=name_key(family, given))
    return render(
        request,
        "repository/curation_contributor.html",
        {
            "person": person,
            "works": _works(person),
            "more": max(0, person.works - WORKS),
            "q": words,
            "others": _with_works(others.exclude(pk=pk)).order_by("name_key", "pk")[:20],
        },
    )


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def compare_contributors(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Show two contributors side by side; a librarian merges them either way, or says that they are two."""
    if one == other:
        raise Http404
    people = _with_works(Contributor.objects.prefetch_related("variants"))
    first, second = get_object_or_404(people, pk=one), get_object_or_404(people, pk=other)
    refusal = ""
    if request.method == "POST":
        if request.POST.get("decision") == "different":
            pairs.decide(Contributor, first.pk, second.pk, "different", by=request.user)
            messages.success(request, f"{first} and {second} are kept apart, and will not be shown as a pair again.")
            return redirect("repository:contributors_desk")
        kept, merged = (first, second) if request.POST.get("keep") == str(first.pk) else (second, first)
        try:
            operation = names.merge(kept=kept, merged=merged, by=request.user)
        except NotAllowed as error:
            refusal = str(error)
        else:
            messages.success(request, f"{operation.summary}.")
            return redirect("repository:operation", operation.pk)
    sides = [(first, second, _works(first)), (second, first, _works(second))]
    context = {"sides": sides, "first": first, "second": second, "refusal": refusal}
    return render(request, "repository/curation_compare.html", context, status=409 if refusal else 200)


@curators_only
@require_POST
def split_contributor(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the chosen works to another contributor, or to a new one."""
    person = get_object_or_404(Contributor, pk=pk)
    into = Contributor.objects.filter(pk__in=keys_in([request.POST.get("into", "")])[:1]).first()
    try:
        operation = names.split(
            person,
            keys_in(request.POST.getlist("works")),
            by=request.user,
            into=into,
            name=request.POST.get("name", "").replace("\x00", "").strip(),
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("repository:contributor_desk", pk)
    messages.success(request, f"{operation.summary}.")
    return redirect("repository:operation", operation.pk)


def _with_works(people: Any) -> Any:
    """Count the works of each that `_works` lists."""
    is_no_draft = ~Q(contributions__record__status=Status.DRAFT)
    return people.annotate(works=Count("contributions__record", filter=is_no_draft, distinct=True))


def _works(person: Contributor) -> list[Contribution]:
    """Return the contributor's places on records, the latest works first; drafts stay private."""
    places = Contribution.objects.filter(contributor=person).exclude(record__status=Status.DRAFT)
    return list(places.select_related("record", "department").order_by("-record__issued", "-pk")[:WORKS])


def _named(found: Any) -> list[dict[str, Any]]:
    """Return the pairs with their contributors, in two queries."""
    rows = list(found)
    people = _with_works(Contributor.objects.all()).in_bulk(
        {pk for row in rows for pk in (row.first_id, row.second_id)}
    )
    return [
        {"first": people[row.first_id], "second": people[row.second_id], "reason": row.reason}
        for row in rows
        if row.first_id in people and row.second_id in people
    ]
