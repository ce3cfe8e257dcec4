"""Lessons as other systems get them in JSON."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from kmportal.api.keyset import Order
from kmportal.api.problems import bad_request
from kmportal.api.resources import Listing, Parameter
from kmportal.api.values import day, moment
from kmportal.design.narrowing import Narrowed
from kmportal.mail.posting import absolute
from lessons.filters import LESSON_FACETS, with_year
from lessons.models import Lesson
from lessons.status import Status


class LessonResource:
    name = "lessons"
    kind = "lesson"
    about = (
        "Published lessons. The ones written down last come first. Each filter of the list of lessons works here too,"
        " and may stand several times."
    )
    parameters = tuple(
        Parameter(by.name, f"Only lessons with this {by.label.lower()}, as it stands in the address of the list.")
        for by in LESSON_FACETS
    )
    order = Order()

    def listing(self, query: QueryDict, *, to: Any, after: str, size: int) -> Listing:
        narrowed = Narrowed(with_year(Lesson.objects.published()), LESSON_FACETS, query)
        if narrowed.problems:
            raise bad_request(narrowed.problems[0])
        keys, following = self.order.page(narrowed.results, after=after, size=size)
        lessons = Lesson.objects.for_page().in_bulk(keys)
        return Listing([serialised(lessons[key]) for key in keys], following)

    def one(self, key: int, *, to: Any) -> dict[str, Any] | None:
        readable = Lesson.objects.visible_to(to).filter(status__in=(Status.PUBLISHED, Status.RETIRED))
        lesson = readable.for_page().filter(pk=key).first()
        return serialised(lesson) if lesson else None


def serialised(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson that comes from for_page() as JSON values. Every name is always there."""
    return {
        "id": lesson.pk,
        "url": absolute(lesson.get_absolute_url()),
        "api_url": absolute(reverse("api:one", args=["lessons", lesson.pk])),
        "status": lesson.status,
        "sentence": lesson.sentence,
        "expected": lesson.expected,
        "happened": lesson.happened,
        "why": lesson.why,
        "applies_when": lesson.applies_when,
        "applies_not": lesson.applies_not,
        "priority": lesson.priority,
        "department": lesson.department.name if lesson.department else "",
        "site": lesson.site.name if lesson.site else "",
        "happened_on": day(lesson.happened_on),
        "tags": sorted(tag.name for tag in lesson.tags.all()),
        "published_at": moment(lesson.published_at or lesson.created_at),
        "changed_at": moment(lesson.changed_at),
    }
