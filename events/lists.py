"""The list of sessions, as its page, its feed and the API for other systems narrow it."""

from django.http import QueryDict
from django.utils import timezone

from events.models import Kind, Session
from kmportal.design.narrowing import By, Narrowed

SESSION_FACETS = (By("kind", "Kind of session", "kind", choices=dict(Kind.choices)),)


def is_past(query: QueryDict) -> bool:
    """Tell whether the query asks for the sessions that are over."""
    return query.get("when") == "past"


def narrowed_sessions(query: QueryDict) -> Narrowed:
    """Return the sessions to come, the next one first, or with ?when=past those that are over, the latest first."""
    announced = Session.objects.announced().for_list()
    sessions = announced.past(timezone.now()) if is_past(query) else announced.upcoming(timezone.now())
    return Narrowed(sessions, SESSION_FACETS, query)
