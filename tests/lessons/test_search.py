"""What the search is told of lessons."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from kmportal.search.results import search
from kmportal.search.sources import Audience, Entry
from lessons import capture
from lessons.models import Lesson
from lessons.search import LessonSource
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_search_hears_the_story_and_where_it_happened_but_not_who_told_it(staff):
    lesson = builders.make_lesson(
        "When a ward moves, phone ahead.",
        expected="Beds ready.",
        happened="No beds.",
        why="Nobody phoned.",
        department=builders.make_department("Cardiology"),
        site=builders.make_site("Riverside Hospital"),
        tags=("handover",),
        captured_by=staff,
    )

    assert list(LessonSource().entries(Lesson.objects.all())) == [
        Entry(
            object_id=lesson.pk,
            title="When a ward moves, phone ahead.",
            url=f"/lessons/{lesson.pk}/",
            label="Lesson",
            body="Beds ready.\nNo beds.\nNobody phoned.",
            keywords=("Cardiology", "Riverside Hospital", "handover"),
            detail="Cardiology, Riverside Hospital",
            year=2024,
            date=datetime.date(2024, 5, 14),
            audience=Audience.OPEN,
        )
    ]


def test_a_lesson_is_found_from_its_publication_to_its_retirement(km_lead):
    lesson = builders.make_lesson("When a ward moves, phone ahead.", status="submitted")

    def found() -> int:
        return search("phone", user=AnonymousUser()).total

    assert found() == 0
    capture.move(lesson, "publish", by=km_lead)
    assert found() == 1
    capture.move(lesson, "retire", by=km_lead, note="The phones are gone.")
    assert found() == 0
