"""Read BibTeX and biblatex."""

import re
from collections.abc import Iterator
from io import SEEK_SET
from typing import BinaryIO

from repository.exchange.bibtex_blocks import Block, Definitions, blocks, inherited
from repository.exchange.bibtex_entry import make_entry
from repository.exchange.bibtex_writing import EXTENSION, MEDIA_TYPE, write
from repository.exchange.entry import Entry, Rejected
from repository.exchange.text_source import read_lines

KEY = "bibtex"
LABEL = "BibTeX"

_ENTRY = re.compile(
    r"(?:^|[\s})])@\s*+(?:string\s*+[{(]\s*+\w+\s*+=|(?!(?:comment|string|preamble)\b)"
    r"[A-Za-z]\w*+\s*+[{(][ \t]*+[^\s{}=,]*+[ \t]*+(?:,|$))",
    re.IGNORECASE | re.MULTILINE,
)
_REFERENCE = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]([^{}\"]+)[}\"]", re.IGNORECASE)
_MOST_PARENTS = 20_000
_MOST_ANCESTORS = 20  # of one entry: a chapter has a book, and that perhaps a series


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is BibTeX."""
    return _ENTRY.search(text) is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each work of a BibTeX file, or why it is none, in the order of the file.

    An entry is rejected if it is not closed, cannot be taken apart or has no title. One that refers to another, by
    crossref or xdata, gets the fields of that. Where a key comes twice both entries are kept, and the second says so.
    The stream must be able to seek. Memory is that of one entry, of the strings that the file defines and of the
    entries that others refer to.
    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    parents = _parents(stream)
    known, keys, is_empty = Definitions(), set[int](), True
    for block in blocks(read_lines(stream), known):
        is_empty = False
        if isinstance(block, Rejected):
            yield block
            continue
        _inherit(block, parents)
        if block.key:
            if hash(block.key) in keys:
                block.warnings.append(f"Line {block.line}: another entry before it has the key “{block.key[:60]}” too.")
            keys.add(hash(block.key))
        yield make_entry(block, known.commands) or Rejected(block.line, "This entry has no title.", block.key)
    if is_empty:
        yield Rejected(1, "There is no entry in this file: one begins with a line like “@article{smith2020,”.")


def _parents(stream: BinaryIO) -> dict[str, Block]:
    """Return the entries that others refer to, by their keys in lower case. The stream stays where it was."""
    start = stream.tell()
    wanted: set[str] = set()
    for line in read_lines(stream):
        for match in _REFERENCE.finditer(line.text):
            wanted |= {key.strip().lower() for key in match[1].split(",")}
    stream.seek(start, SEEK_SET)
    if not wanted:
        return {}
    found: dict[str, Block] = {}
    for block in blocks(read_lines(stream), Definitions()):
        if isinstance(block, Block) and block.key.lower() in wanted and len(found) < _MOST_PARENTS:
            found.setdefault(block.key.lower(), block)
    stream.seek(start, SEEK_SET)
    return found


def _inherit(block: Block, parents: dict[str, Block]) -> None:
    """Give a block the fields of those that it refers to, and of those that they do."""
    seen = {block.key.lower()}
    waiting = _references(block)
    while waiting and len(seen) <= _MOST_ANCESTORS + 1:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        if parent := parents.get(key):
            block.fields = inherited(block.fields, parent.fields)
            waiting += _references(parent)
        else:
            block.warnings.append(f"Line {block.line}: it refers to “{key[:60]}”, which is not in the file.")
    if waiting:
        block.warnings.append(
            f"Line {block.line}: it refers to more than {_MOST_ANCESTORS} others, of which the first were read."
        )


def _references(block: Block) -> list[str]:
    text = f"{block.fields.get('crossref', '')},{block.fields.get('xdata', '')}"
    return [key.strip().lower() for key in text.split(",") if key.strip()]


__all__ = ["EXTENSION", "KEY", "LABEL", "MEDIA_TYPE", "read", "recognises", "write"]
