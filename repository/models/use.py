"""How records are used: views and downloads by month and department, who follows them, and who asks for a copy."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from kmportal.people.models import Department
from repository.models.file import RecordFile
from repository.models.record import Record


class UseCount(models.Model):
    """Views and downloads of one record in one month by the people of one department; no person is kept.

    Nobody's department is known who was not signed in. Robots and double clicks are not counted (usage.py).
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="use_counts")
    month = models.DateField()  # its first day, in the UK
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "month", "department"],
                name="use_is_counted_in_one_row",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.month:%Y-%m}"


class RecentUse(models.Model):
    """What a visitor did in the last minutes, for telling double clicks; the visitor is a hash with a daily key."""

    visitor = models.CharField(max_length=64)
    # "view 12" or "file 7"
    what = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("visitor", "what", name="visitor_does_a_thing_once")]
        indexes = [models.Index(fields=["at"], name="recent_use_by_age")]

    def __str__(self) -> str:
        return self.what


class Follow(models.Model):
    """A reader's wish to hear of a record: a new version, its withdrawal, what takes its place."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("record", "user", name="reader_follows_a_record_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.record_id}"


class CopyRequest(models.Model):
    """A colleague's request for a file that they may not read, and what the depositor answered."""

    file = models.ForeignKey(RecordFile, on_delete=models.CASCADE, related_name="copy_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="copy_requests")
    at = models.DateTimeField(default=timezone.now)
    message = models.TextField("what you need it for", max_length=2_000)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True, max_length=2_000)
    # Until when the link in the answer gives the file.
    open_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(
                "file", "by", condition=models.Q(answered_at__isnull=True), name="copy_is_asked_for_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_id} asks for {self.file_id}"
