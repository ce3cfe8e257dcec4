"""Complete a record of ours with what a file says of the same work, and take that back again."""

from typing import Any

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, credits, editing, record_parts
from repository.intake.description import COLUMNS, RELATIONS, Description, said_alike, with_description
from repository.intake.writing import WRITERS
from repository.models import Identifier, Record

# What stands in every record, and so is never lacking.
_ALWAYS = frozenset({"type", "title"})

# What completing wrote: the parts that were empty, and the identifiers that were new.
Completed = dict[str, Any]


def complete(record: Record, said: Description, *, by: Any, reason: str) -> Completed:
    """Write into the record what it lacks and the description has, and return what that was.

    Nothing that the record says already is changed; of identifiers it gets those that it has not. Raises NotAllowed
    where the person may not edit the record.
    """
    _refuse(record, by)
    with editing.edit(record, by=by, reason=reason) as fresh:
        described = with_description(Record.objects.filter(pk=fresh.pk)).get()
        parts = [
            part
            for part in (*COLUMNS, *RELATIONS)
            if part not in _ALWAYS and part != "identifiers" and said.get(part) and _is_empty(described, part)
        ]
        for part in parts:
            _write(fresh, part, said[part])
        has = {(row.scheme, row.value) for row in described.identifiers.all()}
        new = [pair for pair in said["identifiers"] if tuple(pair) not in has]
        Identifier.objects.bulk_create(Identifier(record=fresh, scheme=scheme, value=value) for scheme, value in new)
    return {"parts": parts, "identifiers": new}


def take_back(record: Record, said: Description, completed: Completed, *, by: Any, reason: str) -> None:
    """Empty the parts that completing wrote, save those that say something else by now.

    Raises NotAllowed where the person may not edit the record.
    """
    _refuse(record, by)
    with editing.edit(record, by=by, reason=reason) as fresh:
        described = with_description(Record.objects.filter(pk=fresh.pk)).get()
        people = [credit.contributor_id for credit in described.contributions.all()]
        tags = [tag.pk for tag in described.tags.all()]
        for part in completed["parts"]:
            if said_alike(part, described, said):
                _write(fresh, part, type(said[part])())
        for scheme, value in completed["identifiers"]:
            Identifier.objects.filter(record=fresh, scheme=scheme, value=value).delete()
    credits.forget_unused(people)
    record_parts.forget_unused_tags(tags)


def _refuse(record: Record, by: Any) -> None:
    if by is not None and not access.may_edit(by, record):
        raise NotAllowed(f"You may not change record {record.pk} as it stands now.")


def _is_empty(record: Record, part: str) -> bool:
    if part in RELATIONS:
        return not {"contributors": record.contributions, "subjects": record.subjects, "tags": record.tags}[part].all()
    return not getattr(record, part)


def _write(record: Record, part: str, value: Any) -> None:
    if part in WRITERS:
        WRITERS[part]([(record, {part: value})])
    else:
        setattr(record, part, value)
