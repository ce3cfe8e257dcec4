"""Who may curate, asked by every verb of the desk itself, whatever page or command calls it."""

from typing import Any

from kmportal.lifecycle.transitions import MissingPermission
from repository import access


def refuse_others(by: Any) -> None:
    """Raise MissingPermission for whoever may not curate."""
    if not access.may_curate(by):
        raise MissingPermission("You do not have permission to look after names, headings and tags.")
