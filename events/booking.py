"""What facilitators do with sessions: publish and cancel."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from events.lifecycle import SESSION_LIFECYCLE
from events.models import Session
from kmportal.lifecycle import moves
from kmportal.search import indexing


@transaction.atomic
def move(session: Session, name: str, *, by: Any, note: str = "") -> None:
    """Make one move of the session's life; the search knows of it in the same transaction.

    `by=None` is the portal itself. Raises NotAllowed (WrongState, MissingPermission) with the reason in words.
    """
    moves.perform(SESSION_LIFECYCLE, name, session, by=by, note=note, stamps={"changed_at": timezone.now()})
    indexing.refresh([session])
