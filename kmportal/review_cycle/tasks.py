"""The review cycle's background job: the daily reminders."""

from datetime import UTC, datetime

from django.utils import timezone

from kmportal.jobs import job
from kmportal.review_cycle import reminders

# When people get their mail, in the UK.
HOUR = 6


@job(schedule="0 5,6 * * *")
def remind(timestamp: int) -> None:
    """Remind people at 6am in the UK, which is 5am or 6am UTC, depending on summer time."""
    moment = timezone.localtime(datetime.fromtimestamp(timestamp, UTC))
    if moment.hour == HOUR:
        reminders.remind(moment.date())
