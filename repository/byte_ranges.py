"""Read the Range header of a request: which bytes of a file are wanted (RFC 9110, section 14; no Django)."""

import re
from dataclasses import dataclass

# 14.1.1 and 14.1.2: "bytes=first-last", "bytes=first-" or "bytes=-length"; the unit is without case (14.1).
_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE | re.ASCII)
# More digits than any file has bytes.
_MOST_DIGITS = 19


class Unsatisfiable(ValueError):
    """The range lies behind the file's end: the answer is 416 (15.5.17)."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes `first` to `last`, both included, of a file of `size` bytes."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The value of the Content-Range header (14.4)."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def wanted_range(header: str, size: int) -> ByteRange | None:
    """Return the bytes that a Range header asks for of a file of `size` bytes, or None for the whole file.

    A header that is not well formed, of another unit, or of several ranges is ignored, as a server may (14.2). Raises
    Unsatisfiable where there are no such bytes.

    >>> wanted_range("bytes=-2", 10)
    ByteRange(first=8, last=9, size=10)
    """
    match = _ONE_RANGE.fullmatch(header)
    if not match or max(map(len, match.groups())) > _MOST_DIGITS:
        return None
    first, last = (int(digits) if digits else None for digits in match.groups())
    if first is None:
        return None if last is None else _suffix(last, size)
    if last is not None and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return ByteRange(first, size - 1 if last is None else min(last, size - 1), size)


def _suffix(length: int, size: int) -> ByteRange:
    if not length or not size:
        raise Unsatisfiable
    return ByteRange(max(0, size - length), size - 1, size)
