"""The life of a record: its legal moves, as a table."""

from kmportal.lifecycle.transitions import Lifecycle, Transition
from repository.status import Status

RECORD_LIFECYCLE = Lifecycle(
    (
        Transition(
            "submit", (Status.DRAFT,), Status.SUBMITTED, "repository.review_record", "Send for review", owner_may=True
        ),
        Transition("return", (Status.SUBMITTED,), Status.DRAFT, "repository.review_record", "Return", needs_note=True),
        Transition("publish", (Status.SUBMITTED,), Status.PUBLISHED, "repository.publish_record", "Publish"),
        Transition(
            "withdraw",
            (Status.PUBLISHED,),
            Status.WITHDRAWN,
            "repository.withdraw_record",
            "Withdraw",
            needs_note=True,
            reason_help="Readers see it on the page that stays in the record’s place.",
        ),
        Transition(
            "reinstate",
            (Status.WITHDRAWN,),
            Status.PUBLISHED,
            "repository.withdraw_record",
            "Publish again",
            needs_note=True,
        ),
    )
)
