"""What feeds tell of sessions: those that were announced last, and for the feeds of everything."""

from collections.abc import Collection
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.lists import narrowed_sessions
from events.models import Session, SessionQuerySet
from kmportal.feeds.answers import answer
from kmportal.feeds.sources import MOST, Item


class SessionNews:
    kind = "session"

    def newest(self, *, to: Any, among: Collection[int] | None = None) -> list[Item]:
        sessions = Session.objects.announced()
        return _items(sessions if among is None else sessions.filter(pk__in=among))


@require_safe
def session_feed(request, dialect):
    """Tell of the sessions of a list that were announced last; ?when=past and ?kind= narrow it as they do the list."""
    narrowed = narrowed_sessions(request.GET)
    if narrowed.problems:
        raise Http404  # it would tell of everything instead
    query = request.GET.urlencode()
    page = reverse("events:list") + (f"?{query}" if query else "")
    sessions: Any = narrowed.results
    return answer(request, dialect, _items(sessions), title="Events", page=page)


def _items(sessions: SessionQuerySet) -> list[Item]:
    newest = sessions.by_announcement().for_list()[:MOST]
    return [
        Item(
            title=f"Cancelled: {session.title}" if session.is_cancelled else session.title,
            path=session.get_absolute_url(),
            published=session.announced_at,
            updated=max(session.announced_at, session.changed_at),
            summary="\n\n".join(filter(None, (session.when, str(session.site or ""), session.purpose))),
            categories=(session.get_kind_display(),),
        )
        for session in newest
    ]
