"""Who may see what in the events: the only place that decides."""

from typing import Any

from django.db.models import Q

from events.status import Status

ANNOUNCED = (Status.PUBLISHED, Status.CANCELLED)


def visible_sessions(user: Any) -> Q:
    """Return the condition for sessions whose page the user may open.

    Everybody: what is published, or was and is cancelled. Those who arrange sessions: drafts too.
    """
    if user.has_perm("events.view_session"):
        return Q()
    return Q(status__in=ANNOUNCED)


def may_link(user: Any, session: Any) -> bool:
    """Tell whether the user may link the session to other things: who arranges sessions, and its facilitator."""
    return user.has_perm("events.change_session") or session.is_owned_by(user)


def may_read_history(user: Any) -> bool:
    """Tell whether the user may read who moved a session, when and why: those who arrange sessions."""
    return user.has_perm("events.view_session")
