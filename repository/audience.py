"""Who may read a record or a file, and the embargo after which others may."""

from django.contrib.auth.models import Group
from django.db import models


class Audience(models.TextChoices):
    """Who may read something, from most people to fewest. The library may, and so may those whose deposit it is."""

    OPEN = "open", "Everybody"
    STAFF = "staff", "Signed-in staff"
    GROUPS = "groups", "Named groups"
    LIBRARY = "library", "The library only"

    @property
    def narrowness(self) -> int:
        """How narrow it is, from 0 for everybody."""
        return list(Audience).index(self)


class Restricted(models.Model):
    """A thing with an audience. `audience` is in force now, whatever else is said here: access.py reads nothing else.

    While an embargo runs, `audience_after` is what the audience becomes on the day `embargo_until`, in the UK; a job
    lifts it (embargoes.py). A file is never more open than its record.
    """

    audience = models.CharField("who may read it", max_length=10, choices=Audience, default=Audience.OPEN)
    groups = models.ManyToManyField(
        Group, blank=True, related_name="+", help_text="Who may read it, where it is for named groups."
    )
    embargo_until = models.DateField("embargoed until", null=True, blank=True, editable=False, db_index=True)
    audience_after = models.CharField(max_length=10, choices=Audience, blank=True, editable=False)
    embargo_reason = models.CharField(max_length=300, blank=True, editable=False)
    # The embargo_until of which somebody has been warned.
    embargo_warned_of = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True
