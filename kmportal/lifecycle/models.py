"""The history of every lifecycle: one row for each change of state, never changed or deleted."""

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
