"""The versions of a work: how the next one begins, which of them readers get, and how one gives way to the next."""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from kmportal.lifecycle import moves
from kmportal.lifecycle.transitions import NotAllowed
from repository import access
from repository.audience import Audience
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Contribution, DoiRegistration, Identifier, Record, RecordSubject
from repository.status import Status

# A version on its way to readers. A work has one of them at a time.
UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.ACCEPTED)
# What the next version does not take over: where the old one stands, and what was said of that version alone.
_OF_ONE_VERSION = frozenset(
    {
        *("id", "status", "first_version", "version", "version_note", "withdrawal_reason", "replacement"),
        *("depositor", "entered_by", "created_at", "changed_at", "published_at", "opened_at"),
    }
)


def of_work(record: Record) -> Q:
    """Return the condition for all versions of the work that the record is a version of."""
    first = record.first_version_id or record.pk
    return Q(pk=first) | Q(first_version=first)


def of_works(records: Collection[Record]) -> Q:
    """Return the condition for all versions of the works that the records are versions of."""
    firsts = [record.first_version_id or record.pk for record in records]
    return Q(pk__in=firsts) | Q(first_version__in=firsts)


def current(record: Record, *, to: Any) -> Record | None:
    """Return the version of the work that is published, or else the newest that the user may see, if any."""
    visible = Record.objects.visible_to(to).filter(of_work(record))
    return visible.order_by(models.Case(models.When(status=Status.PUBLISHED, then=0), default=1), "-version").first()


@transaction.atomic
def begin(record: Record, *, by: Any) -> Record:
    """Make a draft of the work's next version, which says all that the record says and has its files, and return it.

    It is its depositor's own, or that of whoever else begins it. Raises NotAllowed for those who may not, and while
    another version is under way.
    """
    # The first version stands for the work: whoever begins another one at the same moment waits for it, and then
    # reads the version that was begun.
    Record.objects.select_for_update().get(pk=record.first_version_id or record.pk)
    work = list(Record.objects.select_for_update(of=("self",)).filter(of_work(record)).order_by("pk"))
    record = next(version for version in work if version.pk == record.pk)
    if not access.may_make_version(by, record):
        raise NotAllowed("You may not make a new version of this record.")
    for version in work:
        if version.status in UNDER_WAY:
            next_step = "Go on with that one." if access.may_edit(by, version) else "It has to be finished or given up."
            raise NotAllowed(f"{_beginner(version)} begun version {version.version} already. {next_step}")
    draft = _copy_columns(record)
    draft.status = Status.DRAFT
    draft.first_version_id = record.first_version_id or record.pk
    draft.version = max(version.version for version in work) + 1
    _give_to(draft, record, by)
    draft.save(force_insert=True)
    _copy_rows(record, draft)
    return draft


def give_way(records: Collection[Record], *, by: Any) -> list[Record]:
    """Make each record the one version of its work that is published, and return those that were until now."""
    others = Record.objects.filter(of_works(records), status=Status.PUBLISHED)
    earlier = list(others.exclude(pk__in=[record.pk for record in records]))
    if earlier:
        moves.perform_together(RECORD_LIFECYCLE, ["replace"], earlier, by=None, stamps={"changed_at": timezone.now()})
    return earlier


def refuse_hidden(records: Collection[Record]) -> None:
    """Raise NotAllowed where a record under an embargo would take the place of a version that more people read now."""
    embargoed = [record for record in records if record.embargo_until]
    if not embargoed:
        return
    others = Record.objects.filter(of_works(embargoed), status=Status.PUBLISHED)
    read_now = {(other.first_version_id or other.pk): other for other in others}
    for record in embargoed:
        other = read_now.get(record.first_version_id or record.pk)
        if other and other.pk != record.pk and _is_hidden_longer(record, other):
            raise NotAllowed(
                f"Readers have version {other.version} now, and would find neither until "
                f"{record.embargo_until:%-d %B %Y}. Put the embargo on the files alone, or publish version "
                f"{record.version} on that day."
            )


def _is_hidden_longer(record: Record, other: Record) -> bool:
    """Tell whether fewer people read the record than the other, now or at some time before its embargo ends."""
    if Audience(record.audience).narrowness > Audience(other.audience).narrowness:
        return True
    return bool(other.embargo_until and record.embargo_until and other.embargo_until < record.embargo_until)


def refuse_overtaken(records: Collection[Record]) -> None:
    """Raise NotAllowed where a later version of a record's work has been begun, and was not refused."""
    for record in records:
        later = Record.objects.filter(of_work(record), version__gt=record.version).exclude(status=Status.REJECTED)
        if newest := later.order_by("-version").first():
            raise NotAllowed(f"{_beginner(newest)} begun version {newest.version} of this work since.")


def _beginner(version: Record) -> str:
    who = version.entered_by or version.depositor
    return f"{who} has" if who else "Somebody has"


def _give_to(draft: Record, record: Record, by: Any) -> None:
    if record.is_owned_by(by):
        draft.depositor = record.depositor or by
        draft.entered_by = by if draft.depositor != by else None
    else:
        draft.depositor = by


def _copy_columns(record: Record) -> Record:
    columns = [
        field for field in Record._meta.concrete_fields if field.name not in _OF_ONE_VERSION and not field.generated
    ]
    return Record(**{field.attname: getattr(record, field.attname) for field in columns})


def _copy_rows(record: Record, draft: Record) -> None:
    """Give the draft its own copy of the rows that belong to the record; files stand for the same content."""
    models_of_rows: tuple[type[models.Model], ...] = (Contribution, Identifier, RecordSubject)
    for model in models_of_rows:
        rows: list[Any] = list(model._default_manager.filter(record=record))
        if model is Identifier:
            # A DOI that was minted here names that one version, and leads to its page.
            minted = set(DoiRegistration.objects.filter(record=record).values_list("doi", flat=True))
            rows = [row for row in rows if row.value not in minted]
        for row in rows:
            row.pk, row.record_id = None, draft.pk
        model._default_manager.bulk_create(rows)
    draft.tags.add(*record.tags.all())
    draft.groups.set(record.groups.all())
    for file in record.files.all():
        groups = list(file.groups.all())
        file.pk, file.record_id = None, draft.pk
        file._state.adding = True
        file.save(force_insert=True)
        file.groups.set(groups)
