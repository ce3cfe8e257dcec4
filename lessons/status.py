"""The states of a lesson's publication."""

from django.db import models


class Status(models.TextChoices):
    """Where a lesson stands on its way to readers."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for validation"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"
