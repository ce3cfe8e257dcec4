"""Keep the content of files on disk under its SHA-256; what comes in is written and hashed in pieces."""

import errno
import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# Bytes of the disk that uploads leave free: the database may stand on the same one.
ROOM_TO_LEAVE = 100 * 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class RefusedFile(ValueError):
    """The repository does not take the file; the message says why and what to do, in words for the form field."""


@dataclass(frozen=True)
class StoredFile:
    """What is known of content in the store: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class Incoming:
    """Content on its way into the store. What is never kept is dropped with the object, at the latest."""

    def __init__(self) -> None:
        folder = _made(Path(settings.MEDIA_ROOT) / "incoming")
        descriptor, path = tempfile.mkstemp(dir=folder)
        self.path = Path(path)
        self.size = 0
        self._digest = hashlib.sha256()
        self._file = os.fdopen(descriptor, "wb")
        self._drop = weakref.finalize(self, _close_and_remove, self._file, self.path)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Add a piece. Raises RefusedFile beyond MAX_UPLOAD_MB, and where the disk is full."""
        refuse_above_limit(self.size + len(chunk))
        with _words_for_a_full_disk():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def finish(self) -> None:
        """Bring all of it to the disk, from which others may then read it. Raises RefusedFile where that is full."""
        with _words_for_a_full_disk():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def keep(self) -> StoredFile:
        """Put the finished content in its place, and return what it is known by; the same content is kept once.

        It is whole in its place, or not there at all, whenever the machine stops. Raises RefusedFile on a full disk.
        """
        target = path_of(self.sha256)
        with _words_for_a_full_disk():
            _made(target.parent)
            os.chmod(self.path, settings.FILE_UPLOAD_PERMISSIONS)
            os.replace(self.path, target)
            for folder in (target.parent, target.parent.parent, _root()):
                _keep_entries(folder)
        self._drop.detach()
        return StoredFile(self.sha256, self.size)

    def drop(self) -> None:
        """Leave nothing of it, unless it was kept."""
        self._drop()


def receive(chunks: Iterable[bytes]) -> Incoming:
    """Write content that comes in pieces beside the store. Raises RefusedFile as `write` and `finish` do."""
    incoming = Incoming()
    try:
        for chunk in chunks:
            incoming.write(chunk)
        incoming.finish()
    except BaseException:
        incoming.drop()
        raise
    return incoming


def store(chunks: Iterable[bytes]) -> StoredFile:
    """Keep content that comes in pieces. Raises RefusedFile beyond MAX_UPLOAD_MB, and where the disk is full."""
    incoming = receive(chunks)
    try:
        return incoming.keep()
    finally:
        incoming.drop()


def path_of(sha256: str) -> Path:
    """Return where the content with that SHA-256 stands: MEDIA_ROOT/files/ab/cd/abcd…"""
    return _root() / sha256[:2] / sha256[2:4] / sha256


def thumbnail_path_of(sha256: str) -> Path:
    """Return where the thumbnail of that content stands: MEDIA_ROOT/thumbnails/ab/cd/abcd….png"""
    return Path(settings.MEDIA_ROOT) / "thumbnails" / sha256[:2] / sha256[2:4] / f"{sha256}.png"


def store_thumbnail(sha256: str, png: bytes) -> None:
    """Keep the thumbnail of a content in the place of the one that it had."""
    incoming = receive([png])
    target = thumbnail_path_of(sha256)
    try:
        _made(target.parent)
        os.chmod(incoming.path, settings.FILE_UPLOAD_PERMISSIONS)
        os.replace(incoming.path, target)
    finally:
        incoming.drop()


def remove(sha256: str) -> None:
    """Take content and its thumbnail from the disk. Only for what nothing refers to: see files.discard_unused."""
    path_of(sha256).unlink(missing_ok=True)
    thumbnail_path_of(sha256).unlink(missing_ok=True)


def contents() -> Iterator[Path]:
    """Yield the path of every content that stands in the store, whether anything refers to it or not."""
    for path in _root().glob("??/??/*"):
        if path.is_file():
            yield path


def leftovers() -> Iterator[Path]:
    """Yield the path of everything that is on its way in, or was when a process was killed."""
    yield from (Path(settings.MEDIA_ROOT) / "incoming").glob("*")


def refuse_above_limit(size: int) -> None:
    """Raise RefusedFile for more bytes than MAX_UPLOAD_MB."""
    if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        raise RefusedFile(f"This file is too large. Choose one of {settings.MAX_UPLOAD_MB} MB or less.")


def refuse_without_room(size: int) -> None:
    """Raise RefusedFile where the disk has no room for so many bytes and for what else the portal writes."""
    if shutil.disk_usage(_made(Path(settings.MEDIA_ROOT))).free < size + ROOM_TO_LEAVE:
        raise _no_room()


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "files"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _no_room() -> RefusedFile:
    return RefusedFile("The portal has no room for this file now. Tell the library, and try again later.")


@contextmanager
def _words_for_a_full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _no_room() from error
        raise


def _close_and_remove(file: object, path: Path) -> None:
    path.unlink(missing_ok=True)
    try:
        file.close()  # type: ignore[attr-defined]
    except OSError:
        # A full disk refuses what the file had still to write, which nobody wants any more.
        return


def _keep_entries(folder: Path) -> None:
    """Make the disk keep the folder's new entries too: fsync of the file alone does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
