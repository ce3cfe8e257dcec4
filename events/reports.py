"""What the dashboards ask about events. Reading only."""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from events.models import Session, SessionQuerySet
from events.status import Status


def next_sessions(number: int, now: datetime.datetime) -> QuerySet[Any]:
    """Return the next sessions of the list of events; each knows in `to_come` how many will take place."""
    coming = Session.objects.announced().upcoming(now).for_list()
    return coming.annotate(to_come=Window(Count("pk", filter=Q(status=Status.PUBLISHED))))[:number]


def unfinished_of(user: Any, number: int) -> SessionQuerySet:
    """Return the sessions that the person facilitates and that readers cannot see yet, what changed last first."""
    return Session.objects.filter(facilitator=user, status=Status.DRAFT).order_by("-changed_at", "-pk")[:number]
