"""What depositors do with a draft: start it, save it, send it for review, discard it."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail import posting
from kmportal.people.models import User
from repository import access, credits, deposits, editing, files, record_parts
from repository.completeness import Need, missing
from repository.intake import writing
from repository.intake.description import COLUMNS, Description
from repository.models import Record, ReviewNote
from repository.status import Status

NOT_DISCARDED = "Only a draft that was never sent for review can be discarded."


@transaction.atomic
def start(*, by: Any, type: str, title: str, said: Description | None = None) -> Record:
    """Make a private draft of the person's, filed under their department.

    `said` is what a reference says of the work (intake.description); `type` and `title` count before what it says.
    """
    record = Record(depositor=by, department=by.profile.department)
    for column in COLUMNS if said else ():
        setattr(record, column, said[column])  # type: ignore[index]
    record.type, record.title = type, title
    record.save()
    for write in writing.WRITERS.values() if said else ():
        write([(record, said)])  # type: ignore[list-item]
    return record


def save(record: Record, *, by: Any, parts: record_parts.Parts) -> Record:
    """Write these parts of the record (record_parts.py) and return it as it is now.

    A colleague for whom it is now entered is told by mail. Raises NotAllowed where the person may not write it.
    """
    if not parts:
        return record
    with editing.edit(record, by=by) as fresh:
        if not access.may_edit(by, fresh):
            raise NotAllowed("You cannot change this record now.")
        depositor = fresh.depositor_id
        record_parts.write(fresh, parts)
        if fresh.depositor and fresh.depositor_id != depositor and fresh.depositor != by:
            _tell(fresh.depositor, fresh, by)
    return fresh


def _tell(depositor: User, record: Record, by: Any) -> None:
    posting.post(
        f"entered-for-{record.pk}-{depositor.pk}",
        to=depositor,
        template="repository/mail/entered_for_you",
        context={"record": record, "by": by, "url": posting.absolute(reverse("repository:edit", args=[record.pk]))},
    )


def what_is_missing(record: Record) -> list[Need]:
    """Return what the record still needs before it can go to review. Asks for its contributors, and nothing else."""

    def is_filled(field: str) -> bool:
        if field == "authors":
            return bool(record.contributions.all())
        return bool(record.owner_id if field == "owner" else getattr(record, field))

    return missing(record.type, is_filled)


@transaction.atomic
def send(record: Record, *, by: Any, note: str = "") -> None:
    """Send the record for review, with a note to whoever reviews it.

    Raises NotAllowed where something is missing, or where the record is not the person's to send.
    """
    needs = what_is_missing(record) if record.status in access.DEPOSITORS_STATES else []
    if needs:
        raise NotAllowed(f"This is not complete yet. {needs[0].sentence}.")
    deposits.move(record, "submit", by=by)
    if note:
        submission = record.submissions.waiting().get()
        ReviewNote.objects.create(record=record, submission=submission, text=note, by=by)


def move(record: Record, name: str, *, by: Any, note: str = "") -> None:
    """Make a move as a button asks for it: what is sent for review so must be as whole as from the form."""
    if name == "submit":
        send(record, by=by)
    else:
        deposits.move(record, name, by=by, note=note)


def may_discard(user: Any, record: Record) -> bool:
    """Tell whether the user may throw the record away: a draft of theirs that was never sent to anybody."""
    return record.status == Status.DRAFT and access.may_edit(user, record) and not record.submissions.exists()


@transaction.atomic
def discard(record: Record, *, by: Any) -> None:
    """Delete a draft that was never sent for review, with its files.

    Raises NotAllowed for anything that somebody else has seen.
    """
    locked = Record.objects.select_for_update().filter(pk=record.pk).first()
    if locked is None or not may_discard(by, locked):
        raise NotAllowed(NOT_DISCARDED)
    people = list(locked.contributions.values_list("contributor", flat=True))
    contents = list(locked.files.values_list("content", flat=True))
    tags = list(locked.tags.values_list("pk", flat=True))
    locked.delete()
    credits.forget_unused(people)
    record_parts.forget_unused_tags(tags)
    files.discard_unused(contents)
