"""What readers take away: the records that they ticked, searched for or narrowed a list to, in a format of theirs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from kmportal.search.results import keys_found
from repository import outgoing
from repository.exchange import WRITERS
from repository.filters import RecordFilter
from repository.models import Contributor, Record
from repository.models.record import RecordQuerySet
from repository.search import RecordSource
from repository.status import Status

# Ticks that an address holds; servers refuse much longer ones.
MOST_TICKED = 1_000
# What in an address says which records are meant, beside the names of the facets, and in which order.
_ASKED = ("ids", "ticked", "contributor", "q", "sort")
# What people use each format for, in words that they know.
_USES: dict[str, str] = {
    "ris": "for most other reference managers, too",
    "bibtex": "for LaTeX, Overleaf and JabRef",
    "csl_json": "for Zotero, pandoc and other programs that write references",
    "oai_dc": "for other repositories",
    "datacite": "for data archives and those who register DOIs",
    "datacite_xml": "for data archives and those who register DOIs",
    "mods": "for library catalogues",
    "marcxml": "for library catalogues",
}


@dataclass(frozen=True)
class Download:
    """A file that one can take: the name of its format, what it is for, and its address."""

    label: str
    use: str
    url: str


@dataclass(frozen=True)
class Selection:
    """Records that a reader may see, in the order of the list that they come from.

    `told` says in words which they are, `asked` are the parameters of an address that ask for them again, and
    `problems` are sentences about what was left aside.
    """

    records: RecordQuerySet
    told: str
    asked: QueryDict
    problems: tuple[str, ...] = ()


def selection(
    sent: QueryDict,
    *,
    ticked: Sequence[int] | None = None,
    contributor: int | None = None,
    user: Any,
    order: Sequence[Any],
) -> Selection:
    """Return the records that an address asks for, in the given order.

    The ticked ones, or those of a contributor, each by key; where neither is given, what the facets and the words of
    a search in the address leave of the list. Withdrawn records are never among them: their page says what they were,
    and no more.
    """
    asked = _asked(sent)
    if ticked is not None:
        visible = Record.objects.visible_to(user).exclude(status=Status.WITHDRAWN)
        return Selection(
            visible.filter(pk__in=ticked[:MOST_TICKED]).order_by(*order), "that you ticked", asked, _too_many(ticked)
        )
    if contributor is not None:
        return _of_contributor(contributor, user, order, asked)
    narrowing = RecordFilter(sent, user=user)
    records, told = narrowing.qs, []
    if words := sent.get("q", "").strip():
        records = records.filter(pk__in=keys_found(words, user=user, kind=RecordSource.kind))
        told.append(f"that a search for “{words[:80]}” finds")
    chosen = [
        f"{str(filter_.label).lower()}: {', '.join(map(filter_.label_of, filter_.chosen))}"
        for filter_ in narrowing.filters.values()
        if filter_.chosen
    ]
    if chosen:
        told.append(f"with {'; '.join(chosen)}")
    return Selection(records.order_by(*order), " ".join(told), asked, tuple(narrowing.problems()))


def _of_contributor(key: int, user: Any, order: Sequence[Any], asked: QueryDict) -> Selection:
    """Return what the page of a contributor lists."""
    person = Contributor.objects.filter(pk=key).first()
    if person is None:
        return Selection(Record.objects.none(), "", asked)
    works = Record.objects.visible_to(user).current().by_contributor(person)
    # Who has no works for this reader is nobody to them, so the name must not stand on the page.
    return Selection(works.order_by(*order), f"by {person}" if works.exists() else "", asked)


def _too_many(ticked: Sequence[int]) -> tuple[str, ...]:
    return (f"Only the first {MOST_TICKED:,} of the ticked records are here.",) if len(ticked) > MOST_TICKED else ()


def _asked(sent: QueryDict) -> QueryDict:
    """Return what in an address says which records are meant."""
    asked = QueryDict(mutable=True)
    for name in (*_ASKED, *RecordFilter.base_filters):
        if values := [value for value in sent.getlist(name) if value]:
            asked.setlist(name, values)
    return asked


def downloads(query: str) -> list[Download]:
    """Return the files that one can take of the records for which an address asks."""
    return [
        Download(writer.LABEL, _USES.get(key, ""), f"{reverse('repository:export', args=[key])}?{query}")
        for key, writer in WRITERS.items()
    ]


def written(format: str, records: RecordQuerySet, *, to: Any) -> Iterator[bytes]:
    """Yield the file of the records in a format of WRITERS, a piece at a time, with what the user may see of each."""
    return WRITERS[format].write(outgoing.of_records(records, to=to))
