"""Lead demo things along their lifecycle by the apps' own verbs, then date each move as if it had been made then.

Nowhere else in the portal is history written for a time other than now.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from kmportal.demo.timing import working_moment
from kmportal.lifecycle.models import StatusChange
from kmportal.people.models import User

# How many working days a published thing stayed before somebody withdrew or retired it.
DAYS_BEFORE_THE_END = 140


@dataclass(frozen=True)
class Step:
    """One move of a lifecycle: who made it, when, and why where the move needs a reason."""

    move: str
    by: User
    at: datetime.datetime
    note: str = ""


@dataclass(frozen=True)
class Journey:
    """A draft, when somebody began it, and the steps that it takes from there."""

    thing: Any
    begun: datetime.datetime
    steps: Sequence[Step]


def review_steps(
    *,
    begun: datetime.datetime,
    turn: int,
    author: User,
    reviewer: User,
    status: str,
    returned: str,
    ending: tuple[str, str],
) -> list[Step]:
    """Return the steps of a thing that its author sends in and a reviewer publishes, as far as its status says.

    `returned` is why the reviewer first gave it back, and `ending` the move that took it from readers and why; an
    empty reason means that it did not come to that. `turn` is any number that makes the days between steps vary.
    """
    if status == "draft":
        return []
    planned = [("submit", author, "", 0)]
    if returned:
        planned += [("return", reviewer, returned, 1), ("submit", author, "", 2)]
    if status == "published":
        planned.append(("publish", reviewer, "", planned[-1][-1] + 1 + turn % 5))
    if ending[1]:
        planned.append((ending[0], reviewer, ending[1], DAYS_BEFORE_THE_END))
    return [Step(move, by, _after(begun, days=days, turn=turn), note) for move, by, note, days in planned]


def _after(begun: datetime.datetime, *, days: int, turn: int) -> datetime.datetime:
    """Return a moment so many working days later, or twenty minutes for none; never one that is still to come."""
    if not days:
        return begun + datetime.timedelta(minutes=20)
    return min(working_moment(begun.date(), turn + days, after=days), timezone.now())


def travel(journeys: Iterable[Journey], *, move: Callable[..., None]) -> None:
    """Make every step of the journeys of one model's new things by its verb `move`, then date what was written."""
    journeys = list(journeys)
    for journey in journeys:
        for step in journey.steps:
            move(journey.thing, step.move, by=step.by, note=step.note)
    _date_changes(journeys)
    _date_things(journeys)


def _date_changes(journeys: list[Journey]) -> None:
    written = defaultdict(list)
    for change in StatusChange.objects.filter(
        content_type=ContentType.objects.get_for_model(journeys[0].thing),
        object_id__in=[journey.thing.pk for journey in journeys],
    ).order_by("pk"):
        written[change.object_id].append(change)
    for journey in journeys:
        for change, step in zip(written[journey.thing.pk], journey.steps, strict=True):
            change.at = step.at
    StatusChange.objects.bulk_update([change for changes in written.values() for change in changes], ["at"])


def _date_things(journeys: list[Journey]) -> None:
    model: type[models.Model] = type(journeys[0].thing)
    columns = ["created_at", "changed_at"]
    if hasattr(model, "published_at"):
        columns.append("published_at")
    for journey in journeys:
        journey.thing.created_at = journey.begun
        journey.thing.changed_at = max([journey.begun, *(step.at for step in journey.steps)])
        journey.thing.published_at = next((step.at for step in journey.steps if step.move == "publish"), None)
    model._default_manager.bulk_update([journey.thing for journey in journeys], columns)
