"""Word, PowerPoint and Excel files (ECMA-376): ZIP archives of XML, of which we read the words and nothing else.

The XML is searched for the elements that hold text and never parsed, so that no entity of it is ever resolved.
"""

import html
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from repository.extraction.limits import MOST_ENTRIES, MOST_RATIO, MOST_TEXT, MOST_UNPACKED, Unreadable

_TYPES = "[Content_Types].xml"
_FORMAT = "application/vnd.openxmlformats-officedocument."
# The content type of the main part, by ending (ECMA-376 part 1, 11.3.10, 13.3.6 and 12.3.23).
_MAIN = {
    ".docx": "wordprocessingml.document.main+xml",
    ".pptx": "presentationml.presentation.main+xml",
    ".xlsx": "spreadsheetml.sheet.main+xml",
}
# The parts with words for readers, by ending.
_WORDS = {
    ".docx": re.compile(r"word/(document|footnotes|endnotes)\d*\.xml"),
    ".pptx": re.compile(r"ppt/(slides|notesSlides)/\w+\.xml"),
    ".xlsx": re.compile(r"xl/(sharedStrings|worksheets/\w+)\.xml"),
}
_PAGE = re.compile(r"ppt/slides/slide\d+\.xml")
# A run of text, or the end of a paragraph, a line, a cell or a shared string.
_RUN = re.compile(
    r"<(?:w:|a:)?t(?:\s[^<>]*)?>(?P<text>[^<]*)</(?:w:|a:)?t>|(?P<end></w:p>|</a:p>|</si>|<w:br\s*/>|<a:br\s*/>|<w:tab\s*/>)"
)


def check(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Raise Unreadable unless the file is a whole document of its kind, of a size that one can open, without macros."""
    with _opened(path) as archive:
        _refuse_bombs(archive)
        names = {entry.filename for entry in archive.infolist()}
        if _TYPES not in names:
            raise Unreadable(_other(ending))
        types = _text_of(archive, _TYPES)
        if "macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Unreadable("This file has macros in it. Save a copy without macros, and choose that.")
        override = re.search(r'<Override\s[^>]*"' + re.escape(_FORMAT + _MAIN[ending]) + '"[^>]*>', types)
        part = override and re.search(r'PartName\s*=\s*"/([^"]+)"', override[0])
        if not part or part[1] not in names:
            raise Unreadable(_other(ending))
        _text_of(archive, part[1])
    yield from ()


def read(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Yield the words, part by part, and the number of slides."""
    with _opened(path) as archive:
        _refuse_bombs(archive)
        names = [entry.filename for entry in archive.infolist()]
        if ending == ".pptx":
            yield "pages", sum(bool(_PAGE.fullmatch(name)) for name in names)
        left = MOST_TEXT
        for name in sorted((name for name in names if _WORDS[ending].fullmatch(name)), key=_in_order):
            words = _words(_text_of(archive, name))[:left]
            yield "text", words
            left -= len(words)


def _opened(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, MemoryError):
        raise Unreadable(_damaged()) from None


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    packed, unpacked = (sum(getattr(entry, size) for entry in entries) for size in ("compress_size", "file_size"))
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1_000):
        raise Unreadable("This file unpacks to far more than it should. Save it again with smaller pictures or tables.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("This file is locked with a password. Save a copy without one.")


def _text_of(archive: zipfile.ZipFile, name: str) -> str:
    """Return one part. An archive gives no more of it than its directory says, whatever is packed."""
    try:
        return archive.read(name).decode("utf-8", errors="replace")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError, MemoryError):
        raise Unreadable(_damaged()) from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Unreadable(_damaged()) from None


def _words(xml: str) -> str:
    found = (match["text"] if match["end"] is None else _space(match["end"]) for match in _RUN.finditer(xml))
    return html.unescape("".join(found)) + "\n"


def _space(end: str) -> str:
    return "\t" if "tab" in end else "\n"


def _in_order(name: str) -> list[tuple[bool, int, str]]:
    """Order slide2 before slide10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]


def _other(ending: str) -> str:
    return f"This file’s name ends in {ending}, but its content is something else. Save it again in that format."


def _damaged() -> str:
    return "This file is damaged or not complete. Save it again, and choose the new file."
