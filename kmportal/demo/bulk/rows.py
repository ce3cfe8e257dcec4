"""What all seeded kinds share: batches, the words they are tagged with, and the rows of their history."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from taggit.models import TagBase

from kmportal.copying import copy_rows
from kmportal.lifecycle.models import StatusChange

# Things that are written in one transaction: enough to make statements cheap, few enough to keep memory small.
BATCH = 1_000

# Rows of a table, the key first.
Rows = Sequence[Sequence[Any]]
# A move of a lifecycle that was made: its name, the states before and after it, when, and why.
Move = tuple[str, str, str, datetime.datetime, str]


def batches(first: int, count: int) -> Iterator[range]:
    """Yield the numbers from the first one on, as many as asked for, in batches."""
    for start in range(first, first + count, BATCH):
        yield range(start, min(start + BATCH, first + count))


def tag_keys(model: type[TagBase], names: Sequence[str]) -> list[int]:
    """Return the key of each tag, in the order of the names; those that are missing are made."""
    known = {tag.name.lower(): tag.pk for tag in model._default_manager.all()}
    # One by one: taggit gives each tag a slug that is not taken.
    return [known.get(name.lower()) or model._default_manager.create(name=name).pk for name in names]


def copy_tags(model: type[models.Model], thing: type[models.Model], pairs: Sequence[tuple[int, int]]) -> None:
    """Tag things of one model: `pairs` are (key of the thing, key of the tag)."""
    content_type = ContentType.objects.get_for_model(thing).pk
    rows = ((key, tag, content_type) for key, tag in pairs)
    copy_rows(model, ["object_id", "tag_id", "content_type_id"], rows)


def copy_history(thing: type[models.Model], moves: Sequence[tuple[int, Move]]) -> None:
    """Write the history of things of one model, as moves that the portal itself made."""
    content_type = ContentType.objects.get_for_model(thing).pk
    rows: Iterator[Any] = ((content_type, key, *move) for key, move in moves)
    copy_rows(StatusChange, ["content_type_id", "object_id", "move", "source", "target", "at", "note"], rows)
