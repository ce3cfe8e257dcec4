"""Keep the index in step with what it describes: whoever writes a thing calls `refresh` in the same transaction."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from kmportal.search import statistics
from kmportal.search.models import SearchDocument
from kmportal.search.plain_text import clean, plain
from kmportal.search.sources import Entry, Source, registered, source_of

# Documents in one statement: its parameter stays at a few megabytes.
BATCH = 1_000
# Characters that are indexed of each part. Postgres refuses a vector of more than a megabyte, which 100,000 characters
# of four bytes, each compound word kept whole and in parts, cannot reach.
MAX_BODY = 100_000
MAX_LINE = 10_000

# The vector is made once for each row (MATERIALIZED), then its words are counted from it.
UPSERT = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS row(
        object_id bigint, title text, body text, people text[], label text, detail text, url text, year smallint,
        date date, audience smallint, plain_title text, plain_people text, plain_keywords text, plain_body text
    )
), parsed AS MATERIALIZED (
    SELECT *,
        setweight(to_tsvector('portal', plain_title), 'A') || setweight(to_tsvector('portal', plain_people), 'B')
        || setweight(to_tsvector('portal', plain_keywords), 'C') || to_tsvector('portal', plain_body) AS vector
    FROM given
)
INSERT INTO search_searchdocument (
    kind, object_id, title, body, people, label, detail, url, year, date, audience,
    vector, counts, title_length, body_length
)
SELECT %s, object_id, title, body, people, label, detail, url, year, date, audience,
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
ORDER BY object_id
ON CONFLICT (kind, object_id) DO UPDATE SET
    title = excluded.title, body = excluded.body, people = excluded.people, label = excluded.label,
    detail = excluded.detail, url = excluded.url, year = excluded.year, date = excluded.date,
    audience = excluded.audience, vector = excluded.vector, counts = excluded.counts,
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
    """Write the index anew for all things, or those of one kind, and return how many documents there are now.

    Meanwhile the search finds what it found before. Each batch is one transaction, in which its things are locked, so
    that nobody's change is overwritten by an older state. `after_batch` is called with the number of documents that it
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
    """Write the documents of the things in one statement and return the things' keys."""
    rows = [_row(entry) for entry in source.entries(things)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [json.dumps(rows, ensure_ascii=False), source.kind])
    return [row["object_id"] for row in rows]


def _row(entry: Entry) -> dict[str, Any]:
    title, body = clean(entry.title)[:MAX_LINE], clean(entry.body)[:MAX_BODY]
    return {
        "object_id": entry.object_id,
        "title": title,
        "body": body,
        "people": [clean(name) for name in entry.people],
        "label": clean(entry.label),
        "detail": clean(entry.detail),
        "url": entry.url,
        "year": entry.year,
        "date": entry.date.isoformat() if entry.date else None,
        "audience": entry.audience,
        "plain_title": plain(title),
        "plain_people": _plain_line(entry.people),
        "plain_keywords": _plain_line(entry.keywords),
        "plain_body": plain(body),
    }


def _plain_line(parts: Sequence[str]) -> str:
    return plain(clean("\n".join(parts))[:MAX_LINE])
