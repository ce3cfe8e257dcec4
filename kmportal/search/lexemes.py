"""Turn a query into what the index holds: lexemes with their counts, and conditions that Postgres can test."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from kmportal.search.query import Query
from kmportal.search.ranking import Corpus, Term, choose, weightiest

# Words that are younger than the last count are looked up; more documents than this few young words have.
MAX_YOUNG = 1_000

READ = """
SELECT
    array_agg(lexeme),
    array_agg(cardinality(positions)),
    ARRAY(SELECT phraseto_tsquery('portal', phrase)::text FROM unnest(%s::text[]) AS phrase),
    ARRAY(SELECT phraseto_tsquery('portal', phrase)::text FROM unnest(%s::text[]) AS phrase)
FROM unnest(to_tsvector('portal', %s))
"""
COUNT = """
SELECT asked.lexeme, coalesce(term.documents, (
    SELECT count(*) FROM (
        SELECT FROM search_searchdocument WHERE vector @@ asked.condition::tsquery LIMIT %s
    ) AS young
))
FROM unnest(%s::text[], %s::text[]) AS asked (lexeme, condition)
LEFT JOIN search_searchterm term USING (lexeme)
"""


@dataclass(frozen=True)
class Reading:
    """A query as Postgres understands it: its words without stop words, and tsqueries of what must and must not be."""

    terms: tuple[Term, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]

    @property
    def any_word(self) -> str:
        """A tsquery for each document that holds any of the words: what a snippet marks."""
        return any_of(self.terms)

    def candidates(self, corpus: Corpus) -> str:
        """Return the tsquery of the documents to look at: an empty one, which no document fulfils, for no words.

        Where phrases must be there, every document that holds them is looked at. What must not be there is left to
        `unwanted`, which is a matter of whole things.
        """
        wanted = self.must or filter(None, [any_of(choose(self.terms, corpus))])
        return " & ".join(f"({part})" for part in wanted)

    @property
    def unwanted(self) -> str:
        """A tsquery for each document that holds something that must not be there."""
        return " | ".join(f"({part})" for part in self.must_not)


def read(query: Query, corpus: Corpus) -> Reading:
    """Look up the words of a query and keep the weightiest, in two questions to the database."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [list(query.phrases), list(query.excluded), query.scored])
        asked, times, must, must_not = cursor.fetchone()
        times = dict(zip(asked or (), times or (), strict=True))
        cursor.execute(COUNT, [MAX_YOUNG, list(times), list(map(as_tsquery, times))])
        terms = [Term(lexeme, documents, times[lexeme]) for lexeme, documents in sorted(cursor.fetchall())]
    # A phrase of stop words alone is an empty condition, which no document fulfils.
    return Reading(tuple(weightiest(terms, corpus)), tuple(filter(None, must)), tuple(filter(None, must_not)))


def as_tsquery(lexeme: str) -> str:
    """Return the lexeme as a tsquery: it comes from Postgres' parser, and goes back quoted, not parsed again."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(terms: Iterable[Term]) -> str:
    """Return a tsquery for each document that holds any of the terms."""
    return " | ".join(as_tsquery(term.lexeme) for term in terms)
