"""Keep the index in step with what it describes: whoever writes a thing calls `refresh` in the same transaction."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from kmportal.search import statistics
from kmportal.search.documents import documents_of
from kmportal.search.models import SearchDocument
from kmportal.search.sources import Entry, Source, registered, source_of

# Things in one statement, and characters of the texts that belong to them: its parameter stays at a few megabytes.
BATCH = 1_000
MAX_STATEMENT = 2_000_000

# The vector is made once for each row (MATERIALIZED), then its words are counted from it.
UPSERT = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS row(
        object_id bigint, part smallint, title text, body text, people text[], label text, detail text, url text,
        year smallint, date date, found_in text, audience smallint, groups bigint[],
        plain_title text, plain_people text, plain_keywords text, plain_body text
    )
), vanished AS (
    DELETE FROM search_searchdocument AS document
    USING (SELECT object_id, max(part) AS last_part FROM given GROUP BY object_id) AS thing
    WHERE document.kind = %s AND document.object_id = thing.object_id AND document.part > thing.last_part
), parsed AS MATERIALIZED (
    SELECT *,
        setweight(to_tsvector('portal', plain_title), 'A') || setweight(to_tsvector('portal', plain_people), 'B')
        || setweight(to_tsvector('portal', plain_keywords), 'C') || to_tsvector('portal', plain_body) AS vector
    FROM given
)
INSERT INTO search_searchdocument (
    kind, object_id, part, title, body, people, label, detail, url, year, date, found_in, audience, groups,
    vector, counts, title_length, body_length
)
SELECT %s, object_id, part, title, body, people, label, detail, url, year, date, found_in, audience, groups,
    vector, words.counts, words.title_length, words.body_length
FROM parsed CROSS JOIN LATERAL (
    SELECT
        coalesce(string_agg(
            substr(sha256(convert_to(lexeme, 'UTF8')), 1, 4)
            || set_byte(set_byte('\\x0000', 0, least(in_title, 255)), 1, least(everywhere - in_title, 255)),
            ''
        ), '') AS counts,
        coalesce(sum(in_title), 0) AS title_length,
        coalesce(sum(everywhere - in_title), 0) AS body_length
    FROM (
        SELECT lexeme, cardinality(positions) AS everywhere,
            coalesce(cardinality(array_positions(weights, 'A')), 0) AS in_title
        FROM unnest(vector)
    ) AS word
) AS words
ORDER BY object_id, part
ON CONFLICT (kind, object_id, part) DO UPDATE SET
    title = excluded.title, body = excluded.body, people = excluded.people, label = excluded.label,
    detail = excluded.detail, url = excluded.url, year = excluded.year, date = excluded.date,
    found_in = excluded.found_in, audience = excluded.audience, groups = excluded.groups,
    vector = excluded.vector, counts = excluded.counts,
    title_length = excluded.title_length, body_length = excluded.body_length
"""


def refresh(things: Collection[models.Model]) -> None:
    """Bring the index in step with these things, all of one model, in the current transaction.

    What nobody may find any more is taken out. A fixed number of queries for each 1,000 things. Raises LookupError
    where no source is registered for the model.
    """
    if not things:
        return
    source = source_of(type(next(iter(things))))
    with transaction.atomic():
        for keys in _batches(sorted(thing.pk for thing in things)):
            written = _write(source, source.findable().filter(pk__in=keys))
            SearchDocument.objects.filter(kind=source.kind, object_id__in=set(keys) - set(written)).delete()


def refresh_all(kind: str | None = None, *, after_batch: Callable[[int], object] = lambda documents: None) -> int:
    """Write the index anew for all things, or those of one kind, and return how many things can be found now.

    Meanwhile the search finds what it found before. Each batch is one transaction, in which its things are locked, so
    that nobody's change is overwritten by an older state. `after_batch` is called with the number of things that it
    wrote. Raises LookupError for an unknown kind.
    """
    sources = [source for source in registered() if kind in (None, source.kind)]
    if not sources:
        raise LookupError(f"There is no kind of thing called {kind}.")
    number = 0
    for source in sources:
        documents = SearchDocument.objects.filter(kind=source.kind)
        documents.exclude(object_id__in=source.findable().order_by().values("pk")).delete()
        for keys in _batches(source.findable().order_by("pk").values_list("pk", flat=True).iterator()):
            with transaction.atomic():
                things = source.findable().filter(pk__in=keys).order_by("pk")
                written = _write(source, things.select_for_update(of=("self",), no_key=True))
            number += len(written)
            after_batch(len(written))
    statistics.refresh()
    return number


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    iterator = iter(keys)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _write(source: Source, things: models.QuerySet[Any]) -> list[int]:
    """Write the documents of the things and return the things' keys. What a thing has no longer goes in the same step.

    One statement, or several where there are long texts among them.
    """
    written: list[int] = []
    for rows in _statements(source.entries(things)):
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [json.dumps(rows, ensure_ascii=False), source.kind, source.kind])
        written += [row["object_id"] for row in rows if row["part"] == 0]
    return written


def _statements(entries: Iterable[Entry]) -> Iterator[list[dict[str, Any]]]:
    """Yield the documents of the entries, as many together as one statement takes; those of a thing stay together."""
    rows: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        documents = documents_of(entry)
        # A text that is longer than an abstract belongs to a file; thousands of abstracts are a few megabytes.
        longer = sum(len(document["body"]) for document in documents[1:])
        if rows and size + longer > MAX_STATEMENT:
            yield rows
            rows, size = [], 0
        rows += documents
        size += longer
    if rows:
        yield rows
