"""DOIs that the portal has asked a registration agency for."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from repository.models.record import Record


class RegistrationState(models.TextChoices):
    """How far the registration of a DOI is."""

    WAITING = "waiting", "Waiting"
    REGISTERED = "registered", "Registered"
    FAILED = "failed", "Refused by the agency"


class DoiRegistration(models.Model):
    """The DOI of a record that was minted here, and whether the agency knows what we say of it now."""

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="doi_registration")
    doi = models.CharField("DOI", max_length=300, unique=True)
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.WAITING)
    failure = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The record's changed_at that the agency was last told of.
    told_of = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = "DOI registration"

    def __str__(self) -> str:
        return self.doi
