"""Records that may be one work: the warning beside a deposit, and the pages on which librarians decide and merge."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, duplicates, lookalikes, merging
from repository.descriptions import LABELS, describe, for_description
from repository.models import Record
from repository.partial_dates import PartialDate
from repository.record_types import RecordType
from repository.tasks import look_for_duplicates

LONGEST = 1_000
PAGE_SIZE = 20
SIDES = ("first", "second")


@login_required
@require_safe
@never_cache
def suggest_duplicates(request):
    """Give, as a piece of a page, the records that may be the work whose description is being typed."""
    given = {
        name: request.GET.get(name, "").strip()[:LONGEST]
        for name in ("title", "doi", "pmid", "issued", "type", "authors", "record")
    }
    own = Record.objects.visible_to(request.user).filter(pk=_number(given["record"])).first()
    date = _date(given["issued"])
    found = duplicates.candidates(
        title=given["title"],
        doi=given["doi"],
        pmid=given["pmid"],
        year=date.start.year if date else None,
        user=request.user,
        exclude=own,
    )
    numbers = ", ".join(f"{name} {given[key]}" for key, name in (("doi", "DOI"), ("pmid", "PubMed ID")) if given[key])
    kind = dict(RecordType.choices).get(given["type"], "")
    described = (given["title"], given["authors"], str(date or given["issued"]), kind, numbers)
    comparisons = duplicates.compared(found, described)
    return render(request, "repository/duplicate_candidates.html", {"comparisons": comparisons})


def _date(text):
    try:
        return PartialDate.from_text(text) if text else None
    except ValueError:
        return None


def _number(text):
    """Return the number of a record, or one that no record has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_list(request):
    """List the pairs of records that may be one work; a press of the button looks for them anew."""
    if not access.may_curate(request.user):
        raise Http404
    if request.method == "POST":
        jobs.later(look_for_duplicates, timestamp=0)
        messages.info(request, "The portal is looking for duplicates. Come back to this page in a minute or two.")
        return redirect("repository:duplicates")
    page = Paginator(lookalikes.pairs_of_records(), PAGE_SIZE).get_page(request.GET.get("page"))
    keys = [key for pair in page for key in (pair.first_id, pair.second_id)]
    records = Record.objects.for_list().in_bulk(keys)
    pairs = [(pair, records[pair.first_id], records[pair.second_id]) for pair in page]
    return render(request, "repository/duplicates.html", {"page": page, "pairs": pairs})


@dataclass(frozen=True)
class Part:
    """One part of the two records: what each says, and which of the two the record that stays shall say."""

    name: str
    label: str
    first: str
    second: str
    chosen: str

    @property
    def is_choice(self):
        return self.name in merging.TAKEABLE and self.first != self.second

    @property
    def sides(self):
        return list(zip(SIDES, (self.first, self.second), strict=True))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request, pk):
    """Show two records side by side; a librarian merges them, or says that they are not the same."""
    if not access.may_curate(request.user):
        raise Http404
    pair = get_object_or_404(lookalikes.pairs_of_records(), pk=pk)
    records = for_description(Record.objects.all()).in_bulk([pair.first_id, pair.second_id])
    both = {"first": records[pair.first_id], "second": records[pair.second_id]}
    parts = _parts(both, request.POST)
    keep = request.POST.get("keep") if request.POST.get("keep") in SIDES else "first"
    if request.method == "POST" and request.POST.get("decision") == "different":
        lookalikes.part(pair, by=request.user)
        messages.success(request, "Noted: these two are not the same.")
        return redirect("repository:duplicates")
    refusal = ""
    if request.method == "POST":
        drop = "second" if keep == "first" else "first"
        take = {part.name for part in parts if part.is_choice and part.chosen == drop}
        try:
            merging.merge(both[keep], both[drop], by=request.user, take=take)
        except NotAllowed as error:
            refusal = str(error)
        else:
            messages.success(request, "The two records are one now. To undo it, see “What was done” at the desk.")
            return redirect(both[keep])
    context = {
        "pair": pair,
        "sides": list(both.items()),
        "parts": parts,
        "keep": keep,
        "refusal": refusal,
        "why_not": merging.why_not(both["first"], both["second"], by=request.user),
    }
    return render(request, "repository/duplicate.html", context, status=409 if refusal else 200)


def _parts(both, chosen):
    """Return the parts of which at least one of the two says something, with the choice that was sent, if it is one.

    Unless something else is chosen, the older record's text stays, and what it does not say is taken from the other.
    """
    first, second = (describe(both[side]) for side in SIDES)
    parts = []
    for name, label in LABELS.items():
        if first[name] or second[name]:
            sent = chosen.get(f"part-{name}")
            usual = "first" if first[name] else "second"
            parts.append(Part(name, label, first[name], second[name], sent if sent in SIDES else usual))
    return parts
