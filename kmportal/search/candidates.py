"""Fetch the documents to look at, packed by the database into byte strings that numpy reads as they are."""

from collections.abc import Iterator, Sequence

import psycopg
from django.db import connection

from kmportal.search.models import SearchDocumentQuerySet
from kmportal.search.ranking import BATCH, Packed

# The first is a row of ranking.HEADER; 0 stands for no year, and for a kind that nobody registers.
PACK = """
SELECT
    int8send(id) || int8send(object_id) || int2send(part)
    || int2send(coalesce(array_position(%s::text[], kind::text), 0)::smallint)
    || int2send(coalesce(year, 0::smallint)) || int4send(title_length) || int4send(body_length),
    counts
FROM ({documents}) AS found (id, object_id, part, kind, year, title_length, body_length, counts)
"""


def fetch(documents: SearchDocumentQuerySet, kinds: Sequence[str]) -> Iterator[Packed]:
    """Yield what the ranking needs to know of each document, in one query. Their kind is its place in `kinds`, from 1.

    A common word may be in a gigabyte of documents. They are streamed: neither the database nor this process has more
    than a batch of them in memory. Django's own cursor would collect them all, as text of twice the length.
    """
    rows = documents.values_list("pk", "object_id", "part", "kind", "year", "title_length", "body_length", "counts")
    sql, parameters = rows.query.sql_with_params()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield from cursor.stream(PACK.format(documents=sql), [list(kinds), *parameters], binary=True, size=BATCH)
