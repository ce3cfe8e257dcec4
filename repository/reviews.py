"""What reviewers do: claim, hand over, decide and say; and what they and the depositor said to each other.

Every verb locks the record first and its submission second, as the lifecycle's moves do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kmportal.lifecycle.transitions import MissingPermission, NotAllowed
from kmportal.people.models import User
from repository import access, deposits, embargoes, review_mail, working_days
from repository.descriptions import LABELS
from repository.models import Record, ReviewNote, Submission
from repository.restricting import Embargo
from repository.status import Status

# Working days after which a claim that nobody touches is remembered, and after which it is lost.
REMIND_AFTER = 3
LOST_AFTER = 5


@dataclass(frozen=True)
class Said:
    """A line of the conversation: who said when what, of which part of the record in words. Nobody is the portal."""

    by: User | None
    at: Any
    text: str
    part: str


@transaction.atomic
def claim(submission: Submission, *, by: Any) -> None:
    """Take a submission from the pool. Raises NotAllowed with the name of whoever was quicker."""
    fresh = _locked(submission)
    _refuse_unfit(fresh.record, by)
    if fresh.reviewer and fresh.reviewer != by:
        raise NotAllowed(f"{fresh.reviewer} is reviewing this already.")
    _hand_to(fresh, by)


@transaction.atomic
def give_back(submission: Submission, *, by: Any) -> None:
    """Put a submission back into the pool: one's own, or anybody's for those who manage reviews."""
    fresh = _locked(submission)
    if fresh.reviewer is None:
        raise NotAllowed("Nobody has claimed this: it is in the pool.")
    if fresh.reviewer != by and not access.may_manage_reviews(by):
        raise MissingPermission(f"{fresh.reviewer} is reviewing this. Only they or a library manager can give it back.")
    _hand_to(fresh, None)


@transaction.atomic
def assign(submission: Submission, *, to: User, by: Any) -> None:
    """Hand a submission to a reviewer, whoever has it. For those who manage reviews; the reviewer is told by mail."""
    if not access.may_manage_reviews(by):
        raise MissingPermission("Only a library manager can hand a review to somebody else.")
    fresh = _locked(submission)
    if not to.is_active or not access.may_review(to):
        raise NotAllowed(f"{to} does not review records.")
    if fresh.record.is_owned_by(to):
        raise NotAllowed(f"{to} deposited this record, so somebody else must review it.")
    _hand_to(fresh, to)
    review_mail.tell_of_assignment(fresh, by=by)


@transaction.atomic
def accept(
    record: Record, *, by: Any, note: str = "", embargo: Embargo | None = None, whole_record: bool = False
) -> None:
    """Publish the record, or leave it for a release where its collection asks for one and this reviewer may not.

    An embargo is on its files, or on the whole record, and stands in place of the one that the depositor wished for;
    a file that is meant for fewer people stays theirs.
    It is set first, so that nobody reads in between what it covers. Raises NotAllowed, and EmbargoInPast where the
    embargo would be over already.
    """
    Record.objects.select_for_update().get(pk=record.pk)
    record.refresh_from_db()
    groups = list(record.groups.all())
    if record.embargo_until:
        embargoes.clear(record, by=by, reason="The reviewer decided on the embargo")
    if embargo and whole_record:
        embargoes.set(record, until=embargo.until, after=embargo.after, reason=embargo.reason, by=by, groups=groups)
    elif embargo:
        if not record.files.exists():
            raise NotAllowed("This record has no files to put under an embargo. Choose the whole record.")
        embargoes.set_on_files(record, embargo, by=by)
    record.refresh_from_db()
    deposits.move(record, accepting_move(record, by), by=by, note=note)


def accepting_move(record: Record, user: Any) -> str:
    """Return the name of the move by which the user accepts the record: "publish", or "accept" for a release."""
    needs_release = record.collection is not None and record.collection.needs_release
    return "accept" if needs_release and not access.may_release(user) else "publish"


@transaction.atomic
def return_with_notes(record: Record, *, by: Any, notes: Mapping[str, str] | None = None, note: str = "") -> None:
    """Return the record to its depositor with what to change: notes on its parts (part to text), and on the whole.

    Raises NotAllowed where nothing is said.
    """
    said = {part: text for part, text in (notes or {}).items() if text.strip()}
    if unknown := said.keys() - LABELS.keys():
        raise ValueError(f"A record has no such parts: {sorted(unknown)}")
    Record.objects.select_for_update().get(pk=record.pk)
    submission = Submission.objects.waiting().filter(record=record).first()
    # Before the move, so that the message that tells of it can hold them.
    ReviewNote.objects.bulk_create(
        ReviewNote(record=record, submission=submission, part=part, text=said[part], by=by)
        for part in LABELS
        if part in said
    )
    deposits.move(record, "return", by=by, note=note.strip() or _summary(said))


def reject(record: Record, *, by: Any, note: str) -> None:
    """Refuse the record, with the reason that its depositor reads."""
    deposits.move(record, "reject", by=by, note=note)


@transaction.atomic
def say(record: Record, *, by: Any, text: str) -> ReviewNote:
    """Say something in the conversation about the record, and tell the other side by mail.

    For reviewers and the depositor, once it was sent for review. Raises NotAllowed.
    """
    fresh = Record.objects.select_for_update().get(pk=record.pk)
    if not access.may_read_history(by, fresh):
        raise MissingPermission("Only the depositor and reviewers write here.")
    if not may_say(fresh):
        raise NotAllowed("Nobody else sees this record yet. Send it for review first.")
    submission = fresh.submissions.order_by("-sent_at", "-pk").first()
    said = ReviewNote.objects.create(record=fresh, submission=submission, text=text, by=by)
    Submission.objects.waiting().filter(record=fresh, reviewer=by).update(touched_at=timezone.now())
    review_mail.tell_of_message(said, by=by)
    return said


def may_say(record: Record) -> bool:
    """Tell whether there is anybody to talk to: a draft is its depositor's alone."""
    return record.status != Status.DRAFT


