"""Read the tagged plain text of Web of Science (FN … PT … ER … EF), by giving its fields the tags of RIS.

From Clarivate's "Web of Science Core Collection Field Tags". The lines of a field after its first are moved to the
right; in the fields of LISTS each of them is a value of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from repository.exchange.entry import Entry, Rejected
from repository.exchange.ris import entry_or_reason
from repository.exchange.ris_people import with_named_orcids
from repository.exchange.tagged_records import Field, Record
from repository.exchange.text_source import Line, read_lines

KEY = "isi"
LABEL = "Web of Science (plain text)"

# What each tag is in RIS. AF, the whole names, and AU, the short ones, are sorted out below.
_AS_RIS: dict[str, str] = {
    "AF": "AU", "AU": "AU", "CA": "AU", "GP": "AU", "BA": "AU", "BF": "AU", "BE": "ED", "TI": "TI", "FT": "TT",
    "SO": "T2", "J9": "J9", "JI": "JI", "SE": "T3", "LA": "LA", "DT": "M3", "DE": "KW", "ID": "KW", "AB": "AB",
    "C1": "AD", "SN": "SN", "EI": "SN", "BN": "SN", "PU": "PB", "PI": "CY", "PY": "PY", "PD": "DA", "VL": "VL",
    "IS": "IS", "SU": "IS", "BP": "SP", "EP": "EP", "AR": "C7", "DI": "DO", "PM": "PM", "CT": "T2", "CL": "CY",
}  # fmt: skip
_LISTS = frozenset({"AF", "AU", "CA", "GP", "BA", "BF", "BE", "C1"})
_TYPES = {"J": "JOUR", "B": "BOOK", "S": "CHAP", "P": "PAT", "C": "CPAPER"}
_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)", re.DOTALL)
_ENDS = frozenset({"FN", "VR", "ER", "EF"})


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is in this format."""
    return (
        re.search(r"\A\s*FN\b.*\n\s*VR\b", text) is not None
        or re.search(r"^PT [JBSPC]\n(?:AU|TI|AF) ", text, re.M) is not None
    )


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record of a file, or why it is none, in the order of the file.

    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    is_empty = True
    for record in _records(read_lines(stream)):
        is_empty = False
        found = entry_or_reason(_as_ris(record))
        yield _with_more(found, record) if isinstance(found, Entry) else found
    if is_empty:
        yield Rejected(1, "There is no record in this file: a record begins with a line like “PT J”.")


def _records(lines: Iterable[Line]) -> Iterator[Record]:
    record: Record | None = None
    for number, text, problem, _ in lines:
        match = _TAG.match(text)
        if match is None:
            if record is not None and text.strip():
                record.continue_with(text.strip())
        elif (tag := match[1]) in _ENDS or (tag == "PT" and record is not None):
            if record is not None:
                record.has_end = tag == "ER"
                if not record.has_end:
                    record.note("This record has no ER line, with which a record ends: it may be incomplete.")
                yield record
            record = Record(number) if tag == "PT" else None
        elif record is None:
            record = Record(number)
        if match and record is not None and match[1] not in _ENDS:
            record.add(match[1], number, (match[2] or "").strip())
        if problem and record is not None:
            record.note(problem)
    if record is not None:
        record.note("This record has no ER line, with which a record ends: it may be incomplete.")
        yield record


def _as_ris(record: Record) -> Record:
    """Return the record with the tags of RIS."""
    code = record.first("PT")
    is_meeting = "Proceedings Paper" in record.first("DT") and code != "J"
    kind = (
        "CPAPER" if is_meeting or code == "C" else "CHAP" if "Book Chapter" in record.first("DT") else _TYPES.get(code)
    )
    # Without PT it is an article where it has a journal.
    result = Record(record.line, problems=record.problems, size=record.size)
    result.add("TY", record.line, kind or ("JOUR" if "SO" in record.tags else "GEN"))
    whole = {tag for tag, names in (("AU", "AF"), ("BA", "BF")) if names in record.tags}
    for item in record.fields:
        tag = _AS_RIS.get(item.tag)
        if tag is None or item.tag in whole:
            continue
        if is_meeting and item.tag in ("SO", "PI"):
            tag = {"SO": "C3", "PI": "C1"}[item.tag]
        parts = item.parts if item.tag in _LISTS else [item.text]
        if item.tag in ("CA", "GP"):
            parts = [f"{name.rstrip(' ,')}," for name in parts]  # a comma at its end marks a group
        result.tags.add(tag)
        result.fields.append(Field(tag, item.line, parts))
    return result


def _with_more(entry: Entry, record: Record) -> Entry:
    """Return the entry with what RIS has no field for: ORCID iDs, funders and grants."""
    funders = [part.strip() for part in record.first("FU").split(";") if part.strip()]
    warnings = list(entry.warnings)
    people = with_named_orcids(entry.contributors, record.first("OI").split(";"), warnings)
    return replace(entry, contributors=tuple(people), funding=tuple(dict.fromkeys(funders)), warnings=tuple(warnings))
