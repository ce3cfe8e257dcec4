"""Import batches: each file that was loaded, how far it is, and what became of every entry in it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from repository.models.collection import Collection
from repository.models.record import Record


class BatchState(models.TextChoices):
    """How far a batch is."""

    WAITING = "waiting", "Waiting"
    COLUMNS = "columns", "Waits to be told its columns"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Could not be read"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class Outcome(models.TextChoices):
    """What an import did to a record. The values are the names of the batch's counts."""

    ADDED = "added", "Added"
    UPDATED = "updated", "Updated"


class Origin(models.TextChoices):
    """How a batch came to us."""

    UPLOAD = "upload", "Uploaded"
    PASTE = "paste", "Pasted"
    INBOX = "inbox", "From the inbox folder"
    HARVEST = "harvest", "Harvested"
    COMMAND = "command", "Loaded by a command"


class RowKind(models.TextChoices):
    """What became of an entry of a file, one row for each; a warning about an entry is a row beside that."""

    SIMILAR = "similar", "Possible duplicate"
    DUPLICATE = "duplicate", "Duplicate"
    REJECTED = "rejected", "Rejected"
    WARNING = "warning", "Warning"
    ADDED = "added", "Added"
    UPDATED = "updated", "Updated"
    UNCHANGED = "unchanged", "Unchanged"


# An entry of these kinds is no record of ours until somebody decides so.
SET_ASIDE = (RowKind.SIMILAR, RowKind.DUPLICATE)


class Decision(models.TextChoices):
    """What a librarian decided about an entry that was set aside."""

    LEAVE = "leave", "Left out"
    ADD = "add", "Added as a new record"
    COMPLETE = "complete", "Used to complete our record"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Questions about imports."""

    def for_list(self) -> "ImportBatchQuerySet":
        """Fetch with each batch what a list shows, and how many of its rows wait for a decision (`waiting_rows`)."""
        undecided = BatchRow.objects.undecided().filter(batch=models.OuterRef("pk")).order_by().values("batch")
        number = undecided.annotate(number=models.Count("pk")).values("number")
        return self.select_related("by").annotate(waiting_rows=models.Subquery(number))


class ImportBatch(models.Model):
    """One file of records that was loaded, whoever or whatever brought it."""

    file_name = models.CharField(max_length=300)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.UPLOAD)
    # A key of exchange.FORMATS; empty until it is known.
    format = models.CharField(max_length=20, blank=True)
    columns = models.ForeignKey("repository.ColumnMapping", on_delete=models.SET_NULL, null=True, blank=True)
    harvest = models.ForeignKey(
        "repository.HarvestSource", on_delete=models.SET_NULL, null=True, blank=True, related_name="batches"
    )
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True)
    publish = models.BooleanField("publish at once", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="import_batches")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    # Why the file could not be read, in a sentence for the librarian.
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    # The five outcomes; what was read is their sum.
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    objects = ImportBatchQuerySet.as_manager()

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


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    """Questions about what an import set aside."""

    def undecided(self) -> "BatchRowQuerySet":
        """Return the rows that wait for a decision."""
        return self.filter(kind__in=SET_ASIDE, decision="")


class BatchRow(models.Model):
    """What became of one entry of a batch, or a warning about it, in the order of the file."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=10, choices=RowKind)
    line = models.PositiveBigIntegerField()
    label = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    # What the entry says (a Description), where it came from, and the record of ours that it resembles.
    said = models.JSONField(null=True)
    source = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=300, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    candidate = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # The record that the entry was written to, or that says the same; and the parts of it as they were before, until
    # they are put back.
    record = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(null=True)

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        ordering = ("line", "pk")
        indexes = [
            models.Index(fields=["batch", "kind", "line"], name="batch_row_of_a_kind"),
            models.Index(
                fields=["batch", "line"],
                condition=models.Q(decision="", kind__in=["duplicate", "similar"]),
                name="batch_row_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, line {self.line}: {self.label}"


class ImportedFrom(models.Model):
    """Where a record came from: what its source said at the last import, so that the next one can tell what changed.

    A field that a librarian has edited since differs from `data` and is kept when the source sends it again.
    """

    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="imported_from")
    batch = models.ForeignKey(ImportBatch, on_delete=models.SET_NULL, null=True, related_name="items")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ADDED)
    source = models.CharField(max_length=20)  # see intake/sources.py
    key = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64)
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("source", "key", name="source_item_is_one_record")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
