"""What feeds tell of records: those of any list, of a contributor, and for the feeds of everything."""

from collections.abc import Collection
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from kmportal.feeds.answers import answer
from kmportal.feeds.sources import MOST, Item
from repository import outgoing
from repository.exchange.outgoing import Outgoing
from repository.filters import RecordFilter
from repository.models import Contributor, Record
from repository.models.record import RecordQuerySet


class RecordNews:
    kind = "record"

    def newest(self, *, to: Any, among: Collection[int] | None = None) -> list[Item]:
        records = Record.objects.listed_for(to)
        return _items(records if among is None else records.filter(pk__in=among), to)


@require_safe
def record_feed(request, dialect):
    """Tell of the newest records of a list, which the parameters of the list's own page narrow."""
    narrowing = RecordFilter(request.GET, user=request.user)
    # A list leaves out what does not exist; a feed would then tell of everything, unasked and for years.
    if narrowing.problems():
        raise Http404
    labels = [filter_.label_of(value) for filter_ in narrowing.filters.values() for value in filter_.chosen]
    title = " – ".join(["Research repository", *labels])
    query = request.GET.urlencode()
    page = reverse("repository:list") + (f"?{query}" if query else "")
    return answer(request, dialect, _items(narrowing.qs, request.user), title=title, page=page)


@require_safe
def contributor_feed(request, pk, dialect):
    """Tell of the newest records that name a contributor; where readers find none there is no such feed."""
    named = get_object_or_404(Contributor.objects.select_related("merged_into"), pk=pk)
    person = named.merged_into or named
    items = _items(Record.objects.listed_for(request.user).by_contributor(person), request.user)
    if not items:
        raise Http404
    if person != named:
        return redirect("repository:contributor_feed", person.pk, dialect)
    return answer(request, dialect, items, title=f"Works by {person}", page=person.get_absolute_url())


def _items(records: RecordQuerySet, user: Any) -> list[Item]:
    keys = list(records.order_by("-published_at", "-pk").values_list("pk", flat=True)[:MOST])
    return [_item(sent) for sent in outgoing.of_keys(keys, to=user)]


def _item(sent: Outgoing) -> Item:
    moments = [moment for moment in (sent.published_at, sent.changed_at) if moment]
    return Item(
        title=sent.entry.title,
        path=reverse("repository:record", args=[sent.number]),
        published=moments[0],
        updated=max(moments),
        summary=sent.entry.abstract,
        authors=tuple(credit.credited_as for credit in sent.entry.contributors if credit.role == "author"),
        categories=tuple(dict.fromkeys((*sent.collections, *sent.entry.keywords))),
    )
