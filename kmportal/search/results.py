"""Search: the one function that the page, and whoever measures it, asks."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator
from django.db.models.functions import Left
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from kmportal.search import candidates, lexemes, statistics
from kmportal.search.models import SearchDocument, SearchDocumentQuerySet
from kmportal.search.query import Query, parse
from kmportal.search.ranking import best_of_each, rank
from kmportal.search.snippets import MAX_CHARACTERS, snippets
from kmportal.search.sources import registered

PAGE_SIZE = 20
# People that a hit names before "et al."
NAMED_PEOPLE = 3


@dataclass(frozen=True)
class Hit:
    """One found thing as the page shows it; see sources.Entry for what its parts mean."""

    kind: str
    object_id: int
    title: str
    url: str
    label: str
    people: tuple[str, ...]
    detail: str
    year: int | None
    date: datetime.date | None
    snippet: SafeString
    found_in: str = ""  # where the snippet stands, if that is not the thing's own text: the name of a file

    @property
    def byline(self) -> str:
        """The people in a line: three names at most."""
        named = self.people if len(self.people) <= NAMED_PEOPLE else (*self.people[:NAMED_PEOPLE], "et al.")
        return "; ".join(named)


@dataclass(frozen=True)
class Results:
    """What was found. Hits, total and counts are of the same things: those of which a document that the user may know
    of holds enough of the query (ranking.LISTED_SHARE).

    `page` holds the hits of one page and knows the total. `ranked` are the ids of the best document of each found
    thing, best first.
    `kinds` and `years` count what each choice would leave, were it the only one of its facet.
    """

    query: Query
    page: Page[Hit]
    ranked: Sequence[int]
    kinds: Counter[str]  # Counters: 0 for what is not among them
    years: Counter[int]
    has_words: bool

    @property
    def total(self) -> int:
        return self.page.paginator.count


def search(
    text: str,
    *,
    user: Any,
    kinds: Collection[str] = (),
    years: Collection[int] = (),
    page: Any = 1,
) -> Results:
    """Find what a text asks for among what the user may know of, best first.

    `kinds` and `years` narrow what is found, each to any of its values. `page` is a page number as it came; one that
    does not exist gives the nearest that does. A fixed number of queries, however much there is. `has_words` is false
    where the text holds nothing that could be looked for.
    """
    query = parse(text)
    corpus = statistics.corpus()
    reading = lexemes.read(query, corpus)
    visible = SearchDocument.objects.visible_to(user)
    all_kinds = [source.kind for source in registered()]
    wanted = visible.matching(reading.candidates(corpus))
    if reading.must_not:
        # What is not wanted may stand in another part of the thing than what is.
        wanted = wanted.of_other_things_than(visible.matching(reading.unwanted))
    ranking = rank(candidates.fetch(wanted, all_kinds), reading.terms, corpus)
    listed = ranking.documents[best_of_each(ranking.documents, ranking.scores)]

    kind_numbers = [number for number, kind in enumerate(all_kinds, start=1) if kind in kinds]
    of_kinds = np.isin(listed["kind"], kind_numbers) if kinds else np.ones(len(listed), bool)
    of_years = np.isin(listed["year"], list(years)) if years else np.ones(len(listed), bool)
    ranked = listed["id"][of_kinds & of_years].tolist()
    numbered = Paginator(ranked, PAGE_SIZE).get_page(page)
    return Results(
        query=query,
        page=Page(_hits(visible, list(numbered), reading.any_word), numbered.number, numbered.paginator),
        ranked=ranked,
        kinds=Counter({all_kinds[number - 1]: count for number, count in _counted(listed["kind"][of_years])}),
        years=Counter(dict(_counted(listed["year"][of_kinds]))),
        has_words=bool(reading.terms),
    )


def keys_found(text: str, *, user: Any, kind: str) -> list[int]:
    """Return the keys of all things of one kind that a text finds among what the user may know of, in no order."""
    found = search(text, user=user, kinds=[kind])
    return list(SearchDocument.objects.filter(pk__in=found.ranked).values_list("object_id", flat=True))


def _counted(numbers: NDArray[np.int16]) -> Iterator[tuple[int, int]]:
    """Yield each number with how often it is there; 0 stands for none and is left out."""
    found, counts = np.unique(numbers[numbers != 0], return_counts=True)
    return zip(found.tolist(), counts.tolist(), strict=True)


def _hits(visible: SearchDocumentQuerySet, ids: Sequence[int], any_word: str) -> list[Hit]:
    """Fetch the documents of one page, in that order, with their snippets."""
    documents = visible.defer("body", "vector", "counts").annotate(opening=Left("body", MAX_CHARACTERS)).in_bulk(ids)
    ordered = [documents[key] for key in ids if key in documents]
    marked = snippets([document.opening for document in ordered], any_word)
    return [
        Hit(
            kind=document.kind,
            object_id=document.object_id,
            title=document.title,
            url=document.url,
            label=document.label,
            people=tuple(document.people),
            detail=document.detail,
            year=document.year,
            date=document.date,
            snippet=snippet,
            found_in=document.found_in,
        )
        for document, snippet in zip(ordered, marked, strict=True)
    ]
