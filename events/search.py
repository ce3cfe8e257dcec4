"""Make published sessions findable."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from events.models import Session, SessionQuerySet
from kmportal.search.sources import Entry


class SessionSource:
    kind = "session"
    plural = "Events"
    keepers = "events.view_session"
    model = Session
    depends_on = {"people.site": "site", "people.user": "facilitator"}
    is_dated = False

    def findable(self) -> SessionQuerySet:
        return Session.objects.published()

    def edit_many(self, user: Any) -> str:
        return ""

    def entries(self, things: SessionQuerySet) -> Iterable[Entry]:
        for session in things.for_list():
            day = timezone.localdate(session.starts_at)
            yield Entry(
                object_id=session.pk,
                title=session.title,
                url=session.get_absolute_url(),
                label=session.get_kind_display(),
                body=session.purpose,
                people=(str(session.facilitator),) if session.facilitator else (),
                keywords=tuple(str(part) for part in (session.get_kind_display(), session.site) if part),
                detail=str(session.site or ""),
                year=day.year,
                date=day,
            )
