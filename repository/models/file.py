"""Files of records: what the user sees of a file, beside content that is stored under its own checksum."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from repository.models.record import Record


class RecordFileQuerySet(models.QuerySet["RecordFile"]):
    """Questions that pages ask about files."""

    def readable_by(self, user: Any) -> "RecordFileQuerySet":
        """Return the files that the user may read: those of visible records that were not withdrawn."""
        return self.filter(record__in=Record.objects.visible_to(user).without_withdrawn())


class RecordFile(models.Model):
    """One file of a record. Its content stands in the file store (file_store.py) under its SHA-256."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField("size in bytes", editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="uploads"
    )

    objects = RecordFileQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint("record", "name", name="file_name_is_one_in_its_record")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("repository:file", args=[self.record_id, self.name])

    @property
    def kind(self) -> str:
        """What kind of file it is, as people call it: PDF, DOCX."""
        return self.name.rpartition(".")[2].upper()
