"""Board reports that somebody saved, to be made again with the figures of the day."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class SavedReport(models.Model):
    """The choices of a report under a name."""

    name = models.CharField(max_length=200)
    # The query of the report's address, such as "start=2024&end=2026&by=department".
    query = models.CharField(max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_reports")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint("by", "name", name="saved_report_has_its_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('repository:board_report')}?{self.query}"
