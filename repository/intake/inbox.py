"""Import what is put into the inbox folder: each file that has lain still becomes a batch, and leaves the folder.

A file leaves only once its batch and its copy are safely stored. Where taking it in fails it stays, and is tried again.
"""

import datetime
import errno
import logging
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kmportal import jobs
from kmportal.mail import posting
from repository.embargoes import managers
from repository.intake import batches
from repository.models import Collection, ImportBatch
from repository.models.batch import BatchState, Origin

SETTLED_SECONDS = 60.0  # for which a file has not changed before it is taken: it may still be being written
MOST_AT_ONCE = 200  # files for each visit; the next one takes more

logger = logging.getLogger(__name__)


def look(*, now: float | None = None) -> list[ImportBatch]:
    """Take in what lies in the folder of the setting IMPORT_INBOX, and return the batches.

    A file in a folder that is called like a collection's slug goes into that collection. Names that begin with a dot,
    and whatever is no plain file, are left alone. `now` is a Unix time.
    """
    if not settings.IMPORT_INBOX:
        return []
    latest = (time.time() if now is None else now) - SETTLED_SECONDS
    taken: list[ImportBatch] = []
    for path, folder in _files(Path(settings.IMPORT_INBOX)):
        if len(taken) >= MOST_AT_ONCE:
            break
        try:
            if batch := _take(path, folder, latest):
                taken.append(batch)
        except OSError as error:
            logger.warning("A file in the inbox could not be taken in (%s): %s", error.strerror, ascii(path.name))
    for batch in taken:
        tell(batch)
    return taken


def tell_of_broken_off() -> None:
    """Tell of the inbox's imports that failed within the last day, whatever their own job could still say."""
    since = timezone.now() - datetime.timedelta(days=1)
    for batch in ImportBatch.objects.filter(origin=Origin.INBOX, state=BatchState.FAILED, finished_at__gte=since):
        if not jobs.unfinished(batch_pk=batch.pk):
            tell(batch)


def tell(batch: ImportBatch) -> None:
    """Write to the library's managers, once for each batch of the inbox, if somebody needs to look at it."""
    if batch.origin != Origin.INBOX or not _needs_a_look(batch):
        return
    for manager in managers():
        posting.post(
            f"inbox-{batch.pk}-to-{manager.pk}",
            to=manager,
            template="repository/mail/inbox",
            context={"batch": batch, "address": _address(batch), "undecided": batch.rows.undecided().count()},
        )


def _needs_a_look(batch: ImportBatch) -> bool:
    if batch.state in (BatchState.FAILED, BatchState.COLUMNS):
        return True
    return batch.state == BatchState.DONE and (batch.rejected > 0 or batch.rows.undecided().exists())


def _address(batch: ImportBatch) -> str:
    if batch.state == BatchState.COLUMNS:
        return reverse("repository:batch_columns", args=[batch.pk])
    return batch.get_absolute_url()


def _files(inbox: Path) -> Iterator[tuple[Path, str]]:
    """Yield the plain files of the folder and of the folders in it, by name, each with the name of its own folder."""
    for entry in _entries(inbox):
        if entry.is_dir(follow_symlinks=False):
            for inner in _entries(Path(entry.path)):
                if inner.is_file(follow_symlinks=False):
                    yield Path(inner.path), entry.name
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path), ""


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        logger.warning("A folder of the inbox cannot be read (%s): %s", error.strerror, ascii(str(folder)))
        return []


def _take(path: Path, folder: str, latest: float) -> ImportBatch | None:
    """Make a batch of the file, and take the file away once the database has it; None where it is not ready."""
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "it could not be removed afterwards")
    # A link that somebody puts in the file's place in between leads nowhere.
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode) or before.st_mtime > latest:
            return None
        with transaction.atomic():
            batch = _receive(path, folder, stream, before.st_size)
            with batch.file.open("rb") as stored:
                os.fsync(stored.fileno())
            after = os.fstat(stream.fileno())
            if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, before.st_size):
                # It is being written again: what was stored of it is not the file.
                batch.file.delete(save=False)
                transaction.set_rollback(True)
                return None
        # A crash between the two lines takes the file in twice, which adds no record twice.
        path.unlink()
    return batch


def _receive(path: Path, folder: str, stream: IO[bytes], size: int) -> ImportBatch:
    name = os.fsencode(path.name).decode(errors="replace")
    collection = Collection.objects.filter(slug=folder).first() if folder.isprintable() else None
    file = File(stream, name="inbox.txt")
    if size > settings.MAX_IMPORT_MB * 1024 * 1024:
        return ImportBatch.objects.create(
            file_name=name,
            file=file,
            bytes_total=size,
            collection=collection,
            origin=Origin.INBOX,
            state=BatchState.FAILED,
            failure=f"This file is larger than {settings.MAX_IMPORT_MB} MB. Split it into smaller ones.",
            finished_at=timezone.now(),
        )
    return batches.receive(file, name=name, collection=collection, publish=False, by=None, origin=Origin.INBOX)
