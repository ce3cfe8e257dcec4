"""Tell what happened to a thing as one line of time: its moves, the changes of what it says, and who entered it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from kmportal.lifecycle.edits import Change, changes_of, sentence_of
from kmportal.lifecycle.models import Edit, StatusChange

# Who acts where nobody is named.
THE_PORTAL = "The portal"
# Django's own log is written in the request that writes ours.
SAME_ACT = datetime.timedelta(seconds=5)


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, who did what in words, why, and what was changed in detail."""

    at: datetime.datetime
    by: str
    did: str
    note: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def sentence(self) -> str:
        """'Libby Librarian changed the title from “Falls” to “Tumbles”.'"""
        end = "" if self.did.endswith((".", "?", "!")) else "."
        return f"{self.by} {self.did}{end}"

    @property
    def long_changes(self) -> list[Change]:
        """The changes whose texts are too long for the sentence."""
        return [change for change in self.changes if change.is_long]


def name_of(user: Any) -> str:
    """Return who acted, as a sentence begins with it."""
    return str(user) if user else THE_PORTAL


def timeline(thing: models.Model, *others: Iterable[Event]) -> list[Event]:
    """Return everything that happened to a thing, the latest first, with what others know of it (an app's own rows).

    Three queries, however much happened.
    """
    edits = list(Edit.objects.of(thing).select_related("by"))
    events = [*map(_edited, edits), *_moved(thing), *_logged(thing, edits)]
    for more in others:
        events.extend(more)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _edited(edit: Edit) -> Event:
    changes = tuple(changes_of(edit))
    return Event(edit.at, name_of(edit.by), sentence_of(changes), edit.reason, changes)


def _moved(thing: models.Model) -> Iterable[Event]:
    """Yield the changes of state of a thing that has states."""
    if not any(field.name == "status" for field in thing._meta.concrete_fields):
        return
    labels = dict(thing._meta.get_field("status").flatchoices)  # type: ignore[union-attr]
    for change in StatusChange.objects.of(thing).select_related("by"):
        source, target = (labels.get(state, state) for state in (change.source, change.target))
        yield Event(change.at, name_of(change.by), f"moved it from “{source}” to “{target}”", change.note)


def _logged(thing: models.Model, edits: list[Edit]) -> Iterable[Event]:
    """Yield what only Django's own log knows: who entered the thing at the desk, and changes that left no text."""
    kind = ContentType.objects.get_for_model(thing)
    for entry in LogEntry.objects.filter(content_type=kind, object_id=str(thing.pk)).select_related("user"):
        by = name_of(entry.user)
        if entry.action_flag == ADDITION:
            yield Event(entry.action_time, by, "entered it at the desk")
        elif not any(edit.by_id == entry.user_id and abs(edit.at - entry.action_time) < SAME_ACT for edit in edits):
            message = entry.get_change_message().rstrip(".")
            yield Event(entry.action_time, by, "saved it" if not message else f"saved it: {_lowered(message)}")


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
