"""Keep the submissions in step with the states of their records: each turn in the review begins and ends here."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, review_mail
from repository.descriptions import describe, for_description
from repository.models import Record, ReviewNote, Submission
from repository.models.submission import SubmissionOutcome as Outcome
from repository.status import Status

# How a turn in the review ends, by the move that ends it.
ENDS = {
    "publish": Outcome.PUBLISHED,
    "accept": Outcome.ACCEPTED,
    "return": Outcome.RETURNED,
    "reject": Outcome.REJECTED,
    "take_back": Outcome.TAKEN_BACK,
}
# The ends that a reviewer decides on.
DECISIONS = frozenset(ENDS) - {"take_back"}
# Moves whose reason is said to the depositor.
TOLD = DECISIONS | {"reconsider", "hold"}
# Moves that hand the record back to its depositor to be changed.
HANDED_BACK = frozenset({"return", "reconsider", "take_back"})


def refuse_claimed(records: Collection[Record], names: Sequence[str], *, by: Any) -> None:
    """Raise NotAllowed where the moves would decide on what another reviewer has claimed, with that person's name.

    Whoever manages reviews may. What is sent in and decided in one go was never claimed.
    """
    is_decided = DECISIONS & set(names) and "submit" not in names
    if by is None or not is_decided or not access.may_review(by) or access.may_manage_reviews(by):
        return
    claimed = Submission.objects.waiting().filter(record__in=records, reviewer__isnull=False).exclude(reviewer=by)
    submission = claimed.select_related("reviewer").first()
    if submission:
        raise NotAllowed(
            f"{submission.reviewer} is reviewing this. Ask them to give it back, or ask a library manager to hand it "
            "to you."
        )


def keep_in_step(records: Collection[Record], names: Sequence[str], *, by: Any, note: str) -> None:
    """Begin or end the submissions of records that have just made the moves, and tell those whom it concerns.

    The reason joins the conversation. What is handed back keeps what it said, for the comparison when it comes again.
    """
    now = timezone.now()
    last = names[-1]
    if last in ENDS:
        end: dict[str, Any] = {"ended_at": now, "outcome": ENDS[last]}
        if last in DECISIONS and by:
            end["reviewer"] = by
        Submission.objects.waiting().filter(record__in=records).update(**end)
    if last in HANDED_BACK:
        _keep_what_they_said(records)
    begun = [record for record in records if record.status == Status.SUBMITTED]
    Submission.objects.bulk_create(Submission(record=record, sent_by=by, sent_at=now) for record in begun)
    # Of what is sent in and published in one go, such as an import, there is nothing to tell.
    if len(names) > 1:
        return
    if last in TOLD and note:
        ReviewNote.objects.bulk_create(ReviewNote(record=record, text=note, by=by, at=now) for record in records)
    review_mail.tell_of_move(records, last, by=by, note=note)


def _keep_what_they_said(records: Collection[Record]) -> None:
    latest = Submission.objects.filter(record__in=records).order_by("record", "-sent_at", "-pk").distinct("record")
    said = {
        record.pk: describe(record)
        for record in for_description(Record.objects.filter(pk__in=[record.pk for record in records]))
    }
    handed_back = list(latest)
    for submission in handed_back:
        submission.returned_as = said[submission.record_id]
    Submission.objects.bulk_update(handed_back, ["returned_as"])
