"""How the list of lessons narrows."""

from django.db.models import CharField
from django.db.models.functions import Cast, ExtractYear

from kmportal.design.narrowing import By
from lessons.models import LessonQuerySet, Priority

LESSON_FACETS = (
    By("priority", "Priority", "priority", choices=dict(Priority.choices)),
    By("department", "Department", "department__slug", text="department__name"),
    By("site", "Site", "site__slug", text="site__name"),
    By("year", "Year", "year", latest_first=True),
    By("tag", "Tag", "tags__slug", text="tags__name"),
)


def with_year(lessons: LessonQuerySet) -> LessonQuerySet:
    """Give each lesson the year in which it happened, as text: facets compare what stands in the address."""
    return lessons.annotate(year=Cast(ExtractYear("happened_on"), CharField()))
