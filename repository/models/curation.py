"""What librarians do to many rows at once: operations that can be undone, and pairs of things that look alike."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class OperationKind(models.TextChoices):
    """What an operation did."""

    BULK_EDIT = "bulk_edit", "Bulk edit"
    MERGE_RECORDS = "merge_records", "Merged records"
    MERGE_CONTRIBUTORS = "merge_contributors", "Merged contributors"
    SPLIT_CONTRIBUTOR = "split_contributor", "Parted contributors"
    MERGE_TERMS = "merge_terms", "Merged subject headings"
    MERGE_TAGS = "merge_tags", "Merged tags"


class OperationQuerySet(models.QuerySet["Operation"]):
    """Questions about what was done."""

    def merged_away(self, records: Collection[Any]) -> "OperationQuerySet":
        """Return the merges, not undone, by which one of the records went into another."""
        keys = [record.pk for record in records]
        return self.filter(kind=OperationKind.MERGE_RECORDS, undone_at=None, changes__drop__in=keys)


class Operation(models.Model):
    """One change of many rows, with what is needed to undo it."""

    kind = models.CharField(max_length=20, choices=OperationKind)
    # What was done, in a sentence for the list of operations.
    summary = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="operations")
    at = models.DateTimeField(default=timezone.now)
    # What each row was before and is after; its shape is the kind's own.
    changes = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.summary


class LookalikeQuerySet(models.QuerySet["Lookalike"]):
    """Questions about pairs."""

    def open(self) -> "LookalikeQuerySet":
        """Return the pairs that nobody has decided on."""
        return self.filter(decision="")


class Lookalike(models.Model):
    """Two things of one model that may be the same, why, and what a librarian decided. `first` is the older one."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    first_id = models.PositiveBigIntegerField()
    first: Any = GenericForeignKey("content_type", "first_id")
    second_id = models.PositiveBigIntegerField()
    second: Any = GenericForeignKey("content_type", "second_id")
    # Why they look alike, in words: "Same DOI", "Titles are 96% alike".
    reason = models.CharField(max_length=200)
    likeness = models.FloatField()  # 0 to 1
    found_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(
        max_length=10, blank=True, choices=[("different", "Not the same"), ("merged", "Merged")]
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = LookalikeQuerySet.as_manager()

    class Meta:
        ordering = ("-likeness", "pk")
        constraints = [
            models.UniqueConstraint("content_type", "first_id", "second_id", name="pair_is_looked_at_once"),
            models.CheckConstraint(condition=models.Q(first_id__lt=models.F("second_id")), name="pair_is_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.reason}"


class Erasure(models.Model):
    """That an administrator erased a record for legal reasons: the record of it, without what was erased."""

    record_id = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures")
    at = models.DateTimeField(default=timezone.now)
    ground = models.TextField("legal ground", max_length=2_000)
    # The SHA-256 of each file whose content went, so that a restored backup can be cleared of it too.
    contents = models.JSONField(default=list)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"Erasure of record {self.record_id}"
