"""The mail's background jobs: send what was written, try again what failed, and forget what is long done."""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from kmportal.jobs import job
from kmportal.mail import sending
from kmportal.mail.models import OutgoingMail

# Addresses and what people were told are personal, so they are not kept longer than a question about them lives.
KEEP = timedelta(days=90)
# What one run of the job sends; the next run sends the rest.
A_RUN = 500


@job()
def send(pk: int) -> None:
    """Send one message soon after it was written."""
    with suppress(sending.ServerAway):  # noted; the next job tries it again
        sending.send(pk)


@job(schedule="*/5 * * * *")
def send_what_waits(timestamp: int) -> None:
    """Send what could not be sent when it was written."""
    sending.send_due(A_RUN)


@job(schedule="20 3 * * *")
def forget_old_mail(timestamp: int) -> None:
    """Delete messages 90 days after they were written."""
    OutgoingMail.objects.finished_before(timezone.now() - KEEP).delete()
