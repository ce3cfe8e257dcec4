"""Turn the bytes of an uploaded file into numbered lines of clean text, in small constant memory."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

CHUNK = 65_536  # bytes read at once, and looked at to tell what the file is
LONGEST_LINE = 1_000_000  # bytes; the longest real one, an abstract without line breaks, is far below


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message says why and what to do, in words for the librarian."""


class Line(NamedTuple):
    """One line of a file, without its line break."""

    number: int
    text: str
    problem: str = ""  # a sentence where the line could not be read as it stands
    finished: bool = True  # False if the file ends without a line break after it


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a text file, from where the stream stands, numbered from 1.

    Reads UTF-8 and, with or without a byte order mark, UTF-16; a line that is not UTF-8 is read as Windows-1252 and
    says so. Lines may end in LF, CRLF or CR. Characters that XML 1.0 forbids are taken out, because what we keep has
    to be sent on as XML. A line beyond LONGEST_LINE is cut there and says so.
    Raises UnreadableFile for a file that is empty (at its end, where it holds nothing but blanks) or no text.
    """
    head = _read_head(stream)
    encoding, mark = _encoding(head)
    chunks = _chunks(head[mark:], stream)
    if encoding != "utf-8":
        chunks = _as_utf8(chunks, encoding)
    number, is_blank = 0, True
    for block, is_cut in _blocks(chunks):
        lines, problems = _decoded(block)
        is_blank = is_blank and not any(map(str.strip, lines))
        finished = is_cut or block.endswith(b"\n")
        if finished and not is_cut:
            lines.pop()  # what follows the last line break is no line
        if is_cut:
            problems[0] = f"is longer than {LONGEST_LINE:,} bytes, and the rest of it was left out"
        for index, text in enumerate(lines):
            number += 1
            problem = problems.get(index)
            yield Line(number, text, f"Line {number} {problem}." if problem else "", finished or index < len(lines) - 1)
    if is_blank:
        raise UnreadableFile(_EMPTY)


def sample(head: bytes) -> str:
    """Return the text of a file's first bytes, for telling its format. Raises UnreadableFile as read_lines does."""
    encoding, mark = _encoding(head)
    return head[mark:].decode(encoding, errors="replace")


_EMPTY = "This file is empty."
_NOT_TEXT = "This file is {}, not plain text. Export the records again in one of the formats that we read."

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip file or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)

# C0 controls other than tab, line feed and carriage return, and the two non-characters (XML 1.0, production 2).
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\x0b\x0c\r\x1a\x1b")


def _read_head(stream: BinaryIO) -> bytes:
    """Read CHUNK bytes, or all there are: a stream may give fewer at a time."""
    head = b""
    while len(head) < CHUNK and (more := stream.read(CHUNK - len(head))):
        head += more
    return head


def _chunks(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield head
    while chunk := stream.read(CHUNK):
        yield chunk


def _encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding of a file that begins so, and how many bytes its byte order mark takes."""
    if not head:
        raise UnreadableFile(_EMPTY)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    for beginning, kind in _OTHER_KINDS:
        if head.startswith(beginning):
            raise UnreadableFile(_NOT_TEXT.format(kind))
    # Tags and line breaks are ASCII in whatever language, so nearly every other byte of UTF-16 without a mark is 0.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > len(head) * 0.3 and min(even, odd) < len(head) * 0.05:
        return ("utf-16-le" if odd > even else "utf-16-be"), 0
    # Random bytes have one control character in ten; a damaged text file has a few of them altogether.
    if len(head) - len(head.translate(None, _CONTROLS)) > max(len(head) * 0.02, 2):
        raise UnreadableFile(_NOT_TEXT.format("binary"))
    return "utf-8", 0


def _as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        # Bytes of half a character at the end of a file that was cut there are dropped.
        yield decoder.decode(chunk).encode()


def _blocks(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes in blocks of whole lines that end in LF, and whether a block is one line that had to be cut."""
    rest, skipping = b"", False
    for chunk in chunks:
        data = rest + chunk
        # A CR at the very end may be the first half of a CRLF.
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        if skipping:
            first = re.search(rb"\r\n|\n|\r(?=.)", data, re.DOTALL)
            if first is None:
                rest = data[-1:]
                continue
            data, end, skipping = data[first.end() :], end - first.end(), False
        if end:
            yield _with_line_feeds(data[:end]), False
        rest = data[end:]
        if len(rest) > LONGEST_LINE:
            yield rest[: _character_start(rest, LONGEST_LINE)], True
            rest, skipping = rest[-1:], True
    if rest and not skipping:
        yield _with_line_feeds(rest), False


def _with_line_feeds(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


def _character_start(data: bytes, index: int) -> int:
    """Return the index, or one up to three bytes before it, where a UTF-8 character begins."""
    for start in range(index, index - 4, -1):
        if data[start] & 0b1100_0000 != 0b1000_0000:
            return start
    return index


def _decoded(block: bytes) -> tuple[list[str], dict[int, str]]:
    """Return the text of each line, and what was wrong with a line by its index."""
    problems: dict[int, str] = {}
    try:
        text = block.decode()
    except UnicodeDecodeError:
        raw_lines = block.split(b"\n")
        for index, raw in enumerate(raw_lines):
            try:
                raw.decode()
            except UnicodeDecodeError:
                raw_lines[index] = raw.decode("cp1252", errors="replace").encode()
                problems[index] = "is not in UTF-8 and was read as Windows-1252"
        text = b"\n".join(raw_lines).decode()
    lines = _ILLEGAL.sub("", text).split("\n")
    if "\ufffd" in text:
        for index, line in enumerate(lines):
            if "\ufffd" in line:
                problems[index] = "has a character that could not be read, shown as \ufffd"
    return lines, problems
