"""What the dashboards ask about lessons. Reading only."""

from typing import Any

from django.db.models import Count, F

from lessons.models import Lesson, LessonQuerySet
from lessons.status import Status


def count_by_status() -> dict[str, int]:
    """Return how many lessons there are in each state; a state that none is in is left out."""
    return dict(Lesson.objects.values_list("status").annotate(Count("pk")).order_by())


def newest(number: int) -> LessonQuerySet:
    """Return the published lessons that happened last."""
    return Lesson.objects.published().newest_first().for_list()[:number]


def unfinished_of(user: Any, number: int) -> LessonQuerySet:
    """Return the person's own lessons that readers cannot see yet, what changed last first; the sentence as title."""
    unfinished = Lesson.objects.filter(captured_by=user, status__in=(Status.DRAFT, Status.SUBMITTED))
    return unfinished.annotate(title=F("sentence")).order_by("-changed_at", "-pk")[:number]