def conversation(record: Record) -> list[Said]:
    """Return what reviewers and the depositor said to each other about the record, oldest first, in one query."""
    notes = record.review_notes.select_related("by")
    return [Said(note.by, note.at, note.text, LABELS.get(note.part, "")) for note in notes]


def reviewers() -> QuerySet[User]:
    """Return the people who may review, by name."""
    permission = Permission.objects.filter(content_type__app_label="repository", codename="review_record")
    may = Q(is_superuser=True) | Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    return User.objects.filter(pk__in=User.objects.filter(may, is_active=True).order_by().values("pk"))


def reviewers_of(record: Record) -> QuerySet[User]:
    """Return the people who may review the record, by name: not those whose deposit it is."""
    return reviewers().exclude(pk__in=[key for key in (record.depositor_id, record.entered_by_id) if key])


def give_back_stale(now: Any) -> int:
    """Put back into the pool what nobody has touched for five working days; remind of it after three.

    The conversation and a mail to the reviewer say so. Returns how many went back.
    """
    returned = 0
    for submission in _untouched(LOST_AFTER, now):
        returned += _lose(submission, now)
    for submission in _untouched(REMIND_AFTER, now):
        review_mail.remind(submission, days=REMIND_AFTER, lost_after=LOST_AFTER)
    return returned


def _untouched(days: int, now: Any) -> QuerySet[Submission]:
    claimed = Submission.objects.waiting().filter(reviewer__isnull=False)
    stale = claimed.filter(touched_at__lt=working_days.untouched_since(days, now))
    return stale.select_related("record", "reviewer")


@transaction.atomic
def _lose(submission: Submission, now: Any) -> bool:
    """Take the claim away, unless somebody has touched it meanwhile; tell whether it was."""
    try:
        fresh = _locked(submission)
    except NotAllowed:
        return False
    if fresh.reviewer is None or fresh.touched_at != submission.touched_at:
        return False
    review_mail.tell_of_lost_claim(fresh, days=LOST_AFTER)
    text = f"{fresh.reviewer} had this for {LOST_AFTER} working days and did not get to it, so it is in the pool again."
    ReviewNote.objects.create(record=fresh.record, submission=fresh, text=text, by=None, at=now)
    _hand_to(fresh, None)
    return True


def _locked(submission: Submission) -> Submission:
    """Return the submission as it is now, locked until the transaction ends. Raises NotAllowed once it has ended."""
    Record.objects.select_for_update().filter(pk=submission.record_id).first()
    rows = Submission.objects.waiting().select_for_update(of=("self",)).select_related("record", "reviewer")
    fresh = rows.filter(pk=submission.pk).first()
    if fresh is None:
        raise NotAllowed("This does not wait for review any more.")
    return fresh


def _hand_to(submission: Submission, reviewer: Any) -> None:
    submission.reviewer = reviewer
    submission.touched_at = submission.claimed_at = timezone.now() if reviewer else None
    submission.save(update_fields=["reviewer", "claimed_at", "touched_at"])


def _refuse_unfit(record: Record, user: Any) -> None:
    if not access.may_review(user):
        raise MissingPermission("You do not review records.")
    deposits.refuse_own_judgement([record], ["return"], by=user)


def _summary(notes: Mapping[str, str]) -> str:
    """Say in the history which parts the notes are about, where nothing else was said."""
    labels = [LABELS[part].lower() for part in LABELS if part in notes]
    return f"See the notes on: {', '.join(labels)}." if labels else ""
