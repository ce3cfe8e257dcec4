"""Take the items of a JSON file one at a time, so that a file of any size needs the memory of one item."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from repository.exchange.entry import Rejected
from repository.exchange.text_encoding import NAMES, guess
from repository.exchange.text_source import CHUNK, sample

LARGEST_ITEM = 10_000_000  # characters; a paper with thousands of authors, or of references, stays below 5 million
# What XML 1.0 forbids, and halves of characters, cannot be sent on.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_WORD = 12  # characters: "\\ud83d\\ude00"; "-Infinity" is shorter
_SPACE = re.compile(r"[ \t\r\n]*")
_NOT_UTF_8 = "The file is not in UTF-8, as JSON has to be, and was read as {}."


@dataclass(slots=True)
class Item:
    """An object of the file, the line where it begins, and what was wrong with its text."""

    line: int
    value: dict[str, Any]
    warnings: tuple[str, ...] = ()


def items(stream: BinaryIO) -> Iterator[Item | Rejected]:
    """Yield the objects of a file in their order, and why something in it is none.

    Reads a list of objects, a single one, several one after the other, and answers that have them within "message",
    "items" or both, as Crossref and exports of CSL-JSON do. Where the JSON breaks off or goes wrong, what came before
    is kept and the rest is one Rejected: where the next item begins cannot be told any more.
    Texts come without what XML 1.0 forbids.
    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    text = _Text(stream)
    first = True
    try:
        while mark := text.next():
            if mark == "[":
                yield from _list(text)
            elif mark == "{":
                yield from _object(text)
            elif mark == "," and not first:
                text.skip()
            else:
                raise _Broken
            first = False
        if first:
            yield Rejected(1, "There is nothing in this file.")
    except _Broken:
        why = "The file breaks off here" if text.is_cut else "This is not valid JSON"
        yield Rejected(text.line, f"{why}, and nothing after it could be read. Export the records again.")
    except _TooLarge:
        yield Rejected(text.line, f"This item is longer than {LARGEST_ITEM:,} characters. The rest was not read.")


class _Broken(ValueError):
    """The text is no JSON from here on."""


class _TooLarge(ValueError):
    """The item does not end within bounds."""


def _list(text: "_Text") -> Iterator[Item | Rejected]:
    """Yield the items of a list that begins here."""
    text.skip()
    if text.next() == "]":
        text.skip()
        return
    while True:
        text.next()
        line, value = text.line, text.value()
        yield _item(line, value, text)
        mark = text.next()
        text.skip()
        if mark == "]":
            return
        if mark != ",":
            raise _Broken


def _item(line: int, value: Any, text: "_Text") -> Item | Rejected:
    if isinstance(value, dict):
        try:
            return Item(line, _clean(value), text.warnings())
        except RecursionError:
            return Rejected(line, "This item has too many brackets within each other to be a record.")
    return Rejected(line, "This is not a record: a list of records in JSON holds objects in curly brackets.")


def _object(text: "_Text") -> Iterator[Item | Rejected]:
    """Yield the object that begins here, or those within its "message" or "items"."""
    line, own, is_wrapper = text.line, dict[str, Any](), False
    text.skip()
    while (mark := text.next()) != "}":
        if mark == ",":
            text.skip()
            continue
        name = text.value()
        if not isinstance(name, str) or text.next() != ":":
            raise _Broken
        text.skip()
        mark = text.next()
        if (name, mark) in (("message", "{"), ("items", "[")):
            is_wrapper = True
            yield from _object(text) if mark == "{" else _list(text)
        else:
            own[name] = text.value()
    text.skip()
    if not is_wrapper:
        yield _item(line, own, text)


class _Text:
    """The text of a file, of which no more than the value that is being read is in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, head = stream, stream.read(CHUNK)
        sample(head)  # refuses what is no text
        encoding = json.detect_encoding(head)
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(encoding)(
            "strict" if "utf-8" in encoding else "replace"
        )
        self._warning = ""
        self._buffer, self._at, self._lines = self._decoded(head), 0, 1
        self._has_more, self._is_cut = True, False
        self._json = json.JSONDecoder()

    @property
    def line(self) -> int:
        """The number of the line that is being read."""
        return self._lines + self._buffer.count("\n", 0, self._at)

    @property
    def is_cut(self) -> bool:
        """Whether what is being read would have needed more than there is."""
        return self._is_cut or not self.next()

    def warnings(self) -> tuple[str, ...]:
        """Return, once, that the file is in another encoding."""
        warning, self._warning = self._warning, ""
        return (warning,) if warning else ()

    def next(self) -> str:
        """Return the next character that is no white space, without taking it, or an empty text at the end."""
        while True:
            self._at = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer) or not self._fill(CHUNK):
                return self._buffer[self._at : self._at + 1]

    def skip(self) -> None:
        """Go past the next character."""
        self._at += 1

    def value(self) -> Any:
        """Return the value that begins here, and go past it."""
        wanted = CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._buffer, self._at)
                # A number at the end of what was read may go on.
                if end < len(self._buffer) or not self._fill(CHUNK):
                    self._at = end
                    return value
            except RecursionError:
                raise _Broken from None
            except ValueError as error:
                missing = len(self._buffer.rstrip()) - getattr(error, "pos", self._at)
                is_text_cut = "Unterminated" in str(error)
                if len(self._buffer) - self._at > LARGEST_ITEM:
                    raise _TooLarge from None
                # Twice as much each time, so that a long value is not begun too often.
                # A word may have been cut, but not long before the end of what was read.
                if not (is_text_cut or missing < _LONGEST_WORD) or not self._fill(wanted):
                    self._is_cut = is_text_cut or missing <= 0
                    raise _Broken from None
                wanted *= 2

    def _fill(self, wanted: int) -> bool:
        """Read more, and forget what was read. Returns whether there was any."""
        if not self._has_more:
            return False
        data = self._stream.read(wanted)
        more = self._decoded(data)
        self._has_more = bool(data)
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(data)

    def _decoded(self, data: bytes) -> str:
        waiting = self._decoder.getstate()[0]
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            encoding = guess(waiting + data)
            self._warning = _NOT_UTF_8.format(NAMES[encoding])
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
            return self._decoder.decode(waiting + data, final=not data)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _ILLEGAL.sub("", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    return value
