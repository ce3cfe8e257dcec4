"""Import batches: each file that was loaded, how far it is, and what became of every record in it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from repository.models.collection import Collection
from repository.models.record import Record


class BatchState(models.TextChoices):
    """How far a batch is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Could not be read"


class Outcome(models.TextChoices):
    """What an import did to a record. The values are the names of the batch's counts."""

    ADDED = "added", "Added"
    UPDATED = "updated", "Updated"


class ImportBatch(models.Model):
    """One file of records that a librarian or a command loaded."""

    file_name = models.CharField(max_length=300)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True)
    publish = models.BooleanField("publish at once", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="import_batches")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    # Why the file could not be read, in a sentence for the librarian.
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    # The five outcomes; what was read is their sum.
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # The first problems, as [{"line": 12, "label": "PMID 123", "reason": "…", "kind": "rejected"}, …].
    problems = models.JSONField(default=list)
    problems_left_out = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = "import"

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("repository:import_batch", args=[self.pk])

    @property
    def read(self) -> int:
        """How many records of the file have been dealt with."""
        return self.added + self.updated + self.unchanged + self.duplicates + self.rejected


class ImportedFrom(models.Model):
    """Where a record came from: what its source said at the last import, so that the next one can tell what changed.

    A field that a librarian has edited since differs from `data` and is kept when the source sends it again.
    """

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="imported_from")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, related_name="items")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ADDED)
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64)
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("source", "key", name="source_item_is_one_record")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
