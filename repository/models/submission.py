"""Submissions: each time a record is sent for review, who looks at it, and what they said to each other."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from repository.models.record import Record


class SubmissionOutcome(models.TextChoices):
    """How a submission ended."""

    PUBLISHED = "published", "Published"
    ACCEPTED = "accepted", "Accepted, waiting for release"
    RETURNED = "returned", "Returned for changes"
    REJECTED = "rejected", "Not accepted"
    TAKEN_BACK = "taken_back", "Taken back by the depositor"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Questions that the queue asks."""

    def waiting(self) -> "SubmissionQuerySet":
        """Return the submissions that nobody has ended yet."""
        return self.filter(ended_at__isnull=True)


class Submission(models.Model):
    """One turn of a record in the review. While open it stands in the pool, or with the reviewer who claimed it."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="submissions")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    claimed_at = models.DateTimeField(null=True)
    # What the reviewer last did with it; a claim that nobody touches goes back to the pool.
    touched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=SubmissionOutcome, blank=True)
    # What the record said when it was returned (descriptions.py), for the comparison when it comes again.
    returned_as = models.JSONField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "record", condition=models.Q(ended_at__isnull=True), name="record_is_in_review_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["sent_at", "id"], condition=models.Q(ended_at__isnull=True), name="submissions_waiting"
            ),
            models.Index(
                fields=["reviewer", "touched_at"], condition=models.Q(ended_at__isnull=True), name="submissions_claimed"
            ),
        ]

    def __str__(self) -> str:
        return f"Submission of {self.record_id}"


class ReviewNote(models.Model):
    """Something that a reviewer or the depositor said of the record, to each other and to nobody else."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="review_notes")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, null=True, related_name="notes")
    # The part of the form that the note is about ("issued", "contributors"); empty for the record as a whole.
    part = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=5_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="review_notes")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:80]
