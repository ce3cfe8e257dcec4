"""What can go stale: who answers for it, when it was last found true, and what readers and owners said of it."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from kmportal.people.models import User


class Reviewable(models.Model):
    """A thing that somebody answers for and looks at again at intervals. Without an interval it never falls due."""

    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_%(class)ss",
        help_text="Whoever answers for it and is asked whether it is still true.",
    )
    deputy = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputised_%(class)ss",
        help_text="Asked when the owner does not answer, or has left.",
    )
    review_months = models.PositiveSmallIntegerField(
        "months between reviews",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    last_reviewed = models.DateField(null=True, blank=True)
    # Worked out from the two above (due.py) by whoever writes them.
    next_review = models.DateField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True


class Verdict(models.TextChoices):
    """What an owner says of a thing that is due."""

    CURRENT = "current", "Still true"
    CHANGE = "change", "Needs a change"
    OBSOLETE = "obsolete", "Obsolete"


class AboutAThing(models.Model):
    """A row that speaks of one thing of any reviewable model."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    thing: Any = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Confirmation(AboutAThing):
    """One answer to "is this still true?", never changed."""

    verdict = models.CharField(max_length=10, choices=Verdict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="confirmations")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, max_length=2_000)
    was_due = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="confirmations_of_a_thing")]

    def __str__(self) -> str:
        return self.get_verdict_display()


class Flag(AboutAThing):
    """A reader's word that something may no longer be true. Open until somebody who answers for it settles it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flags")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField("what is wrong", max_length=2_000)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="flags_of_a_thing")]

    def __str__(self) -> str:
        return self.text[:80]


class Reminder(AboutAThing):
    """That a person was reminded of a thing which is due on a day; each stage of reminding comes once."""

    # None is the library's own mailbox.
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="reminders")
    due = models.DateField()
    # "soon" (30 days before), "due" (on the day), "overdue-1", "overdue-2" … (weekly after).
    stage = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "to", "due", "stage"],
                name="person_is_reminded_once_a_stage",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.due}"
