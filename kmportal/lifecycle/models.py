"""The history of things: one row for each change of state or of content, never changed or deleted."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    """Questions about what became of things."""

    def of(self, thing: models.Model) -> "StatusChangeQuerySet":
        """Return the history of one thing, oldest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk).order_by(
            "at", "pk"
        )


class StatusChange(models.Model):
    """Who moved what from which state to which, when and why. Nobody stands for the portal itself."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    thing = GenericForeignKey("content_type", "object_id")
    move = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="status_changes"
    )
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="status_change_history")]

    def __str__(self) -> str:
        return f"{self.move}: {self.source} to {self.target}"


class EditQuerySet(models.QuerySet["Edit"]):
    """Questions about how things came to say what they say."""

    def of(self, thing: models.Model) -> "EditQuerySet":
        """Return the edits of one thing, oldest first."""
        kind = ContentType.objects.get_for_model(thing)
        return self.filter(content_type=kind, object_id=thing.pk).order_by("at", "pk")


class Edit(models.Model):
    """Who changed what a thing says, from what to what. Written by edits.py only; nobody stands for the portal."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    thing: Any = GenericForeignKey("content_type", "object_id")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="edits"
    )
    at = models.DateTimeField(default=timezone.now)
    # [{"part": "title", "label": "title", "before": "…", "after": "…"}, …]: texts as a reader would see them.
    changes = models.JSONField(default=list)
    # What the change was a part of, in a few words: "Merged with …", "Bulk edit of 40 records".
    reason = models.CharField(max_length=300, blank=True)

    objects = EditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id", "at"], name="edit_history")]

    def __str__(self) -> str:
        return f"Edit of {self.object_id}"
