"""Who may see whom in the directory: the only place that decides."""

from typing import Any

from django.db.models import Q

# Whoever has left is in no list, whoever asks.
PRESENT = Q(user__is_active=True)


def visible_profiles(user: Any) -> Q:
    """Return the condition for profiles that the user may open: colleagues who are signed in see all who are here."""
    return PRESENT if user.is_authenticated else Q(pk__in=())
