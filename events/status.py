"""The states that a session can be in."""

from django.db import models


class Status(models.TextChoices):
    """Where a session stands."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Cancelled"
