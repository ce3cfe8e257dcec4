"""Make published lessons findable."""

from collections.abc import Iterable
from typing import Any

from kmportal.search.sources import Entry
from lessons.models import Lesson, LessonQuerySet


class LessonSource:
    kind = "lesson"
    plural = "Lessons"
    keepers = "lessons.view_lesson"
    model = Lesson
    depends_on = {"people.department": "department", "people.site": "site", "taggit.tag": "tags"}
    is_dated = False

    def findable(self) -> LessonQuerySet:
        return Lesson.objects.published()

    def edit_many(self, user: Any) -> str:
        return ""

    def entries(self, things: LessonQuerySet) -> Iterable[Entry]:
        for lesson in things.for_page():
            story = (lesson.expected, lesson.happened, lesson.why, lesson.applies_when, lesson.applies_not)
            yield Entry(
                object_id=lesson.pk,
                title=lesson.sentence,
                url=lesson.get_absolute_url(),
                label="Lesson",
                body="\n".join(part for part in story if part),
                keywords=tuple(str(part) for part in (lesson.department, lesson.site, *lesson.tags.all()) if part),
                detail=", ".join(str(part) for part in (lesson.department, lesson.site) if part),
                year=lesson.happened_on.year if lesson.happened_on else None,
                date=lesson.happened_on,
            )
