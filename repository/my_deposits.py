"""What somebody has deposited, and whose turn it is with each."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from kmportal.design.dates import day_words
from repository import access, drafts
from repository.models import Record, Submission
from repository.models.record import RecordQuerySet
from repository.status import Status

TURNS: dict[str, str] = {
    Status.DRAFT: "Your turn: finish it and send it for review",
    Status.SUBMITTED: "With the library: waiting for a reviewer",
    Status.RETURNED: "Your turn: changes asked for",
    Status.REJECTED: "Closed: the library did not accept it",
    Status.ACCEPTED: "With the library: waiting for its release",
    Status.PUBLISHED: "Done: readers can find it",
    Status.REPLACED: "Done: a newer version has taken its place",
    Status.WITHDRAWN: "Closed: its page says why it is gone",
}


def deposits_of(user: Any) -> RecordQuerySet:
    """Return the records that the user deposited or entered for a colleague, what changed last first."""
    return Record.objects.filter(Q(depositor=user) | Q(entered_by=user)).order_by("-changed_at", "-pk")


def with_turn(records: RecordQuerySet) -> RecordQuerySet:
    """Give each record what `turn_of` reads, in the same query."""
    waiting = Submission.objects.waiting().filter(record=OuterRef("pk"))
    return records.select_related("depositor", "entered_by").annotate(
        reviewer_name=Subquery(waiting.values("reviewer__name")[:1]),
        claimed_at=Subquery(waiting.values("claimed_at")[:1]),
    )


def turn_of(record: Any) -> str:
    """Say whose turn it is with a record that comes from `with_turn()`: "With Libby Librarian since 5 May 2026"."""
    if record.status == Status.SUBMITTED and record.reviewer_name:
        since = f" since {day_words(timezone.localtime(record.claimed_at))}" if record.claimed_at else ""
        return f"With {record.reviewer_name}{since}"
    return TURNS[record.status]


def states_of(user: Any) -> list[tuple[str, str, int]]:
    """Return the states in which the user has records: value, label and number, in the order of a record's life."""
    rows = deposits_of(user).order_by().values_list("status").annotate(number=Count("pk"))
    numbers = dict(rows)
    return [(value, label, numbers[value]) for value, label in Status.choices if value in numbers]


@dataclass(frozen=True)
class OwnerPanel:
    """What the page of a record tells whoever deposited it: whose turn it is, and what is missing for the review."""

    turn: str
    missing: tuple[str, ...]
    may_edit: bool
    may_send: bool


def owner_panel(record: Record, user: Any) -> OwnerPanel | None:
    """Return the panel for the depositor and for who entered it, else None. At most one query beside the record's."""
    if not record.is_owned_by(user):
        return None
    may_edit = access.may_edit(user, record)
    is_theirs = record.status in access.DEPOSITORS_STATES
    missing = tuple(need.sentence for need in drafts.what_is_missing(record)) if is_theirs else ()
    turn = TURNS[record.status]
    if record.status == Status.SUBMITTED:
        turn = turn_of(with_turn(Record.objects.filter(pk=record.pk)).get())
    return OwnerPanel(turn, missing, may_edit, is_theirs and not missing)
