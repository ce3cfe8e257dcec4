"""Lessons learned: what was expected, what happened, why, and what to do next time."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager

from kmportal.people.models import Department, Site
from lessons import access
from lessons.status import Status


class Priority(models.TextChoices):
    """How a lesson wants to be read. What went well counts as much as what went wrong."""

    URGENT = "urgent", "Urgent"
    CAUTION = "caution", "Caution"
    INFORMATION = "information", "Information"
    GOOD_PRACTICE = "good_practice", "Good practice"


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Questions that pages and the search ask about lessons."""

    def published(self) -> "LessonQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def visible_to(self, user: Any) -> "LessonQuerySet":
        """Return the lessons whose page the user may open (see access.py)."""
        return self.filter(access.visible_lessons(user))

    def newest_first(self) -> "LessonQuerySet":
        return self.order_by("-happened_on", "-pk")

    def by_publication(self) -> "LessonQuerySet":
        """Order by when readers could see each first, its `published`, the latest first."""
        return self.annotate(published=Coalesce("published_at", "created_at")).order_by("-published", "-pk")

    def for_list(self) -> "LessonQuerySet":
        """Fetch with each lesson what a list shows, in a fixed number of queries."""
        return self.select_related("department", "site")

    def for_page(self) -> "LessonQuerySet":
        """Fetch with each lesson what its page shows, in a fixed number of queries."""
        return self.for_list().prefetch_related("tags")  # type: ignore[misc]  # the stubs do not know taggit


class Lesson(models.Model):
    """One lesson. Its sentence reads: When … do … because …."""

    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    sentence = models.CharField(
        "the lesson in one sentence", max_length=400, help_text="When … do … because …. Readers see this first."
    )
    expected = models.TextField("what did you expect?", blank=True, max_length=10_000)
    happened = models.TextField("what happened?", blank=True, max_length=10_000)
    why = models.TextField("why was there a difference?", blank=True, max_length=10_000)
    applies_when = models.TextField("when does it apply?", blank=True, max_length=2_000)
    applies_not = models.TextField("when does it not apply?", blank=True, max_length=2_000)
    priority = models.CharField(max_length=20, choices=Priority, default=Priority.INFORMATION)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons")
    happened_on = models.DateField("when did it happen?", null=True, blank=True)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons"
    )
    tags = TaggableManager(blank=True, help_text="Free words, with commas between them.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = LessonQuerySet.as_manager()

    # Given by by_publication().
    published: datetime.datetime

    class Meta:
        permissions = [("validate_lesson", "Can validate, publish and retire lessons")]
        indexes = [models.Index(fields=["status", "-happened_on", "-id"], name="lesson_newest")]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return reverse("lessons:lesson", args=[self.pk])

    def is_owned_by(self, user: Any) -> bool:
        return user.is_authenticated and self.captured_by_id == user.pk
