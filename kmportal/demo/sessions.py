"""Book the demo sessions around the day on which the demo is loaded, so that some always lie ahead."""

import datetime

from django.utils import timezone

from events import booking
from events.models import Session
from kmportal.demo.history import Journey, Step, travel
from kmportal.demo.organisation import Organisation
from kmportal.demo.reading import Content, SessionRow
from kmportal.demo.timing import session_times, working_moment
from kmportal.people.models import User
from kmportal.search import indexing

# Days before a session, or before today where it lies ahead, on which it was entered.
BOOKED_BEFORE = 28


def book_sessions(content: Content, organisation: Organisation) -> list[Session]:
    """Make the sessions, and return them."""
    today = timezone.localdate()
    journeys = []
    for turn, row in enumerate(content.sessions):
        starts_at, ends_at = session_times(
            today, weeks=row.weeks, weekday=row.weekday, starts=row.starts, minutes=row.minutes
        )
        session = Session(
            kind=row.kind,
            title=row.title,
            purpose=row.purpose,
            starts_at=starts_at,
            ends_at=ends_at,
            site=organisation.sites[row.site],
            place=row.place,
            facilitator=organisation.colleagues[row.facilitator],
        )
        session.full_clean()
        session.save()
        begun = working_moment(min(starts_at.date(), today) - datetime.timedelta(days=BOOKED_BEFORE), turn)
        journeys.append(Journey(session, begun, _steps(row, begun, organisation.colleagues[row.facilitator])))
    travel(journeys, move=booking.move)
    sessions = [journey.thing for journey in journeys]
    indexing.refresh(sessions)
    return sessions


def _steps(row: SessionRow, begun: datetime.datetime, facilitator: User) -> list[Step]:
    steps = []
    if row.status == "published":
        steps.append(Step("publish", facilitator, begun + datetime.timedelta(hours=1)))
    if row.cancelled:
        given_up = begun + datetime.timedelta(days=BOOKED_BEFORE - 7)
        steps.append(Step("cancel", facilitator, given_up, row.cancelled))
    return steps
