"""The portal's outgoing mail: one row for each message, written in the transaction of what it tells of."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Questions that the jobs ask about mail."""

    def due(self) -> "OutgoingMailQuerySet":
        """Return what should be sent now, the longest waiting first."""
        return self.filter(sent_at=None, next_try__lte=timezone.now()).order_by("next_try", "pk")

    def finished_before(self, moment: Any) -> "OutgoingMailQuerySet":
        """Return what was written before the moment and will not be tried again, whether it was sent or refused."""
        return self.filter(next_try=None, created_at__lt=moment)


class OutgoingMail(models.Model):
    """A message to one person, or to the library.

    Its key says what it tells of, so that it is sent once however often that is asked.
    """

    key = models.CharField(max_length=200, unique=True)
    # None is the library: its mailbox belongs to no account.
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="mail")
    address = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    # None once it was sent, or was refused for good.
    next_try = models.DateTimeField(null=True, default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField("why it was not sent", blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outgoing mail"
        indexes = [
            models.Index(
                fields=["next_try"],
                condition=models.Q(sent_at__isnull=True, next_try__isnull=False),
                name="mail_not_sent_yet",
            )
        ]

    def __str__(self) -> str:
        return self.subject
