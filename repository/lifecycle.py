"""The life of a record: its legal moves, as a table."""

from kmportal.lifecycle.transitions import Lifecycle, Transition
from repository.status import Status

REVIEW = "repository.review_record"
PUBLISH = "repository.publish_record"
RELEASE = "repository.release_record"
WITHDRAW = "repository.withdraw_record"

RECORD_LIFECYCLE = Lifecycle(
    (
        Transition(
            "submit", (Status.DRAFT, Status.RETURNED), Status.SUBMITTED, REVIEW, "Send for review", owner_may=True
        ),
        Transition(
            "take_back",
            (Status.SUBMITTED,),
            Status.DRAFT,
            "repository.manage_reviews",
            "Take back to change it",
            owner_may=True,
        ),
        Transition(
            "return",
            (Status.SUBMITTED,),
            Status.RETURNED,
            REVIEW,
            "Return",
            needs_note=True,
            reason_help="The depositor reads it. To say it beside a field, open the review.",
        ),
        Transition(
            "reject",
            (Status.SUBMITTED,),
            Status.REJECTED,
            REVIEW,
            "Do not accept",
            needs_note=True,
            reason_help="The depositor reads it.",
        ),
        Transition(
            "reconsider",
            (Status.REJECTED,),
            Status.RETURNED,
            REVIEW,
            "Reconsider",
            needs_note=True,
            reason_help="It goes back to the depositor, who reads this and can send it for review again.",
        ),
        Transition("accept", (Status.SUBMITTED,), Status.ACCEPTED, REVIEW, "Accept for release"),
        Transition("publish", (Status.SUBMITTED,), Status.PUBLISHED, PUBLISH, "Publish"),
        Transition("release", (Status.ACCEPTED,), Status.PUBLISHED, RELEASE, "Release"),
        Transition("hold", (Status.ACCEPTED,), Status.SUBMITTED, RELEASE, "Give back to review", needs_note=True),
        # Made when a later version is published, and never by itself.
        Transition("replace", (Status.PUBLISHED,), Status.REPLACED, PUBLISH, "Replace", is_button=False),
        Transition(
            "restore", (Status.REPLACED,), Status.PUBLISHED, WITHDRAW, "Make this the current version", needs_note=True
        ),
        # It asks for a reason from the list, and for what takes its place: its page is repository:withdraw.
        Transition(
            "withdraw",
            (Status.PUBLISHED, Status.REPLACED),
            Status.WITHDRAWN,
            WITHDRAW,
            "Withdraw",
            needs_note=True,
            is_button=False,
        ),
        Transition("reinstate", (Status.WITHDRAWN,), Status.PUBLISHED, WITHDRAW, "Publish again", needs_note=True),
    )
)
