"""The states that a record can be in."""

from django.db import models


class Status(models.TextChoices):
    """Where a record stands. What readers have once seen keeps its address: it is replaced or withdrawn, never gone."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for review"
    RETURNED = "returned", "Returned for changes"
    REJECTED = "rejected", "Not accepted"
    ACCEPTED = "accepted", "Waiting for release"
    PUBLISHED = "published", "Published"
    REPLACED = "replaced", "Earlier version"
    WITHDRAWN = "withdrawn", "Withdrawn"
