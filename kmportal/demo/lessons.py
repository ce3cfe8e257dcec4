"""Capture the demo lessons, and lead them through validation."""

import datetime

from django.utils import timezone

from kmportal.demo.history import Journey, review_steps, travel
from kmportal.demo.organisation import Organisation
from kmportal.demo.reading import Content, LessonRow
from kmportal.demo.timing import working_moment
from kmportal.search import indexing
from lessons import capture
from lessons.models import Lesson

COLUMNS = ("sentence", "expected", "happened", "why", "applies_when", "applies_not", "priority", "happened_on")


def capture_lessons(content: Content, organisation: Organisation) -> list[Lesson]:
    """Make the lessons in the order in which they happened, and return them."""
    journeys = []
    for turn, row in enumerate(sorted(content.lessons, key=lambda row: row.happened_on)):
        lesson = Lesson(
            **{column: getattr(row, column) for column in COLUMNS},
            department=organisation.departments[row.department],
            site=organisation.sites[row.site],
            captured_by=organisation.colleagues[row.captured_by],
        )
        lesson.full_clean()
        lesson.save()
        lesson.tags.add(*row.tags)
        journeys.append(_journey(lesson, row, turn, organisation))
    travel(journeys, move=capture.move)
    lessons = [journey.thing for journey in journeys]
    indexing.refresh(lessons)
    return lessons


def _journey(lesson: Lesson, row: LessonRow, turn: int, organisation: Organisation) -> Journey:
    today = timezone.localdate()
    author = organisation.colleagues[row.captured_by]
    if row.status == "published":
        begun_on = min(row.happened_on + datetime.timedelta(days=2 + turn % 9), today - datetime.timedelta(days=7))
    else:
        # What is unfinished is still in hand.
        begun_on = today - datetime.timedelta(days=5 + turn % 5)
    begun = working_moment(begun_on, turn)
    steps = review_steps(
        begun=begun,
        turn=turn,
        author=author,
        reviewer=organisation.reviewer("KM lead", turn, other_than=author),
        status=row.status,
        returned=row.returned,
        ending=("retire", row.retired),
    )
    return Journey(lesson, begun, steps)
