"""The states that a record can be in."""

from django.db import models


class Status(models.TextChoices):
    """Where a record stands. A withdrawn record keeps its address and says why it was withdrawn."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
