"""Seed records with their authors, identifiers, headings, tags and history, and make them findable."""

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from taggit.models import Tag, TaggedItem

from kmportal.copying import copy_rows, reserve_keys
from kmportal.demo.bulk.names import name
from kmportal.demo.bulk.rows import Move, batches, copy_history, copy_tags, tag_keys
from kmportal.demo.bulk.vocabulary import vocabulary
from kmportal.demo.bulk.works import CLOSED, DOI, STATUSES, Work, WorkMaker
from kmportal.demo.bulk.writers import writers
from kmportal.demo.organisation import Places
from kmportal.review_cycle.due import next_review
from kmportal.search import indexing
from repository.currency import USUAL_MONTHS
from repository.models import Contribution, Contributor, Identifier, Record, RecordSubject, SubjectTerm, Submission
from repository.models.contributor import name_key
from repository.models.subject import SubjectScheme
from repository.models.submission import SubmissionOutcome
from repository.record_types import REVIEWED_TYPES
from repository.status import Status

# As in a real repository: half as many authors as records, of whom a few are on very many.
AUTHORS_PER_RECORD = 0.5
FEWEST_AUTHORS = 20
WITHDRAWN_BECAUSE = "Replaced by a later version."

Pairs = Sequence[tuple[int, Work]]
# Owner, months between reviews, the last one and the next.
Cycle = tuple[int | None, int | None, datetime.date | None, datetime.date | None]


@dataclass(frozen=True)
class _Shelves:
    """What works refer to by number: keys, and for authors also the name as it is credited."""

    departments: list[int]
    collections: list[int]
    authors: list[tuple[int, str]]
    headings: list[int]
    tags: list[int]


def seed_records(
    places: Places,
    *,
    count: int,
    seed: int,
    depositors: Sequence[int],
    statuses: dict[str, int] = STATUSES,
    progress: Callable[[int], object],
) -> None:
    """Add records, in these states (state to per cent of all).

    Every third was deposited by one of the people with these keys, if there are any, and one of them answers for each
    published record that can go stale.
    """
    if not count:
        return
    first = _first_number()
    rng = random.Random(f"records {seed} {first}")  # noqa: S311
    shelves = _Shelves(
        departments=[place.pk for place in places.departments.values()],
        collections=[place.pk for place in places.collections.values()],
        authors=_make_authors(max(FEWEST_AUTHORS, int(count * AUTHORS_PER_RECORD))),
        headings=_heading_keys(vocabulary().headings),
        tags=tag_keys(Tag, vocabulary().tags),
    )
    maker = WorkMaker(
        rng,
        authors=len(shelves.authors),
        departments=len(shelves.departments),
        collections=len(shelves.collections),
        statuses=statuses,
    )
    with writers() as write:
        for numbers in batches(first, count):
            works = [maker.make(number) for number in numbers]
            pairs = list(zip(reserve_keys(Record, len(works)), works, strict=True))
            deposited_by = [rng.choice(depositors) if depositors and number % 3 == 0 else None for number in numbers]
            cycles = [_cycle(work, depositors, rng) for work in works]
            write(partial(_write, pairs, deposited_by, cycles, shelves, progress))


def _cycle(work: Work, people: Sequence[int], rng: random.Random) -> Cycle:
    if work.columns["status"] != Status.PUBLISHED or work.columns["type"] not in REVIEWED_TYPES:
        return None, None, None, None
    # Most were looked at in time, and some are past their day.
    before = CLOSED - datetime.timedelta(days=rng.randrange(USUAL_MONTHS * 34))
    last = max(before, work.published.date()) if work.published else before
    return rng.choice(people) if people else None, USUAL_MONTHS, last, next_review(last, USUAL_MONTHS)


