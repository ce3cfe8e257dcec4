"""Typed links between any two things of the portal: a policy and its evidence, a lesson and the record it changed."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class LinkKind(models.TextChoices):
    """What a link says of its source, read "source … target"."""

    EVIDENCE_FOR = "evidence_for", "is evidence for"
    CAME_FROM = "came_from", "came from"
    APPLIED_IN = "applied_in", "is applied in"
    SUPERSEDES = "supersedes", "supersedes"
    RELATED = "related", "belongs with"


class LinkQuerySet(models.QuerySet["Link"]):
    """Questions about what hangs together."""

    def of(self, thing: models.Model) -> "LinkQuerySet":
        """Return the links that lead from the thing or to it, the oldest first."""
        kind = ContentType.objects.get_for_model(thing)
        here = models.Q(source_type=kind, source_id=thing.pk) | models.Q(target_type=kind, target_id=thing.pk)
        return self.filter(here).order_by("at", "pk")


class Link(models.Model):
    """One link, with who made it and when. The same two things are linked in one way once."""

    kind = models.CharField(max_length=20, choices=LinkKind)
    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    source_id = models.PositiveBigIntegerField()
    source: Any = GenericForeignKey("source_type", "source_id")
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target: Any = GenericForeignKey("target_type", "target_id")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="links_made"
    )
    at = models.DateTimeField(default=timezone.now)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            # The source stands first, so that the links of a thing are found by this index.
            models.UniqueConstraint(
                "source_type", "source_id", "target_type", "target_id", "kind", name="two_things_are_linked_once"
            )
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="links_to_a_thing")]

    def __str__(self) -> str:
        return self.get_kind_display()
