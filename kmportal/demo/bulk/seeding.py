"""Fill the portal with many made-up records, lessons and people: quickly, and the same for the same seed.

A portal that has the same seeded content already gets the same addition; nothing depends on the clock. Rows go in by
COPY, each batch in one transaction with its part of the search index: memory stays the same whatever the number, and a
run that is broken off leaves whole batches.
"""

from collections.abc import Callable

from django.db import connection

from kmportal.demo.bulk.lessons import seed_lessons
from kmportal.demo.bulk.people import seed_people
from kmportal.demo.bulk.records import seed_records
from kmportal.demo.bulk.works import ALL_WAIT
from kmportal.demo.organisation import make_places
from kmportal.demo.reading import read_content
from kmportal.search import statistics

Progress = Callable[[int], object]


def seed_portal(
    *,
    records: int,
    lessons: int,
    people: int,
    waiting: int = 0,
    seed: int,
    progress: Progress = lambda added: None,
) -> None:
    """Add so many of each, and so many records more that wait for review.

    `progress` is told how many things each batch has added.
    """
    places = make_places(read_content())
    colleagues = seed_people(places, count=people, seed=seed, progress=progress)
    seed_lessons(places, count=lessons, seed=seed, captured_by=colleagues, progress=progress)
    seed_records(places, count=records, seed=seed, depositors=colleagues, progress=progress)
    seed_records(places, count=waiting, seed=seed, depositors=colleagues, statuses=ALL_WAIT, progress=progress)
    statistics.refresh_if_outgrown()
    _tell_the_planner()


def _tell_the_planner() -> None:
    """Have Postgres look at what is in the tables now instead of some minutes later; it plans queries by that."""
    with connection.cursor() as cursor:
        # VACUUM also marks the pages that an index alone can answer for; it cannot run inside a transaction.
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
