"""Fetch the documents to look at, packed by the database into two byte strings that numpy reads as they are."""

from collections.abc import Sequence

import psycopg
from django.db import connection

from kmportal.search.models import SearchDocumentQuerySet
from kmportal.search.ranking import Candidates

# The first is a row of ranking.HEADER for each document; 0 stands for no year, and for a kind that nobody registers.
PACK = """
SELECT
    string_agg(
        int8send(id) || int8send(object_id) || int2send(part)
        || int2send(coalesce(array_position(%s::text[], kind::text), 0)::smallint)
        || int2send(coalesce(year, 0::smallint)) || int4send(title_length) || int4send(body_length)
        || int4send(octet_length(counts)),
        ''
    ),
    string_agg(counts, '')
FROM ({documents}) AS found (id, object_id, part, kind, year, title_length, body_length, counts)
"""


def fetch(documents: SearchDocumentQuerySet, kinds: Sequence[str]) -> Candidates:
    """Return what the ranking needs to know of the documents, in one query. Their kind is its place in `kinds`, from 1.

    That may be thirty megabytes. Django's own cursor would get them as text of twice the length, and rows of numbers
    would be made into objects one by one: either takes twice the time.
    """
    rows = documents.values_list("pk", "object_id", "part", "kind", "year", "title_length", "body_length", "counts")
    sql, parameters = rows.query.sql_with_params()
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(PACK.format(documents=sql), [list(kinds), *parameters], binary=True)
        ((headers, counts),) = cursor.fetchall()
    return Candidates.unpack(headers or b"", counts or b"")
