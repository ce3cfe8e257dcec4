"""What people do with the files of a record: add, describe, put in order, take away."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Max

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access, file_store
from repository.audience import Audience
from repository.editing import edit
from repository.file_kinds import clean_name, free_name, media_type_of
from repository.file_store import Incoming, RefusedFile
from repository.models import Record, RecordFile, StoredContent
from repository.models.file import Extraction
from repository.restricting import restrict
from repository.uploads import incoming_of


def add(
    record: Record,
    upload: UploadedFile,
    *,
    by: Any,
    name: str = "",
    description: str = "",
    audience: Audience = Audience.OPEN,
) -> RecordFile:
    """Add an uploaded file to the record, behind its others; its text is read in the background.

    A name that the record has already gets a number. Raises NotAllowed where `by` may not edit the record, and
    RefusedFile with the reason where we do not take the file, or the record has it; then nothing of it stays.
    """
    name = clean_name(name or upload.name or "")
    incoming = incoming_of(upload)
    try:
        media_type = media_type_of(name, incoming)
        with _changing(record, by=by) as locked:
            if same := locked.files.filter(content=incoming.sha256).first():
                raise RefusedFile(f"This file is here already, as {same.name}.")
            return attach(
                locked, incoming, name=name, media_type=media_type, by=by, description=description, audience=audience
            )
    except BaseException:
        _remove_unused(incoming.sha256)
        raise
    finally:
        incoming.drop()


@transaction.atomic
def attach(
    record: Record,
    incoming: Incoming,
    *,
    name: str,
    media_type: str,
    by: Any,
    description: str = "",
    audience: Audience = Audience.OPEN,
) -> RecordFile:
    """Give the record a file whose content has come in and been checked. For callers that keep its history themselves.

    The content is whole in the store before any row says so.
    """
    _hold(incoming.sha256)
    stored = incoming.keep()
    content, _ = StoredContent.objects.get_or_create(
        sha256=stored.sha256, defaults={"size": stored.size, "content_type": media_type}
    )
    others = record.files.all()
    last = others.aggregate(last=Max("position"))["last"]
    file = RecordFile.objects.create(
        record=record,
        name=free_name(name, {each.lower() for each in others.values_list("name", flat=True)}),
        description=description,
        position=0 if last is None else last + 1,
        audience=audience,
        content=content,
        size=stored.size,
        content_type=media_type,
        uploaded_by=by,
    )
    if content.extraction == Extraction.WAITING:
        _queue_reading(content.sha256)
    return file


def describe(file: RecordFile, *, by: Any, description: str, audience: Audience | None = None) -> None:
    """Say what the file is, and who may read it where an audience is given.

    While an embargo runs the audience is the embargo's. Raises NotAllowed where `by` may not edit the record.
    """
    with _changing(file.record, by=by):
        locked = RecordFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        locked.description = description
        locked.save(update_fields=["description"])
        if audience and audience != locked.audience and not locked.embargo_until:
            restrict(locked, audience=audience, by=by)


def reorder(record: Record, *, by: Any, order: Sequence[int]) -> None:
    """Put the record's files in the order of the keys; the first is the main file.

    Keys of other files are passed over, and files that are not named stay behind, as they were. Raises NotAllowed
    where `by` may not edit the record.
    """
    with _changing(record, by=by) as locked:
        place = {key: number for number, key in enumerate(order)}
        files = sorted(locked.files.all(), key=lambda file: place.get(file.pk, len(place)))
        for number, file in enumerate(files):
            file.position = number
        RecordFile.objects.bulk_update(files, ["position"])


def move(file: RecordFile, *, by: Any, places: int) -> None:
    """Move the file so many places down among its record's files, or up where the number is negative."""
    keys = [key for key in file.record.files.values_list("pk", flat=True) if key != file.pk]
    before = file.record.files.filter(position__lt=file.position).count()
    keys.insert(max(0, before + places), file.pk)
    reorder(file.record, by=by, order=keys)


def remove(file: RecordFile, *, by: Any) -> None:
    """Take the file from its record; its content goes too unless another file has the same.

    Raises NotAllowed where `by` may not edit the record, and for a record that readers have seen: what they may have
    cited changes by a new version only.
    """
    with _changing(file.record, by=by) as locked:
        if not may_remove(locked):
            raise NotAllowed(
                "Readers have seen this file, so it stays. Make a new version of the record, and leave it out."
            )
        detach(file)


@transaction.atomic
def detach(file: RecordFile) -> None:
    """Remove the file's row, and its content where nothing else refers to it. For callers that keep the history."""
    sha256 = file.content_id
    file.delete()
    discard_unused([sha256])


def discard_unused(contents: Sequence[str]) -> None:
    """Remove, once the transaction is committed, each content of these SHA-256 that no file refers to any more."""
    for sha256 in sorted(set(contents)):
        _hold(sha256)
        StoredContent.objects.filter(pk=sha256, files=None).delete()
        transaction.on_commit(lambda sha256=sha256: _remove_unused(sha256))  # type: ignore[misc]


def may_remove(record: Record) -> bool:
    """Tell whether files of the record may be taken away: as long as readers have not seen it."""
    return record.status not in access.PUBLIC_STATES


@contextmanager
def _changing(record: Record, *, by: Any) -> Iterator[Record]:
    """Give the record, locked, to have its files changed; the portal itself (None) may always.

    Raises NotAllowed unless `by` may edit it as it stands now: it may have been sent in while an upload was under way.
    """
    with edit(record, by=by) as locked:
        if by is not None and not access.may_edit(by, locked):
            raise NotAllowed("You cannot change the files of this record now.")
        yield locked


def _hold(sha256: str) -> None:
    """Keep others from adding or removing the same content until the transaction ends."""
    key = int.from_bytes(bytes.fromhex(sha256[:16]), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@transaction.atomic
def _remove_unused(sha256: str) -> None:
    """Take content from the disk that has no row."""
    _hold(sha256)
    if not StoredContent.objects.filter(pk=sha256).exists():
        file_store.remove(sha256)


def _queue_reading(sha256: str) -> None:
    from repository.tasks import read_content  # here, because the job itself leads to this module

    jobs.later(read_content, sha256=sha256)
