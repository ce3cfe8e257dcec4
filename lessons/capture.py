"""What people do with lessons on their way to readers: send for validation, return, publish, retire."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle import moves
from kmportal.search import indexing
from lessons.lifecycle import LESSON_LIFECYCLE
from lessons.models import Lesson


@transaction.atomic
def move(lesson: Lesson, name: str, *, by: Any, note: str = "") -> None:
    """Make one move of the lesson's lifecycle; the search knows of it in the same transaction.

    `by=None` is the portal itself. Raises NotAllowed (WrongState, MissingPermission) with the reason in words.
    """
    stamps = {"changed_at": timezone.now()}
    if name == "publish":
        stamps["published_at"] = stamps["changed_at"]  # its only publication: no move leads back from retirement
    moves.perform(LESSON_LIFECYCLE, name, lesson, by=by, note=note, stamps=stamps)
    indexing.refresh([lesson])
