"""Seed lessons: most of them published, with their history."""

import datetime
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from taggit.models import Tag, TaggedItem

from kmportal.copying import copy_rows, reserve_keys
from kmportal.demo.bulk.chance import pick, pick_several
from kmportal.demo.bulk.rows import Move, Rows, batches, copy_history, copy_tags, tag_keys
from kmportal.demo.bulk.vocabulary import vocabulary
from kmportal.demo.bulk.works import CLOSED_AT, OPENED_AT
from kmportal.demo.bulk.writers import writers
from kmportal.demo.bulk.writing import Writer
from kmportal.demo.organisation import Places
from kmportal.search import indexing
from lessons.models import Lesson, Priority
from lessons.status import Status

# In per cent of all lessons.
STATUSES = {Status.PUBLISHED: 92, Status.SUBMITTED: 4, Status.DRAFT: 4}
# The parts of phrases.toml that make the sentence and its story, in the order of the columns.
STORY = ("lesson", "expected", "happened", "why")


def seed_lessons(
    places: Places, *, count: int, seed: int, captured_by: Sequence[int], progress: Callable[[int], object]
) -> None:
    """Add lessons, captured by people with these keys, or by nobody known where there are none."""
    first = Lesson.objects.count()
    rng = random.Random(f"lessons {seed} {first}")  # noqa: S311
    writer = Writer(rng)
    departments, sites = ([place.pk for place in kind.values()] for kind in (places.departments, places.sites))
    tags = tag_keys(Tag, vocabulary().tags)
    days_open = (CLOSED_AT - OPENED_AT).days - 60
    with writers() as write:
        for numbers in batches(first, count):
            keys = reserve_keys(Lesson, len(numbers))
            lessons: list[Sequence[Any]] = []
            tagged: list[tuple[int, int]] = []
            history: list[tuple[int, Move]] = []
            for key in keys:
                topic = writer.topic()
                captured = OPENED_AT + datetime.timedelta(days=rng.randrange(days_open), minutes=rng.randrange(480))
                published = captured + datetime.timedelta(days=rng.randint(1, 30))
                status = rng.choices(list(STATUSES), list(STATUSES.values()))[0]
                is_published = status == Status.PUBLISHED
                lessons.append(
                    (
                        *(key, status, *(writer.sentence(part, topic) for part in STORY)),
                        *(rng.choice(Priority.values), pick(rng, departments), pick(rng, sites)),
                        captured.date() - datetime.timedelta(days=rng.randint(0, 20)),
                        rng.choice(captured_by) if captured_by else None,
                        *(captured, published if is_published else captured, published if is_published else None),
                    )
                )
                tagged += [(key, tag) for tag in pick_several(rng, tags, rng.randint(1, 3))]
                if status != Status.DRAFT:
                    history.append((key, ("submit", Status.DRAFT, Status.SUBMITTED, captured, "")))
                if is_published:
                    history.append((key, ("publish", Status.SUBMITTED, Status.PUBLISHED, published, "")))
            write(partial(_write, lessons, tagged, history, progress))


def _write(
    lessons: Rows, tagged: list[tuple[int, int]], history: list[tuple[int, Move]], progress: Callable[[int], object]
) -> None:
    """Write a batch and make it findable."""
    copy_rows(
        Lesson,
        [
            *("id", "status", "sentence", "expected", "happened", "why", "priority", "department_id", "site_id"),
            *("happened_on", "captured_by_id", "created_at", "changed_at", "published_at"),
        ],
        lessons,
    )
    copy_tags(TaggedItem, Lesson, tagged)
    copy_history(Lesson, history)
    indexing.refresh([Lesson(pk=lesson[0]) for lesson in lessons])
    progress(len(lessons))
