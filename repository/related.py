"""Find records that are about the same as another one, or lie in the same collection."""

from collections import defaultdict
from typing import Any

from django.db.models import Q

from repository.models import Record

MOST = 5
# The nearest that are looked at, as some may not be for the reader.
LOOKED_AT = 20


def related_to(record: Record, user: Any) -> list[Record]:
    """Return up to MOST records that the user may read next, the nearest first, with type, title and date only.

    The fewer records share a heading, the more it says that they belong together; a major topic counts twice. Where
    the headings give too few, the newest of the same collection follow. One query, if the record comes from
    `for_page()`.
    """
    nearness: dict[int, float] = defaultdict(float)
    for subject in record.subjects.all():
        for neighbour in subject.also_on:
            nearness[neighbour] += (2 if subject.major else 1) / len(subject.also_on)
    nearness.pop(record.pk, None)
    nearest = sorted(nearness, key=lambda pk: (-nearness[pk], -pk))[:LOOKED_AT]
    wanted = Q(pk__in=nearest)
    listed = Record.objects.listed_for(user)
    if len(nearest) < MOST and record.collection_id:
        beside = listed.filter(collection=record.collection_id).exclude(pk=record.pk)
        wanted |= Q(pk__in=beside.newest_first().values("pk")[:MOST])
    found = listed.filter(wanted).newest_first().only("type", "title", "issued")
    return sorted(found, key=lambda other: -nearness[other.pk])[:MOST]
