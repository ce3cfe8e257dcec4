"""Keep the content of files on disk under its SHA-256, and decide which files the repository takes."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

LONGEST_NAME = 120  # characters, the ending included
_HEAD = 4_096  # bytes that are looked at to tell what a file is


class RefusedFile(ValueError):
    """The repository does not take the file; the message says why and what to do, in words for the form field."""


@dataclass(frozen=True)
class StoredFile:
    """What is known of content in the store: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


def content_type_of(upload: UploadedFile) -> str:
    """Return the media type of an upload whose name and first bytes agree; leave it at its beginning.

    Raises RefusedFile where it is empty, larger than MAX_UPLOAD_MB, of a kind that we do not take, or in truth of
    another kind than its name says.
    """
    ending = Path(clean_name(upload.name or "")).suffix.lower()
    if ending not in _KINDS:
        raise RefusedFile(f"Choose a file of one of these kinds: {', '.join(kind[1:] for kind in _KINDS)}.")
    if not upload.size:
        raise RefusedFile("This file is empty.")
    _refuse_above_limit(upload.size)
    upload.seek(0)
    head = upload.read(_HEAD)
    upload.seek(0)
    media_type, begins_right = _KINDS[ending]
    if not begins_right(head):
        raise RefusedFile(
            f"This file’s name ends in {ending}, but its content is something else. Save it again in that format."
        )
    return media_type


def store(chunks: Iterable[bytes]) -> StoredFile:
    """Keep content that comes in chunks, and return what it is known by; the same content is kept once.

    It is whole on the disk, or not there at all, whenever the machine stops. Raises RefusedFile beyond MAX_UPLOAD_MB.
    """
    digest, size = hashlib.sha256(), 0
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    descriptor, incoming = tempfile.mkstemp(prefix="incoming-", dir=root)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                _refuse_above_limit(size)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(incoming, settings.FILE_UPLOAD_PERMISSIONS)
        os.replace(incoming, target)
        for folder in (target.parent, target.parent.parent, root):
            _keep_entries(folder)
    except BaseException:
        Path(incoming).unlink(missing_ok=True)
        raise
    return StoredFile(digest.hexdigest(), size)


def path_of(sha256: str) -> Path:
    """Return where the content with that SHA-256 stands: MEDIA_ROOT/files/ab/cd/abcd…"""
    return _root() / sha256[:2] / sha256[2:4] / sha256


def clean_name(name: str) -> str:
    """Return a file name that is safe to show and to send: no path, nothing invisible, LONGEST_NAME characters at most.

    Control, bidirectional and zero-width characters go: they make "report[RLO]fdp.exe" look like a PDF.

    >>> clean_name("C:\\\\Users\\\\me\\\\Falls  audit\\u202e.pdf")
    'Falls audit.pdf'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc control, Cf format, Cs surrogate, Co private, Cn unassigned, Zl and Zp line breaks (Unicode, chapter 4.5).
    visible = "".join(c if unicodedata.category(c) not in ("Zl", "Zp") else " " for c in last)
    visible = "".join(c for c in visible if not unicodedata.category(c).startswith("C"))
    # What Windows does not allow in a name would be changed in the reader's downloads folder anyhow.
    words = " ".join("".join("-" if c in '<>:"|?*' else c for c in visible).split()).lstrip(". ")
    stem, dot, ending = words.rpartition(".")
    if not dot:
        return words[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ') or 'file'}.{ending}"[:LONGEST_NAME]


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "files"


def _refuse_above_limit(size: int) -> None:
    if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        raise RefusedFile(f"This file is too large. Choose one of {settings.MAX_UPLOAD_MB} MB or less.")


def _keep_entries(folder: Path) -> None:
    """Make the disk keep the folder's new entries too: fsync of the file alone does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _begins_with(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _is_text(head: bytes) -> bool:
    """Tell whether the bytes are text in UTF-8 or an older 8-bit encoding: these have no control characters."""
    return not any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIP = _begins_with(b"PK\x03\x04")
_JPEG = ("image/jpeg", _begins_with(b"\xff\xd8\xff"))

# What we take: the ending of the name, the media type that it is sent with, and the test of its first bytes.
_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".pdf": ("application/pdf", _begins_with(b"%PDF-")),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    ".pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    ".csv": ("text/csv", _is_text),
    ".txt": ("text/plain", _is_text),
    ".png": ("image/png", _begins_with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
}
ENDINGS = tuple(_KINDS)
