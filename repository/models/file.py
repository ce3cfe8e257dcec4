"""Files of records: what the user sees of a file, beside content that is stored under its own checksum."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from repository import access
from repository.audience import Restricted
from repository.models.record import Record


class Extraction(models.TextChoices):
    """How far the text of a file is taken out."""

    WAITING = "waiting", "Text not read yet"
    DONE = "done", "Text read"
    FAILED = "failed", "Text not extracted"
    NONE = "none", "No text to read"


class StoredContent(models.Model):
    """Content in the file store, which several files may share: what was found in it, and whether it is still whole."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField("size in bytes")
    content_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=timezone.now)
    extraction = models.CharField(max_length=10, choices=Extraction, default=Extraction.WAITING)
    text = models.TextField(blank=True)
    # Why the text could not be read, in a sentence for the librarian.
    failure = models.CharField(max_length=300, blank=True)
    pages = models.PositiveIntegerField(null=True)
    has_thumbnail = models.BooleanField(default=False)
    # Whether the file can do things by itself when opened (scripts, launches): such a PDF is not shown inline.
    is_active = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.sha256


class FixityProblem(models.TextChoices):
    """What a fixity check can find."""

    MISSING = "missing", "Missing from the store"
    CHANGED = "changed", "Changed since it was stored"
    ORPHAN = "orphan", "In the store, but nothing refers to it"


class FixityFinding(models.Model):
    """Something that a fixity check found wrong, open until it is put right."""

    sha256 = models.CharField(max_length=64)
    problem = models.CharField(max_length=10, choices=FixityProblem)
    detail = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-found_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                "sha256",
                "problem",
                condition=models.Q(settled_at__isnull=True),
                name="fixity_problem_is_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_problem_display()}: {self.sha256[:12]}"


class RecordFileQuerySet(models.QuerySet["RecordFile"]):
    """Questions that pages ask about files."""

    def readable_by(self, user: Any) -> "RecordFileQuerySet":
        """Return the files that the user may read (see access.py)."""
        return self.filter(access.readable_files(user))


class RecordFile(Restricted):
    """One file of a record; the first one is its main file. Its content stands in the file store under its SHA-256."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    content = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, db_column="sha256", editable=False, related_name="files"
    )
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
    def sha256(self) -> str:
        return self.content_id

    @property
    def kind(self) -> str:
        """What kind of file it is, as people call it: PDF, DOCX."""
        return self.name.rpartition(".")[2].upper()
