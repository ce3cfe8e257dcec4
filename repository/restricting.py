"""Say who may read a record or one of its files, now and after an embargo: with the history and the search in step."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from kmportal.lifecycle import edits
from repository import editing
from repository.audience import Audience
from repository.models import Record, RecordFile

LABELS = {"audience": "Who may read “{}”", "embargo": "Embargo of “{}”"}


@dataclass(frozen=True)
class Embargo:
    """Until when only the audience in force reads something, in UK dates; who may then, and why it is so."""

    until: datetime.date  # the first day of the audience that comes after
    after: Audience
    reason: str = ""


def restrict(
    thing: Record | RecordFile,
    *,
    audience: Audience,
    groups: Collection[Any] = (),
    embargo: Embargo | None = None,
    by: Any,
    reason: str = "",
) -> None:
    """Give the thing this audience from now on; an embargo that it had before is gone unless it is given again.

    `groups` count where the audience is GROUPS, now or after the embargo. `by=None` is the portal itself. `thing` is
    brought up to date too.
    """
    columns = {
        "audience": audience,
        "embargo_until": embargo.until if embargo else None,
        "audience_after": embargo.after if embargo else "",
        "embargo_reason": embargo.reason if embargo else "",
    }
    record = thing if isinstance(thing, Record) else thing.record
    chosen = groups if Audience.GROUPS in (audience, columns["audience_after"]) else ()
    with editing.edit(record, by=by, reason=reason) as fresh:
        if isinstance(thing, Record):
            for name, value in columns.items():
                setattr(fresh, name, value)
            fresh.groups.set(chosen)
        else:
            _restrict_file(thing.pk, columns, chosen, record=fresh, by=by, reason=reason)
    thing.refresh_from_db(fields=list(columns))


def _restrict_file(
    pk: int, columns: dict[str, Any], groups: Collection[Any], *, record: Record, by: Any, reason: str
) -> None:
    file = RecordFile.objects.select_for_update().get(pk=pk)
    before = _described(file)
    for name, value in columns.items():
        setattr(file, name, value)
    file.save(update_fields=list(columns))
    file.groups.set(groups)
    labels = {part: label.format(file.name) for part, label in LABELS.items()}
    if edits.note(record, edits.changes_between(before, _described(file), labels), by=by, reason=reason):
        record.changed_at = timezone.now()


def _described(file: RecordFile) -> dict[str, str]:
    """Return who may read a file, as the history tells it. The record's own audience is told by descriptions.py."""
    groups = ", ".join(file.groups.order_by("name").values_list("name", flat=True))
    until = file.embargo_until
    return {
        "audience": f"{file.get_audience_display()}{f': {groups}' if groups else ''}",
        "embargo": f"until {until:%-d %B %Y}, then {file.get_audience_after_display()}" if until else "",
    }
