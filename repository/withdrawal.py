"""Why records are withdrawn: the reasons that a librarian chooses from."""

from django.db import models


class WithdrawalReason(models.TextChoices):
    """The reason as a reader of the tombstone sees it."""

    SUPERSEDED = "superseded", "Something newer takes its place"
    OBSOLETE = "obsolete", "It is out of date and must not be used"
    DUPLICATE = "duplicate", "It was here twice"
    ERROR = "error", "It contains an error"
    RETRACTED = "retracted", "Its authors or publisher retracted it"
    COPYRIGHT = "copyright", "We may not share it (copyright)"
    PERSONAL_DATA = "personal_data", "It contains personal data"
    CONFIDENTIAL = "confidential", "It contains confidential information"
    SAFETY = "safety", "It is unsafe to follow"
    DEPOSITOR = "depositor", "Its depositor asked for it"
    LEGAL = "legal", "It was erased for legal reasons"
    OTHER = "other", "Another reason"
