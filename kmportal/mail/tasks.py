"""The mail's background jobs: send what was written, try again what failed, and forget what is long done."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from kmportal.jobs import job
from kmportal.mail import sending
from kmportal.mail.models import OutgoingMail

# Addresses and what people were told are personal, so they are not kept longer than a question about them lives.
KEEP = timedelta(days=90)
# What one run of the job sends; the next run sends the rest.
A_RUN = 500
# Under this name the worker remembers for so many seconds that the server was away.
AWAY = "mail-server-away"
REMEMBERED = 5 * 60


@job()
def send(pk: int) -> None:
    """Send one message soon after it was written; `send_what_waits` does so where the server was away just now.

    A server that does not answer is waited for: were each message of hundreds to do that, all other jobs would wait.
    """
    if cache.get(AWAY):
        return
    try:
        sending.send(pk)
    except sending.ServerAway:
        cache.set(AWAY, True, REMEMBERED)


@job(schedule="*/5 * * * *")
def send_what_waits(timestamp: int) -> None:
    """Send what could not be sent when it was written."""
    sending.send_due(A_RUN)


@job(schedule="20 3 * * *")
def forget_old_mail(timestamp: int) -> None:
    """Delete messages 90 days after they were written."""
    OutgoingMail.objects.finished_before(timezone.now() - KEEP).delete()
