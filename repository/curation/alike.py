"""Look for contributors, headings and tags that may be one: every night, and when a librarian asks."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from taggit.models import Tag

from repository.curation import pairs
from repository.curation.pairs import Pair
from repository.curation.spelling import alike
from repository.models import Contributor, SubjectTerm

# Full names that one set of initials may stand for; initials that fit more of them say nothing.
MOST_FULL_NAMES = 4

# Contributors whose name is that of another. `initials` are the first letters of the given names, or these themselves
# where they are written as capitals ("J A", "JA").
CONTRIBUTORS = """
WITH own AS (
    SELECT id, kind, orcid, name_key, split_part(name_key, ', ', 1) AS family, split_part(name_key, ', ', 2) AS given,
        regexp_replace(given_names, '[. -]', '', 'g') AS letters
    FROM repository_contributor
    WHERE merged_into_id IS NULL
), person AS (
    SELECT *, letters ~ '^[[:upper:]]{1,4}$' AS is_initials,
        CASE WHEN letters ~ '^[[:upper:]]{1,4}$' THEN lower(letters)
            ELSE regexp_replace(given, '(\\S)\\S*\\s*', '\\1', 'g')
        END AS initials
    FROM own
), abbreviated AS (
    SELECT short.id AS one, long.id AS other, short.orcid AS orcid, long.orcid AS other_orcid,
        short.initials = long.initials AS is_whole, count(*) OVER (PARTITION BY short.id) AS number
    FROM person AS short JOIN person AS long USING (family)
    WHERE short.kind = 'person' AND long.kind = 'person' AND short.is_initials AND NOT long.is_initials
        AND long.given <> ''
        AND (starts_with(long.initials, short.initials) OR starts_with(short.initials, long.initials))
)
SELECT one.id, other.id,
    CASE WHEN one.orcid <> '' AND other.orcid <> '' THEN 'The same name, but two ORCID iDs' ELSE 'The same name' END,
    CASE WHEN one.orcid <> '' AND other.orcid <> '' THEN 0.3 ELSE 0.95 END
FROM person AS one JOIN person AS other ON one.name_key = other.name_key AND one.id < other.id AND one.kind = other.kind
UNION ALL
SELECT one, other, 'Initials that fit the full name', CASE WHEN is_whole THEN 0.7 ELSE 0.6 END
FROM abbreviated WHERE number <= %(most)s AND (orcid = '' OR other_orcid = '')
UNION ALL
SELECT one.id, other.id, 'Family and given names the other way round', 0.8
FROM person AS one JOIN person AS other ON one.family = other.given AND one.given = other.family AND one.id < other.id
WHERE one.kind = 'person' AND other.kind = 'person' AND one.family <> one.given
UNION ALL
SELECT variant.contributor_id, other.id, 'The name of one is a known form of the name of the other', 0.9
FROM repository_namevariant AS variant
JOIN person AS other ON other.name_key = variant.name_key AND other.id <> variant.contributor_id
JOIN person AS own ON own.id = variant.contributor_id
"""


def look_for_contributors() -> int:
    """Find contributors who may be one, in one query, and return how many pairs wait for a decision."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Postgres knows nothing of how many rows the parts of the query have, and would compare all with all.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(CONTRIBUTORS, {"most": MOST_FULL_NAMES})
        found = [Pair(*row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop = on")
        return pairs.keep(Contributor, found)


def look_for_subjects() -> int:
    """Find headings that may be one, and return how many pairs wait for a decision."""
    terms = {term.pk: term for term in SubjectTerm.objects.all()}
    return pairs.keep(SubjectTerm, _worth_asking(alike({pk: term.label for pk, term in terms.items()}), terms))


def look_for_tags() -> int:
    """Find tags that may be one, and return how many pairs wait for a decision."""
    found = alike(dict(Tag.objects.values_list("pk", "name")))
    return pairs.keep(Tag, [Pair(*pair) for pair in found])


def _worth_asking(found: Iterable[tuple[int, int, str, float]], terms: dict[int, SubjectTerm]) -> Iterator[Pair]:
    """Leave out what a vocabulary itself keeps apart: two of its codes, or a heading and a substance."""
    for one, other, reason, likeness in found:
        first, second = terms[one], terms[other]
        if first.scheme == second.scheme:
            if not (first.code and second.code):
                yield Pair(one, other, reason, likeness)
        elif "local" in (first.scheme, second.scheme):
            yield Pair(one, other, f"{reason}, in two vocabularies", likeness - 0.1)
