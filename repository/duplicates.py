"""Find records that may describe the same work: while somebody describes one, and among all that are here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from repository import versions
from repository.identifiers import InvalidIdentifier, Scheme, normalise
from repository.models import Identifier, Record
from repository.models.record import RecordQuerySet
from repository.status import Status

# Trigram similarity (pg_trgm: shared trigrams divided by all trigrams of both) from which titles look alike. Tried on
# 500 titles of the Cranfield and CISI collections: at 0.55 it finds every title with a typo or a word dropped, 99% of
# those with a subtitle added and 90% of those that lost their last third, and shows something beside 17 titles in 100
# of these two narrow fields. At 0.4 it would be 47, at 0.7 only 40% of the shortened ones were found.
ALIKE = 0.55
# Titles below this are not of one work, though the DOI is the same: the chapters of a book share its DOI.
DIFFERENT = 0.3
# Titles of fewer letters ("Annual report") are alike by chance.
FEWEST_LETTERS = 12
LONGEST_TITLE = 1_000
MOST = 5
# What candidates are compared by.
PARTS = ("Title", "Authors", "Date", "Type", "Identifiers")
# What is gone for readers, or will not come, is nothing to find again.
NOT_LOOKED_AT = (Status.WITHDRAWN, Status.REJECTED, Status.REPLACED)


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same work, why (in words), and how alike the titles are, from 0 to 1.

    `is_other_work` tells that only the DOI is the same, and the titles are not.
    """

    record: Record
    reason: str
    likeness: float
    is_other_work: bool = False


def candidates(
    *, title: str, doi: str = "", pmid: str = "", year: int | None = None, user: Any, exclude: Record | None = None
) -> list[Candidate]:
    """Return the records that may describe the same work and that the user may see, the likeliest first, MOST at most.

    `doi` and `pmid` as people write them; what is none is passed over. `year`, where it is known, puts works of the
    same time first. `exclude` is the record itself; other versions of it are left out too. A fixed number of queries.
    """
    title = " ".join(title.split())[:LONGEST_TITLE].lower()
    numbers = _numbers(doi=doi, pmid=pmid)
    found = _found(title, numbers, _looked_at(user, exclude))
    return sorted(found, key=lambda candidate: _rank(candidate, numbers, year))[:MOST]


@dataclass(frozen=True)
class Comparison:
    """A candidate beside the work that somebody describes: rows of (part, what theirs says, what ours says)."""

    candidate: Candidate
    rows: tuple[tuple[str, str, str], ...]


def compared(found: Iterable[Candidate], described: Sequence[str]) -> list[Comparison]:
    """Return each candidate beside the work that is described, as the texts of PARTS; empty rows are left out."""
    comparisons = []
    for candidate in found:
        ours = _parts(candidate.record, candidate.record.byline)
        rows = tuple(row for row in zip(PARTS, described, ours, strict=True) if any(row[1:]))
        comparisons.append(Comparison(candidate, rows))
    return comparisons


def for_draft(record: Record, user: Any) -> list[Comparison]:
    """Return what `candidates` finds for a record as it was last saved, beside what it says itself."""
    numbers = {identifier.scheme: identifier.value for identifier in record.identifiers.all()}
    found = candidates(
        title=record.title,
        doi=numbers.get(Scheme.DOI, ""),
        pmid=numbers.get(Scheme.PMID, ""),
        year=record.year,
        user=user,
        exclude=record,
    )
    authors = "; ".join(str(credit) for credit in record.contributions.all())
    return compared(found, _parts(record, authors))


def _parts(record: Record, authors: str) -> tuple[str, ...]:
    numbers = ", ".join(str(identifier) for identifier in record.identifiers.all())
    return record.title, authors, str(record.issued_date or ""), record.get_type_display(), numbers


def set_threshold(likeness: float) -> None:
    """Say from which similarity on the operator % of this transaction finds texts, so that the index looks for these.

    The operator's own 0.3 would fetch thousands of titles that are then thrown away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(likeness)])


def _looked_at(user: Any, exclude: Record | None) -> RecordQuerySet:
    records = Record.objects.visible_to(user).exclude(status__in=NOT_LOOKED_AT)
    if exclude is None or exclude.pk is None:
        return records
    return records.exclude(versions.of_work(exclude))


def _found(title: str, numbers: dict[str, str], records: RecordQuerySet) -> list[Candidate]:
    """Return, in no order, what of the records has one of the numbers or a title like this one."""
    named = Identifier.objects.filter(_any_of(numbers), record__in=records).order_by("pk").values("record")
    keys: Any = named[: 2 * MOST]
    if _letters(title) >= FEWEST_LETTERS:
        alike = records.alias(folded_title=Lower("title"), likeness=_likeness_to(title)).filter(
            folded_title__trigram_similar=title
        )
        keys = keys.union(alike.order_by("-likeness", "pk").values("pk")[: 2 * MOST])
    with transaction.atomic(savepoint=False):
        set_threshold(ALIKE)
        found = list(
            Record.objects.filter(pk__in=keys)
            .annotate(likeness=_likeness_to(title))
            .for_list()
            .prefetch_related("identifiers")
        )
    return [_judged(record, numbers, has_title=bool(title)) for record in found]


def _likeness_to(title: str) -> TrigramSimilarity:
    return TrigramSimilarity(Lower("title"), title)


def _numbers(**given: str) -> dict[str, str]:
    """Return the identifiers in their normal form, without those that are none."""
    numbers = {}
    for scheme, text in given.items():
        try:
            numbers[scheme] = normalise(scheme, text) if text.strip() else ""
        except InvalidIdentifier:
            continue
    return {scheme: value for scheme, value in numbers.items() if value}


def _any_of(numbers: dict[str, str]) -> Q:
    condition = Q(pk__in=())
    for scheme, value in numbers.items():
        condition |= Q(scheme=scheme, value=value)
    return condition


def _letters(title: str) -> int:
    return len(re.sub(r"\W+", "", title))


def _judged(record: Any, numbers: dict[str, str], *, has_title: bool) -> Candidate:
    shared = _shared(record, numbers)
    likeness = round(record.likeness, 2)
    if shared == ["DOI"] and has_title and likeness < DIFFERENT:
        reason = "Same DOI, but the titles are quite different. Chapters of one book can share its DOI."
        return Candidate(record, reason, likeness, is_other_work=True)
    reasons = [f"same {name}" for name in shared]
    if has_title and likeness >= ALIKE:
        reasons.append("same title" if likeness >= 0.995 else f"titles are {likeness:.0%} alike")
    words = " and ".join(reasons)
    return Candidate(record, words[:1].upper() + words[1:], likeness)


def _shared(record: Record, numbers: dict[str, str]) -> list[str]:
    own = {(row.scheme, row.value) for row in record.identifiers.all()}
    return [Scheme(scheme).label for scheme, value in numbers.items() if (scheme, value) in own]


def _rank(candidate: Candidate, numbers: dict[str, str], year: int | None) -> tuple[bool, int, bool, float, int]:
    far = year is not None and candidate.record.year is not None and abs(candidate.record.year - year) > 1
    shared = len(_shared(candidate.record, numbers))
    return candidate.is_other_work, -shared, far, -candidate.likeness, candidate.record.pk
