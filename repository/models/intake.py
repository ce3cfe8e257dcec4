"""What librarians set up for imports: rules for affiliations, columns of tables, and repositories to harvest."""

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone

from kmportal.people.models import Department
from repository.models.collection import Collection


class AffiliationRule(models.Model):
    """Whoever's affiliation holds the text is of the department; a new record of theirs goes into the collection.

    The first rule that applies to an entry decides.
    """

    text = models.CharField(max_length=200, unique=True, help_text="Words of it, such as Riverside Ward.")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, null=True, blank=True)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, null=True, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


class ColumnMapping(models.Model):
    """What the columns of one kind of table mean; a table with the same header is read so without asking again."""

    name = models.CharField(max_length=200)
    # The names of the columns in their order, and for each the field of an entry that it fills, or an empty text.
    header = models.JSONField()
    fields = models.JSONField()
    # SHA-256 of the header, by which it is known again.
    header_digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class HarvestSource(models.Model):
    """Another repository whose records we take over by OAI-PMH."""

    name = models.CharField(max_length=200)
    base_url = models.CharField(
        "address of its OAI-PMH interface", max_length=500, validators=[URLValidator(["http", "https"])]
    )
    metadata_prefix = models.CharField("format", max_length=50, default="oai_dc")
    set_spec = models.CharField("set", max_length=200, blank=True, help_text="Leave it empty to harvest everything.")
    collection = models.ForeignKey(Collection, on_delete=models.SET_NULL, null=True, blank=True)
    is_active = models.BooleanField("harvest it every night", default=True)
    # The datestamp from which the next harvest asks, as the source wrote it, and how the last one ended.
    harvested_until = models.CharField(max_length=20, blank=True, editable=False)
    harvested_at = models.DateTimeField(null=True, editable=False)
    failure = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint("base_url", "metadata_prefix", "set_spec", name="harvest_source_stands_once")
        ]

    def __str__(self) -> str:
        return self.name
