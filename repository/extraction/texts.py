"""Plain texts and tables of values: UTF-8, UTF-16 with its mark, or Windows-1252."""

import codecs
from collections.abc import Iterator
from typing import Any

from repository.extraction.limits import MOST_TEXT, Unreadable

_CHUNK = 1_000_000  # bytes
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Control characters that no text has; form feeds stand between the pages of old reports.
_FOREIGN = {chr(code) for code in range(0x20)} - set("\t\n\r\f") | {"\x7f"}


def check(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Raise Unreadable unless all of the file is text."""
    for part in _parts(path):
        if not _FOREIGN.isdisjoint(part):
            raise Unreadable(_not_text(ending))
    yield from ()


def read(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Yield the text."""
    left = MOST_TEXT
    for part in _parts(path):
        yield "text", part[:left]
        left -= len(part)
        if left <= 0:
            return


def _parts(path: str) -> Iterator[str]:
    """Yield the decoded text in pieces. Windows-1252 is for what is no UTF-8."""
    with open(path, "rb") as file:
        head = file.read(4)
    encoding = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")
    if not encoding:
        encoding = "utf-8" if _is_utf_8(path) else "cp1252"
    try:
        yield from _decoded(path, encoding)
    except UnicodeDecodeError:
        raise Unreadable(_not_text(path[path.rfind(".") :])) from None


def _is_utf_8(path: str) -> bool:
    try:
        for _ in _decoded(path, "utf-8"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(path: str, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _not_text(ending: str) -> str:
    return f"This file’s name ends in {ending}, but its content is something else. Save it again in that format."