def _write(
    pairs: Pairs,
    deposited_by: Sequence[int | None],
    cycles: Sequence[Cycle],
    shelves: _Shelves,
    progress: Callable[[int], object],
) -> None:
    """Write a batch and make it findable."""
    # What is seeded has no audience of its own, so everybody could read it from the day it was published.
    columns = ["id", "department_id", "collection_id", "depositor_id", "created_at", "changed_at", "published_at"]
    columns.append("opened_at")
    copy_rows(
        Record,
        [*columns, "owner_id", "review_months", "last_reviewed", "next_review", *pairs[0][1].columns],
        (
            (
                *(key, shelves.departments[work.department], shelves.collections[work.collection], depositor),
                *(work.entered, work.withdrawn or work.published or work.entered),
                *(work.published, work.published),
                *cycle,
                *work.columns.values(),
            )
            for (key, work), depositor, cycle in zip(pairs, deposited_by, cycles, strict=True)
        ),
    )
    _copy_relations(pairs, shelves)
    indexing.refresh([Record(pk=key) for key, _ in pairs])
    progress(len(pairs))


def _copy_relations(pairs: Pairs, shelves: _Shelves) -> None:
    copy_rows(Identifier, ["record_id", "scheme", "value"], ((key, "doi", work.doi) for key, work in pairs))
    copy_rows(
        Contribution,
        ["record_id", "contributor_id", "credited_as", "position", "department_id"],
        (
            (key, *shelves.authors[author], position, None if position else shelves.departments[work.department])
            for key, work in pairs
            for position, author in enumerate(work.authors)
        ),
    )
    copy_rows(
        RecordSubject,
        ["record_id", "term_id", "position", "major"],
        (
            (key, shelves.headings[heading], position, major)
            for key, work in pairs
            for position, (heading, major) in enumerate(work.headings)
        ),
    )
    copy_tags(TaggedItem, Record, [(key, shelves.tags[tag]) for key, work in pairs for tag in work.tags])
    copy_rows(
        Submission,
        ["record_id", "sent_at", "ended_at", "outcome"],
        (
            (key, _sent(work), work.published, SubmissionOutcome.PUBLISHED if work.published else "")
            for key, work in pairs
            if work.columns["status"] != Status.DRAFT
        ),
    )
    copy_history(Record, [(key, move) for key, work in pairs for move in _moves(work)])


def _sent(work: Work) -> datetime.datetime:
    """Return when the work was sent for review."""
    return work.entered + datetime.timedelta(minutes=20)


def _moves(work: Work) -> Iterator[Move]:
    if work.columns["status"] != Status.DRAFT:
        yield "submit", Status.DRAFT, Status.SUBMITTED, _sent(work), ""
    if work.published:
        yield "publish", Status.SUBMITTED, Status.PUBLISHED, work.published, ""
    if work.withdrawn:
        yield "withdraw", Status.PUBLISHED, Status.WITHDRAWN, work.withdrawn, WITHDRAWN_BECAUSE


def _first_number() -> int:
    """Return the number that follows those of all records that were seeded before."""
    before, _, _ = DOI.partition("{")
    seeded = Identifier.objects.filter(scheme="doi", value__gte=before, value__lt=before + ":")
    latest = seeded.order_by("scheme", "value").last()
    return int(latest.value.removeprefix(before)) + 1 if latest else 0


def _make_authors(count: int) -> list[tuple[int, str]]:
    """Make so many contributors with names that no seeded one has yet; return each one's key and name as credited."""
    first = Contributor.objects.count()
    names = [name(number) for number in range(first, first + count)]
    keys = reserve_keys(Contributor, count)
    copy_rows(
        Contributor,
        ["id", "family_name", "given_names", "name_key"],
        ((key, *full_name, name_key(*full_name)) for key, full_name in zip(keys, names, strict=True)),
    )
    return [(key, ", ".join(full_name)) for key, full_name in zip(keys, names, strict=True)]


def _heading_keys(labels: Sequence[str]) -> list[int]:
    """Return the key of each MeSH heading, in the order of the labels; those that are missing are made."""
    SubjectTerm.objects.bulk_create(
        (SubjectTerm(scheme=SubjectScheme.MESH, label=label) for label in labels), ignore_conflicts=True
    )
    keys = dict(SubjectTerm.objects.filter(scheme=SubjectScheme.MESH).values_list("label", "pk"))
    return [keys[label] for label in labels]
