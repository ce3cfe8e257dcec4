"""What feeds tell of lessons: those of any list, and for the feeds of everything."""

from collections.abc import Collection
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from kmportal.design.narrowing import Narrowed
from kmportal.feeds.answers import answer
from kmportal.feeds.sources import MOST, Item
from lessons.filters import LESSON_FACETS, with_year
from lessons.models import Lesson, LessonQuerySet


class LessonNews:
    kind = "lesson"

    def newest(self, *, to: Any, among: Collection[int] | None = None) -> list[Item]:
        lessons = Lesson.objects.published()
        return _items(lessons if among is None else lessons.filter(pk__in=among))


@require_safe
def lesson_feed(request, dialect):
    """Tell of the newest lessons of a list, which the parameters of the list's own page narrow."""
    narrowed = Narrowed(with_year(Lesson.objects.published()), LESSON_FACETS, request.GET)
    if narrowed.problems:
        raise Http404  # it would tell of everything instead
    query = request.GET.urlencode()
    page = reverse("lessons:list") + (f"?{query}" if query else "")
    lessons: Any = narrowed.results
    return answer(request, dialect, _items(lessons), title="Lessons", page=page)


def _items(lessons: LessonQuerySet) -> list[Item]:
    newest = lessons.by_publication().for_page()[:MOST]
    return [
        Item(
            title=lesson.sentence,
            path=lesson.get_absolute_url(),
            published=lesson.published,
            updated=max(lesson.published, lesson.changed_at),
            summary="\n\n".join(filter(None, (lesson.happened, lesson.why))),
            categories=tuple(str(part) for part in (lesson.department, lesson.site, *lesson.tags.all()) if part),
        )
        for lesson in newest
    ]
