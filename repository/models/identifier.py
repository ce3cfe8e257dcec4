"""Identifiers: the numbers by which the world knows a work."""

from django.core.exceptions import ValidationError
from django.db import models

from repository.identifiers import InvalidIdentifier, Scheme, address, normalise
from repository.models.record import Record


class Identifier(models.Model):
    """A work's number in one scheme, stored in its normal form.

    Not unique across records: the chapters of a book share its DOI and ISBN, and all papers of a journal its ISSN.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=[(scheme.value, scheme.label) for scheme in Scheme])
    value = models.CharField(max_length=300)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint("record", "scheme", "value", name="identifier_stands_once")]
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_lookup")]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"

    def clean(self) -> None:
        """Bring the value into its normal form; raise ValidationError beside the field where it has none."""
        try:
            self.value = normalise(self.scheme, self.value)
        except InvalidIdentifier as error:
            raise ValidationError({"value": str(error)}) from None

    @property
    def url(self) -> str:
        """The address where the identifier leads, or an empty text where the scheme has none."""
        return address(self.scheme, self.value)
