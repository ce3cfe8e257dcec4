"""What the dashboards ask about lessons. Reading only."""

from typing import Any

from django.db.models import Count, F

from lessons import access
from lessons.models import Lesson, LessonQuerySet
from lessons.status import Status


def counts_for(user: Any) -> tuple[int, int]:
    """Return how many lessons readers can find, and how many wait for the user: none where validating is not theirs."""
    counted = dict(Lesson.objects.values_list("status").annotate(Count("pk")).order_by())
    return counted.get(Status.PUBLISHED, 0), counted.get(Status.SUBMITTED, 0) if access.may_validate(user) else 0


def newest(number: int) -> LessonQuerySet:
    """Return the published lessons that happened last."""
    return Lesson.objects.published().newest_first().for_list()[:number]


def unfinished_of(user: Any, number: int) -> LessonQuerySet:
    """Return the person's own lessons that readers cannot see yet, what changed last first; the sentence as title."""
    unfinished = Lesson.objects.filter(captured_by=user, status__in=(Status.DRAFT, Status.SUBMITTED))
    return unfinished.annotate(title=F("sentence")).order_by("-changed_at", "-pk")[:number]
