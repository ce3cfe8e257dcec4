"""The publication of a lesson: its legal moves, as a table."""

from kmportal.lifecycle.transitions import Lifecycle, Transition
from lessons.status import Status

LESSON_LIFECYCLE = Lifecycle(
    (
        Transition(
            "submit",
            (Status.DRAFT,),
            Status.SUBMITTED,
            "lessons.validate_lesson",
            "Send for validation",
            owner_may=True,
        ),
        Transition("return", (Status.SUBMITTED,), Status.DRAFT, "lessons.validate_lesson", "Return", needs_note=True),
        Transition("publish", (Status.SUBMITTED,), Status.PUBLISHED, "lessons.validate_lesson", "Publish"),
        Transition("retire", (Status.PUBLISHED,), Status.RETIRED, "lessons.validate_lesson", "Retire", needs_note=True),
    )
)
