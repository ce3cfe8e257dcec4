"""Who may see what in the lessons: the only place that decides."""

from typing import Any

from django.db.models import Q

from lessons.status import Status


def visible_lessons(user: Any) -> Q:
    """Return the condition for lessons whose page the user may open.

    Everybody: what is published or retired. The one who captured it: their own. Those who validate lessons: all.
    """
    if user.has_perm("lessons.view_lesson"):
        return Q()
    condition = Q(status__in=(Status.PUBLISHED, Status.RETIRED))
    if user.is_authenticated:
        condition |= Q(captured_by=user)
    return condition


def may_validate(user: Any) -> bool:
    """Tell whether lessons that are sent in wait for the user."""
    return user.has_perm("lessons.validate_lesson")


def may_link(user: Any, lesson: Any) -> bool:
    """Tell whether the user may link the lesson to other things: who looks after lessons, and who captured it."""
    return user.has_perm("lessons.change_lesson") or lesson.is_owned_by(user)


def may_read_history(user: Any, lesson: Any) -> bool:
    """Tell whether the user may read who moved a lesson and why: those who validate, and the one who captured it."""
    return may_validate(user) or lesson.is_owned_by(user)
