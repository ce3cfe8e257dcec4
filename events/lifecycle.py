"""The life of a session: its legal moves, as a table."""

from events.status import Status
from kmportal.lifecycle.transitions import Lifecycle, Transition

SESSION_LIFECYCLE = Lifecycle(
    (
        Transition("publish", (Status.DRAFT,), Status.PUBLISHED, "events.publish_session", "Publish"),
        Transition(
            "cancel", (Status.PUBLISHED,), Status.CANCELLED, "events.publish_session", "Cancel", needs_note=True
        ),
    )
)
