"""Read EndNote's tagged lines (%0, %A, %T …; the format of refer), by giving its fields the tags of RIS."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from repository.exchange.entry import Entry, Rejected
from repository.exchange.ris import entry_or_reason
from repository.exchange.tagged_records import Record
from repository.exchange.text_source import Line, read_lines

KEY = "refer"
LABEL = "EndNote (tagged lines)"

# What each tag is in RIS (EndNote's manual, "EndNote Import Format", and refer(1)).
_AS_RIS: dict[str, str] = {
    "%A": "AU", "%E": "ED", "%Y": "A3", "%T": "TI", "%Q": "TT", "%J": "T2", "%B": "T2", "%S": "T3", "%O": "J2",
    "%V": "VL", "%N": "IS", "%P": "SP", "%D": "PY", "%8": "DA", "%X": "AB", "%K": "KW", "%R": "DO", "%@": "SN",
    "%I": "PB", "%C": "CY", "%7": "ET", "%U": "UR", "%G": "LA", "%M": "AN", "%W": "DP", "%~": "DB", "%9": "M3",
    "%+": "AD", "%Z": "N1", "%2": "C2", "%]": "C7",
}  # fmt: skip
# Left out: %! short title, %> and %< files and notes of a person's own, %L call number, %F label, %6 number of volumes.

_TYPES: dict[str, str] = {
    "journal article": "JOUR",
    "electronic article": "EJOUR",
    "magazine article": "MGZN",
    "book": "BOOK",
    "edited book": "EDBOOK",
    "electronic book": "EBOOK",
    "book section": "CHAP",
    "electronic book section": "ECHAP",
    "conference paper": "CPAPER",
    "conference proceedings": "CONF",
    "report": "RPRT",
    "government document": "GOVDOC",
    "standard": "STAND",
    "thesis": "THES",
    "dataset": "DATA",
    "unpublished work": "UNPB",
    "manuscript": "MANSCPT",
}


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is in this format."""
    return re.match(r"\s*%[0ATD] ", text) is not None and re.search(r"^%T ", text, re.MULTILINE) is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record of a file, or why it is none, in the order of the file.

    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    is_empty = True
    for record in _records(read_lines(stream)):
        is_empty = False
        yield entry_or_reason(record)
    if is_empty:
        yield Rejected(1, "There is no record in this file: a record begins with a line like “%0 Journal Article”.")


def _records(lines: Iterable[Line]) -> Iterator[Record]:
    """Cut a file at its %0 lines, and where a line is blank before the authors or the title of the next record."""
    record: Record | None = None
    after_blank = False
    for number, text, problem, _ in lines:
        tag, value = text[:2], text[2:].strip()
        if not text.strip():
            after_blank = True
            if record is not None:
                record.continue_with("")
            continue
        if not re.match(r"%\S(?:\s|$)", text):
            if record is not None:
                record.continue_with(text.strip())
        else:
            starts = tag == "%0" or (after_blank and tag in ("%A", "%T") and _is_taken(record, tag))
            if record is None or (starts and record.tags):
                if record is not None:
                    yield _typed(record)
                record = Record(number)
            if tag == "%0":
                record.add("TY", number, _TYPES.get(value.lower(), "GEN"))
            elif (ris := _AS_RIS.get(tag)) is not None:
                record.add(ris, number, value)
            else:
                record.leave_out(tag)
        after_blank = False
        if problem and record is not None:
            record.note(problem)
    if record is not None:
        yield _typed(record)


def _is_taken(record: Record | None, tag: str) -> bool:
    return record is not None and "TI" in record.tags and (tag == "%T" or "AU" in record.tags)


def _typed(record: Record) -> Record:
    """Return the record with a type: the records of refer itself have none, and %J says that it is an article."""
    if "TY" not in record.tags:
        record.add("TY", record.line, "JOUR" if "T2" in record.tags else "GEN")
    return record
