"""Search: the one function that the page, and whoever measures it, asks."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.paginator import Page, Paginator
from django.db.models.functions import Left
from django.utils.safestring import SafeString

from kmportal.search import candidates, lexemes, statistics
from kmportal.search.models import SearchDocument, SearchDocumentQuerySet
from kmportal.search.query import Query, parse
from kmportal.search.ranking import rank
from kmportal.search.snippets import MAX_CHARACTERS, snippets
from kmportal.search.sources import registered

PAGE_SIZE = 20


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


@dataclass(frozen=True)
class Results:
    """What was found. Hits, total and counts are of the same documents: those that the user may know of and that hold
    enough of the query (ranking.LISTED_SHARE).

    `page` holds the hits of one page and knows the total. `ranked` are the ids of all found documents, best first.
    `kinds` and `years` count what each choice would leave, were it the only one of its facet; year 0 means no year.
    """

    query: Query
    page: Page[Hit]
    ranked: Sequence[int]
    kinds: dict[str, int]
    years: dict[int, int]
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
    found = candidates.fetch(visible.matching(reading.candidates(corpus)), all_kinds)
    listed = found.documents[rank(found, reading.terms, corpus).rows]

    kind_numbers = [number for number, kind in enumerate(all_kinds, start=1) if kind in kinds]
    of_kinds = np.isin(listed["kind"], kind_numbers) if kinds else np.ones(len(listed), bool)
    of_years = np.isin(listed["year"], list(years)) if years else np.ones(len(listed), bool)
    kind_counts = np.bincount(listed["kind"][of_years], minlength=len(all_kinds) + 1).tolist()
    years_left, year_counts = np.unique(listed["year"][of_kinds], return_counts=True)
    ranked = listed["id"][of_kinds & of_years].tolist()
    shown = Paginator(ranked, PAGE_SIZE).get_page(page)
    shown.object_list = _hits(visible, shown.object_list, reading.any_word)
    return Results(
        query=query,
        page=shown,
        ranked=ranked,
        kinds=dict(zip(all_kinds, kind_counts[1:], strict=True)),
        years=dict(zip(years_left.tolist(), year_counts.tolist(), strict=True)),
        has_words=bool(reading.terms),
    )


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
        )
        for document, snippet in zip(ordered, marked, strict=True)
    ]
