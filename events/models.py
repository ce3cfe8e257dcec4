"""Sessions: the cafes, reviews and other meetings at which people share what they know."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from events import access
from events.status import Status
from events.times import span_words
from kmportal.lifecycle.models import StatusChange
from kmportal.people.models import Site


class Kind(models.TextChoices):
    """The methods that a session can use."""

    CAFE = "cafe", "Knowledge cafe"
    COFFEE = "coffee", "Randomised coffee trial"
    AFTER_ACTION_REVIEW = "aar", "After action review"
    BEFORE_ACTION_REVIEW = "bar", "Before action review"
    PEER_ASSIST = "peer_assist", "Peer assist"
    COMMUNITY = "community", "Community of practice meeting"
    TRAINING = "training", "Training"


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions that pages and the search ask about sessions."""

    def published(self) -> "SessionQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def announced(self) -> "SessionQuerySet":
        """Return what the list of events shows: published sessions, and cancelled ones so that nobody turns up."""
        return self.filter(status__in=access.ANNOUNCED)

    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Return the sessions whose page the user may open (see access.py)."""
        return self.filter(access.visible_sessions(user))

    def upcoming(self, now: datetime.datetime) -> "SessionQuerySet":
        """Return what has not ended yet, the next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime.datetime) -> "SessionQuerySet":
        """Return what has ended, the latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def by_announcement(self) -> "SessionQuerySet":
        """Order by when each was announced, its `announced_at`, the latest first.

        One that nobody has announced by a move was so when it was written.
        """
        announcements = StatusChange.objects.filter(
            content_type=ContentType.objects.get_for_model(Session),
            object_id=models.OuterRef("pk"),
            target=Status.PUBLISHED,
        )
        first = models.Subquery(announcements.order_by("at", "pk").values("at")[:1])
        return self.annotate(announced_at=Coalesce(first, "created_at")).order_by("-announced_at", "-pk")

    def for_list(self) -> "SessionQuerySet":
        """Fetch with each session what a list shows, in a fixed number of queries."""
        return self.select_related("site", "facilitator")


class Session(models.Model):
    """One meeting, at one place and time."""

    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True, max_length=10_000)
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    place = models.CharField("room or link", max_length=300, blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    # Given by by_announcement().
    announced_at: datetime.datetime

    class Meta:
        permissions = [("publish_session", "Can publish and cancel sessions")]
        indexes = [models.Index(fields=["status", "starts_at"], name="session_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:session", args=[self.pk])

    def is_owned_by(self, user: Any) -> bool:
        return user.is_authenticated and self.facilitator_id == user.pk

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def when(self) -> str:
        """When the session is, in words, UK time."""
        return span_words(timezone.localtime(self.starts_at), timezone.localtime(self.ends_at))

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "The session must end after it starts."})
