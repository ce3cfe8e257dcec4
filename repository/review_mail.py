"""Tell people by mail what becomes of a record in the review. Each message goes out once, whatever is run again."""

from collections.abc import Collection, Iterable
from typing import Any

from kmportal.mail import posting
from kmportal.people.models import User
from kmportal.people.roles import LIBRARY_MANAGER
from repository import access
from repository.descriptions import LABELS
from repository.models import ImportedFrom, Record, ReviewNote, Submission
from repository.models.submission import SubmissionOutcome

# The message to the depositor, by the move that it tells of.
TO_DEPOSITOR = {
    "return": "returned",
    "reject": "rejected",
    "reconsider": "returned",
    "accept": "accepted",
    "publish": "published",
    "release": "published",
}
# Moves of which the library hears.
OF_INTEREST = frozenset({"submit", "take_back"})


def tell_of_move(records: Collection[Record], move: str, *, by: Any, note: str) -> None:
    """Tell depositors what became of their records, the reviewer that one came again, and managers what waits.

    Nobody is told of what they did themselves, and of what came with an import only managers are told.
    """
    if move not in TO_DEPOSITOR.keys() | OF_INTEREST:
        return
    keys = [record.pk for record in records]
    imported = set(ImportedFrom.objects.filter(record__in=keys).values_list("record", flat=True))
    if imported.issuperset(keys) and move != "accept":
        return
    turns = Submission.objects.filter(record__in=keys).select_related("reviewer").defer("returned_as")
    latest = {turn.record_id: turn for turn in turns.order_by("sent_at", "pk")}
    for record in records:
        turn = latest.get(record.pk)
        if turn is None:
            continue
        if move == "accept":
            _post(f"for-release-{turn.pk}", _managers(), "for_release", by=by, record=record)
        if record.pk in imported:
            continue
        key = f"{move}-{turn.pk}"
        if move in TO_DEPOSITOR:
            notes = [(LABELS[one.part], one.text) for one in turn.notes.exclude(part="")] if move == "return" else []
            _post(key, depositors_of(record), TO_DEPOSITOR[move], by=by, record=record, note=note, notes=notes)
        elif move == "submit":
            _post(key, last_reviewer(record), "came_again", by=by, record=record)
        elif turn.reviewer:
            _post(key, [turn.reviewer], "taken_back", by=by, record=record)


def tell_of_message(said: ReviewNote, *, by: Any) -> None:
    """Tell the depositor what a reviewer says, or the reviewer what the depositor says."""
    record = said.record
    if record.is_owned_by(by):
        turn = Submission.objects.waiting().filter(record=record).select_related("reviewer").first()
        people = [turn.reviewer] if turn and turn.reviewer else last_reviewer(record)
    else:
        people = depositors_of(record)
    _post(f"message-{said.pk}", people, "message", by=by, record=record, said=said)


def tell_of_assignment(submission: Submission, *, by: Any) -> None:
    """Tell the reviewer that a record was handed to them."""
    if submission.reviewer and submission.claimed_at:
        key = f"assigned-{submission.pk}-{submission.claimed_at.timestamp():.0f}"
        _post(key, [submission.reviewer], "assigned", by=by, record=submission.record)


def remind(submission: Submission, *, days: int, lost_after: int) -> None:
    """Remind the reviewer of a record that they have not touched for so many working days, and when they lose it."""
    _of_claim("reminder", submission, days=days, lost_after=lost_after)


def tell_of_lost_claim(submission: Submission, *, days: int) -> None:
    """Tell the reviewer that what they claimed and left for so many working days is in the pool again."""
    _of_claim("given_back", submission, days=days)


def depositors_of(record: Record) -> list[User]:
    """Return whose deposit it is: the depositor, and whoever entered it for them."""
    return [person for person in (record.depositor, record.entered_by) if person]


def last_reviewer(record: Record) -> list[User]:
    """Return the one who returned the record last, if anybody did and they still review."""
    returned = Submission.objects.filter(record=record, outcome=SubmissionOutcome.RETURNED, reviewer__isnull=False)
    latest = returned.select_related("reviewer").order_by("-sent_at", "-pk").first()
    reviewer = latest.reviewer if latest else None
    return [reviewer] if reviewer and access.may_review(reviewer) else []


def _of_claim(template: str, submission: Submission, **context: int) -> None:
    if submission.reviewer and submission.touched_at:
        key = f"{template}-{submission.pk}-{submission.touched_at.timestamp():.0f}"
        _post(key, [submission.reviewer], template, by=None, record=submission.record, **context)


def _managers() -> Iterable[User]:
    return User.objects.filter(is_active=True, groups__name=LIBRARY_MANAGER.name)


def _post(key: str, people: Iterable[User], template: str, *, by: Any, **context: Any) -> None:
    for person in {person.pk: person for person in people if by is None or person.pk != by.pk}.values():
        posting.post(
            f"review-{key}-to-{person.pk}",
            to=person,
            template=f"repository/mail/{template}",
            context={**context, "by": by},
        )
