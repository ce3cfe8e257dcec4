"""Which files the repository takes, and under which names: ending, first bytes and a parser must agree."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from repository.extraction import process
from repository.file_store import Incoming, RefusedFile, refuse_above_limit

LONGEST_NAME = 120  # characters, the ending included
_HEAD = 16  # bytes that tell what a file begins as


@dataclass(frozen=True)
class Kind:
    """A kind of file that we take: the media type that it is sent with, and the test of its first bytes."""

    media_type: str
    begins_right: Callable[[bytes], bool]


def media_type_of(name: str, incoming: Incoming) -> str:
    """Return the media type of content that has come in under the (clean) name.

    Raises RefusedFile where it is empty, too large, of a kind that we do not take, in truth of another kind than its
    name says, or not to be opened. What opens it is a process with limits: nothing in it reaches this one.
    """
    ending = Path(name).suffix.lower()
    if ending not in _KINDS:
        raise RefusedFile(f"Choose a file of one of these kinds: {', '.join(kind[1:] for kind in _KINDS)}.")
    if not incoming.size:
        raise RefusedFile("This file is empty.")
    refuse_above_limit(incoming.size)
    kind = _KINDS[ending]
    with incoming.path.open("rb") as file:
        if not kind.begins_right(file.read(_HEAD)):
            raise RefusedFile(
                f"This file’s name ends in {ending}, but its content is something else. Save it again in that format."
            )
    answer = process.ask("check", incoming.path, ending)
    if not answer.is_whole:
        raise RefusedFile(answer.problem or "We could not open this file safely. Save it again, or ask the library.")
    return kind.media_type


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


def free_name(name: str, taken: set[str]) -> str:
    """Return the name, or "name (2)" and so on where it is taken; `taken` holds names in lower case.

    >>> free_name("Audit.pdf", {"audit.pdf", "audit (2).pdf"})
    'Audit (3).pdf'
    """
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        tail = f" ({number}){dot}{ending}"
        free = stem[: LONGEST_NAME - len(tail)].rstrip() + tail
    return free


def _begins_with(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIP = _begins_with(b"PK\x03\x04")
_JPEG = Kind("image/jpeg", _begins_with(b"\xff\xd8\xff"))
_TEXT = _begins_with(b"")  # text has no first bytes of its own: its check reads all of it

_KINDS: dict[str, Kind] = {
    ".pdf": Kind("application/pdf", _begins_with(b"%PDF-")),
    ".docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    ".pptx": Kind(f"{_OFFICE}.presentationml.presentation", _ZIP),
    ".xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    ".csv": Kind("text/csv", _TEXT),
    ".txt": Kind("text/plain", _TEXT),
    ".png": Kind("image/png", _begins_with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
}
ENDINGS = tuple(_KINDS)
