"""Look through all records for pairs that may be one work, for librarians to decide on."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from repository import access
from repository.duplicates import ALIKE, FEWEST_LETTERS, set_threshold
from repository.models import Lookalike, Record
from repository.status import Status

# Among all pairs of records fewer may be wrong than in a warning to one person: at 0.7, with the same digits and years
# that are next to each other, 99% of titles with a typo or a word dropped are still found (see duplicates.ALIKE).
SURE = 0.7
LOOKED_AT = (Status.SUBMITTED, Status.ACCEPTED, Status.PUBLISHED)

MAKE_TABLES = """
CREATE TEMPORARY TABLE looked_at ON COMMIT DROP AS
SELECT id, coalesce(first_version_id, id) AS work, lower(title) AS title, year,
    regexp_replace(title, '[^0-9]', '', 'g') AS digits,
    length(regexp_replace(title, '[^[:alnum:]]', '', 'g')) AS letters
FROM repository_record WHERE status = ANY(%s);
"""
INDEX_TABLES = """
CREATE UNIQUE INDEX ON looked_at (id);
CREATE INDEX ON looked_at (year);
ANALYZE looked_at;
CREATE TEMPORARY TABLE alike (
    first_id bigint, second_id bigint, same_doi boolean DEFAULT false, same_pmid boolean DEFAULT false, likeness real
) ON COMMIT DROP
"""

# A DOI alone makes no pair: the chapters of a book share it.
SAME_NUMBER = """
INSERT INTO alike
SELECT first.id, second.id, bool_or(one.scheme = 'doi'), bool_or(one.scheme = 'pmid'),
    max(similarity(first.title, second.title))
FROM repository_identifier one
JOIN repository_identifier other USING (scheme, value)
JOIN looked_at first ON first.id = one.record_id
JOIN looked_at second ON second.id = other.record_id
WHERE one.scheme IN ('doi', 'pmid') AND first.id < second.id AND first.work <> second.work
    AND (one.scheme = 'pmid' OR similarity(first.title, second.title) >= %s)
GROUP BY first.id, second.id
"""

# Titles of two years at a time have a small index of their own, which is some twenty times as fast as that of all.
TITLES_OF_TWO_YEARS = """
CREATE TEMPORARY TABLE titles ON COMMIT DROP AS
SELECT id, work, title, year, digits FROM looked_at
WHERE letters >= %s AND (year IS NOT DISTINCT FROM %s OR year = %s)
"""
INDEX_TITLES = "CREATE INDEX ON titles USING gin (title gin_trgm_ops); ANALYZE titles"
SAME_TITLE = """
INSERT INTO alike (first_id, second_id, likeness)
SELECT least(one.id, other.id), greatest(one.id, other.id), similarity(one.title, other.title)
FROM titles one JOIN titles other ON one.title %% other.title
WHERE one.year IS NOT DISTINCT FROM %s AND (other.year IS DISTINCT FROM one.year OR one.id < other.id)
    AND one.work <> other.work AND one.digits = other.digits;
DROP TABLE titles
"""

KEEP = """
WITH found AS (
    SELECT first_id, second_id, bool_or(same_doi) AS same_doi, bool_or(same_pmid) AS same_pmid,
        max(likeness) AS likeness
    FROM alike GROUP BY first_id, second_id
), told AS (
    SELECT first_id, second_id, likeness, concat_ws(' and ',
        CASE WHEN same_doi THEN 'same DOI' END, CASE WHEN same_pmid THEN 'same PubMed ID' END,
        CASE WHEN likeness >= 0.995 THEN 'same title'
            WHEN likeness >= %(alike)s THEN 'titles are ' || round(likeness::numeric * 100) || '%% alike' END
    ) AS reason
    FROM found
), kept AS (
    INSERT INTO repository_lookalike (
        content_type_id, first_id, second_id, reason, likeness, found_at, decision
    )
    SELECT %(kind)s, first_id, second_id, upper(left(reason, 1)) || substr(reason, 2), likeness, %(now)s, '' FROM told
    ON CONFLICT (content_type_id, first_id, second_id) DO UPDATE
        SET reason = excluded.reason, likeness = excluded.likeness
        WHERE repository_lookalike.decision = ''
)
DELETE FROM repository_lookalike pair
WHERE content_type_id = %(kind)s AND decision = ''
    AND NOT EXISTS (SELECT FROM told WHERE told.first_id = pair.first_id AND told.second_id = pair.second_id)
"""


@transaction.atomic
def look() -> int:
    """Bring the open pairs in step with the records, and return how many there are.

    Two records are a pair with the same PubMed ID; with the same DOI and titles that are alike; or with titles that
    are very much alike, with the same digits in them, of years next to each other. Pairs that somebody has decided on
    stay as they are; open ones that are none any more go. Some minutes for 100,000 records.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('repository.lookalikes'))")
        cursor.execute(MAKE_TABLES, [list(LOOKED_AT)])
        cursor.execute(INDEX_TABLES)
        cursor.execute(SAME_NUMBER, [ALIKE])
        set_threshold(SURE)
        cursor.execute("SELECT DISTINCT year FROM looked_at ORDER BY year")
        for (year,) in cursor.fetchall():
            cursor.execute(TITLES_OF_TWO_YEARS, [FEWEST_LETTERS, year, year and year + 1])
            cursor.execute(INDEX_TITLES)
            cursor.execute(SAME_TITLE, [year])
        kind = ContentType.objects.get_for_model(Record)
        cursor.execute(KEEP, {"alike": ALIKE, "kind": kind.pk, "now": timezone.now()})
        cursor.execute("DROP TABLE looked_at, alike")
    return pairs_of_records().count()


def pairs_of_records() -> Any:
    """Return the open pairs of records that are both still looked at, the likeliest first."""
    looked_at = Record.objects.filter(status__in=LOOKED_AT).values("pk")
    kind = ContentType.objects.get_for_model(Record)
    return Lookalike.objects.open().filter(content_type=kind, first_id__in=looked_at, second_id__in=looked_at)


@transaction.atomic
def part(pair: Lookalike, *, by: Any) -> None:
    """Note that the two are not the same, so that they are not shown as a pair again.

    Raises NotAllowed for those who may not decide.
    """
    if not access.may_curate(by):
        raise NotAllowed("Only the library decides whether two records are the same.")
    Lookalike.objects.open().filter(pk=pair.pk).update(decision="different", decided_by=by, decided_at=timezone.now())
