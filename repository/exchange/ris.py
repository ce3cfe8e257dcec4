"""Read RIS, the tagged lines of reference managers and databases: cut a file into records, and each into an entry.

Everybody writes RIS a little differently, and nobody should lose a record over it. So a record begins at TY, whether
or not the one before it had its ER; tags may be spaced amiss; lines without a tag go on with the field above, blank
ones as well; and the fields of a record whose TY is lost are told from the text that some programs put first.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from repository.exchange.entry import Entry, Rejected
from repository.exchange.ris_entry import make_entry
from repository.exchange.ris_tags import BY_PREFIX, KNOWN, LEFT_OUT, OTHER_TYPES, TYPES
from repository.exchange.tagged_records import LARGEST_RECORD, Record
from repository.exchange.text_source import Line, read_lines

KEY = "ris"
LABEL = "RIS"

_BEGINNING = re.compile(r"^[ \t]*TY(?:[ \t]+-|- ?[A-Z]+[ \t\r]*$)", re.MULTILINE)
_END = re.compile(r"^ER[ \t]+-[ \t\r]*$", re.MULTILINE)


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is RIS: by a line that begins a record or ends one."""
    return _BEGINNING.search(text) is not None or _END.search(text) is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record of a RIS file, or why it is none, in the order of the file.

    A record is rejected if it has no title or more than LARGEST_RECORD characters. Smaller things that could not be
    read are in the entry's warnings, each with its line number. Text before the first record is passed over.
    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    is_empty = True
    for record in _records(read_lines(stream)):
        is_empty = False
        yield entry_or_reason(record)
    if is_empty:
        yield Rejected(1, "There is no record in this file: a RIS record begins with a line like “TY  - JOUR”.")


def entry_or_reason(record: Record) -> Entry | Rejected:
    """Return the entry of a record whose fields have RIS's tags, or why it is none."""
    label = record.first("TI", "T1", "AU", "A1", "DO", "ID")[:100]
    if record.size > LARGEST_RECORD:
        return Rejected(record.line, f"This record is longer than {LARGEST_RECORD:,} characters.", label)
    return make_entry(record) or Rejected(record.line, "This record has no title.", label)


def _records(lines: Iterable[Line]) -> Iterator[Record]:
    """Cut a file into its records, each of which has at least one field of the format."""
    record: Record | None = None
    indent = ""
    for number, text, problem, _ in lines:
        if indent:
            text = text.removeprefix(indent)
        tag = BY_PREFIX.get(text[:5])
        if tag is not None:
            text = text[5:].strip()
        elif not text or text.isspace():
            if record is not None:
                record.continue_with("")
            continue
        elif record is not None and text[2:3] not in _GAPS:
            tag = ""
        else:
            if record is None and not indent and (match := re.match(r"\s+(?=TY {1,2}-)", text)):
                indent = match[0]  # pasted from where everything was moved to the right
                text = text[match.end() :]
            tag, text = _loosely(text)
        if record is None:
            if not tag or tag == "ER":
                continue
            record = Record(number)
        elif tag == "ER" or (tag == "TY" and _is_whole(record)):
            record.has_end = tag == "ER"
            yield from _finished(record)
            if tag == "ER":
                record = None
                continue
            record = Record(number)
        if problem:
            record.note(problem)
        if not tag:
            record.continue_with(text)
        elif tag in LEFT_OUT or (tag == "N1" and text.startswith("References: ")):
            record.leave_out(tag)
        elif tag in KNOWN:
            record.add(tag, number, text)
        else:
            record.leave_out(tag)
            record.note(f"Line {number} has a field that we do not know, {tag}, and was left out: “{text[:60]}”.")
    if record is not None:
        yield from _finished(record)


def _is_whole(record: Record) -> bool:
    """Tell whether TY begins another record: some programs write a few fields before it."""
    return not record.tags.isdisjoint(("TY", "TI", "T1", "CT"))


def _finished(record: Record) -> Iterator[Record]:
    """Yield the record, with what it lacks said, unless nothing in it is read."""
    if "TY" not in record.tags:
        if not record.fields:
            return
        record.note("This record has no TY line, with which a record begins.")
    if not record.has_end:
        record.note("This record has no ER line, with which a record ends: it may be incomplete.")
    yield record


_GAPS = frozenset(" \t-")  # what can stand third in a line that begins a field
_SPACED = re.compile(r"([A-Z][A-Z0-9])([ \t]*)-(.*)", re.DOTALL)


def _loosely(text: str) -> tuple[str, str]:
    """Return tag and text of a line that is not laid out as the format says; the tag is "" where it has none.

    Two spaces and a hyphen make a tag of any two letters. With one only a tag of the format is one, and with none TY
    and ER, as an abstract may go on with a line like "T2 weighted" or "IL-6".
    """
    match = _SPACED.match(text)
    if match is None:
        return "", text
    tag, gap, rest = match.groups()
    if gap == " ":
        is_tag = tag in KNOWN and not rest[:1].strip()
    elif gap == "":
        is_tag = (tag == "ER" and not rest.strip()) or (tag == "TY" and rest.strip() in TYPES.keys() | OTHER_TYPES)
    else:
        is_tag = True
    return (tag, rest.strip()) if is_tag else ("", text)
