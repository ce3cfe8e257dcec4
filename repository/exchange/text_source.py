"""Turn the bytes of an uploaded file into numbered lines of clean text, in small constant memory."""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from repository.exchange import text_encoding

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

    Reads UTF-8 and, with or without a byte order mark, UTF-16. A file in an encoding of before UTF-8 is read in the
    one that text_encoding guesses, and its first line that shows it says so; in a file that is partly UTF-8 each line
    that is not says so. Lines may end in LF, CRLF or CR. Characters that XML 1.0 forbids are taken out, because what
    we keep has to be sent on as XML. A line beyond LONGEST_LINE is cut there and says so.
    Raises UnreadableFile for a file that is empty (at its end, where it holds nothing but blanks) or no text.
    """
    head = _read_head(stream)
    encoding, mark = _encoding(head)
    chunks = _chunks(head[mark:], stream)
    if encoding != "utf-8":
        chunks = _as_utf8(chunks, encoding)
    number, is_blank = 0, True
    decoder = _Decoder()
    for block, is_cut in _blocks(chunks):
        lines, problems = decoder.lines(block)
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
    """Return the text of a file's first bytes, for telling its format. Raises UnreadableFile as read_lines does.

    What is ASCII in it is right whatever the encoding, and by that formats are told apart. Its lines end in LF, and
    nothing is in it that read_lines would take out.
    """
    encoding, mark = _encoding(head)
    text = head[mark:].decode(encoding, errors="replace")
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


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


class _Decoder:
    """Turns bytes to text, keeping in mind in which encodings the file has shown itself to be."""

    def __init__(self, declared: str = "") -> None:
        self._declared = declared
        self._legacy = ""  # the encoding of the whole file, once it has shown that it is not in UTF-8
        self._has_utf_8 = False  # beyond what is the same in ASCII

    def lines(self, block: bytes) -> tuple[list[str], dict[int, str]]:
        """Return the text of each line, and what was wrong with a line by its index."""
        problems: dict[int, str] = {}
        try:
            text = block.decode()
        except UnicodeDecodeError:
            decoded, problems = self._pieces(block.split(b"\n"))
            text = "\n".join(decoded)
        else:
            self._has_utf_8 = self._has_utf_8 or not block.isascii()
        lines = _ILLEGAL.sub("", text).split("\n")
        if "\ufffd" in text:
            for index, line in enumerate(lines):
                if "\ufffd" in line:
                    problems[index] = _UNREADABLE
        return lines, problems

    def xml(self, block: bytes) -> tuple[str, list[tuple[int, str]]]:
        """Return the text, and what was wrong with it, each with the number of line breaks before."""
        try:
            text = block.decode()
        except UnicodeDecodeError:
            decoded, by_index = self._pieces(re.split(rb"(?<=[>\n])", block))
            text = "".join(decoded)
            problems = [("".join(decoded[:index]).count("\n"), problem) for index, problem in by_index.items()]
        else:
            problems = []
            if not self._has_utf_8 and not block.isascii():
                self._has_utf_8 = True
                if self._declared:
                    before = block[: _BEYOND_ASCII.search(block).start()]  # type: ignore[union-attr]
                    problems = [(before.count(b"\n"), _IS_UTF_8)]
        if "\ufffd" in text:
            problems.append((text.count("\n", 0, text.index("\ufffd")), _UNREADABLE))
        return _ILLEGAL.sub("", text), problems

    def _pieces(self, pieces: list[bytes]) -> tuple[list[str], dict[int, str]]:
        """Decode the pieces of a block that as a whole is not UTF-8."""
        texts, problems = [""] * len(pieces), {}
        others, utf_8 = [], 0  # bytes beyond ASCII that are UTF-8
        for index, raw in enumerate(pieces):
            try:
                texts[index] = raw.decode()
            except UnicodeDecodeError:
                others.append(index)
            else:
                utf_8 += _beyond_ascii(raw)
        if not self._legacy and others:
            self._legacy = self._encoding([pieces[index] for index in others], utf_8)
            if self._legacy and self._legacy != self._declared:
                name = text_encoding.NAMES.get(self._legacy, self._legacy)
                problems[others[0]] = f"is the first that is not in UTF-8: from it on, the file was read as {name}"
        if self._legacy in text_encoding.MULTI_BYTE:
            others = list(range(len(pieces)))  # two characters of GBK can by chance be one of UTF-8
        for index in others:
            texts[index] = pieces[index].decode(self._legacy or "cp1252", errors="replace")
            if not self._legacy:
                problems[index] = "is not in UTF-8 and was read as Windows-1252"
        return texts, problems

    def _encoding(self, pieces: list[bytes], utf_8: int) -> str:
        """Return the encoding of the whole file from the pieces of it that are not UTF-8, or "" where it has several.

        `utf_8` is how many bytes beyond ASCII are UTF-8 in what stands among the pieces.
        """
        if self._declared and _is_whole(pieces, self._declared):
            return self._declared
        encoding = text_encoding.guess(b"\n".join(pieces)[:CHUNK])
        is_chance = encoding in text_encoding.MULTI_BYTE and utf_8 * 4 <= sum(map(_beyond_ascii, pieces))
        return "" if self._has_utf_8 or (utf_8 and not is_chance) else encoding


def _beyond_ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, _HIGH))


_HIGH = bytes(range(128, 256))
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_IS_UTF_8 = "is in UTF-8, though the file says that it is in another encoding; the file was read as UTF-8"
_UNREADABLE = "has a character that could not be read, shown as \ufffd"
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")


def _is_whole(pieces: list[bytes], encoding: str) -> bool:
    try:
        for piece in pieces:
            piece.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def read_xml_text(stream: BinaryIO) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield the text of an XML file in pieces that end where a tag or a line does, each with what was wrong with it.

    What was wrong is given as (how many line breaks of the piece are before it, what the line is or has). What the
    file says about its encoding is believed only where it is not in UTF-8 or UTF-16, and can be in that encoding:
    programs that save XML anew often leave the old word there.
    Raises UnreadableFile as read_lines does.
    """
    head = _read_head(stream)
    encoding, mark = _encoding(head)
    chunks = _chunks(head[mark:], stream)
    if encoding != "utf-8":
        chunks = _as_utf8(chunks, encoding)
    said = _DECLARED.match(head)
    decoder = _Decoder(text_encoding.declared(said[1].decode()) if said else "")
    is_blank, rest = True, b""
    for chunk in chunks:
        data = rest + chunk
        end = max(data.rfind(b"\n"), data.rfind(b">")) + 1
        if not end and len(data) > LONGEST_LINE:
            end = _character_start(data, len(data) - 4)
        rest = data[end:]
        if end:
            is_blank = is_blank and not data[:end].strip()
            yield decoder.xml(_with_line_feeds(data[:end]))
    if rest:
        is_blank = is_blank and not rest.strip()
        yield decoder.xml(_with_line_feeds(rest))
    if is_blank:
        raise UnreadableFile(_EMPTY)
