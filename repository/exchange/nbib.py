"""Read NBIB, the tagged text that PubMed and MEDLINE export: cut a file into records, and each into an entry."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from repository.exchange.entry import Entry, Rejected
from repository.exchange.nbib_entry import Field, make_entry
from repository.exchange.nbib_tags import BY_PREFIX, KNOWN, READ
from repository.exchange.text_source import Line, read_lines
from repository.identifiers import InvalidIdentifier, normalise

KEY = "nbib"
LABEL = "PubMed (NBIB)"

LARGEST_RECORD = 5_000_000  # characters; the largest real ones, with thousands of authors, stay below 1 million
_MOST_PROBLEMS = 20  # for each record, so that a file of rubbish needs no memory


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is NBIB.

    Where a record of RIS begins before, it is that: reference managers put what they do not know into its notes.
    """
    first = re.search(r"^(?:(?P<nbib>PMID- |OWN - |STAT- )|TY {1,2}- )", text, re.MULTILINE)
    return first is not None and first["nbib"] is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record of an NBIB file, or why it is none, in the order of the file.

    A record is rejected if it has no usable PMID, no title, no end or more than LARGEST_RECORD characters. Smaller
    things that could not be read are in the entry's warnings, each with its line number. Text before and between the
    records that has no field of the format is passed over.
    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    seen_end: bool | None = None  # whether an earlier record had its end mark; None before the second record
    is_empty = True
    for record in _records(read_lines(stream)):
        is_empty = False
        yield _entry_or_reason(record, seen_end)
        seen_end = bool(seen_end) or record.has_end
    if is_empty:
        yield Rejected(1, "There is no record in this file: a PubMed record begins with a line like “PMID- 12345678”.")


@dataclass(slots=True)
class _Record:
    line: int
    # The tag, first line number and lines of each field that is read; `tags` has those that are left out as well.
    fields: list[tuple[str, int, list[str]]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    last_tag: str = ""
    _open: list[str] | None = None  # the lines of the field that a continuation goes on with
    problems: list[str] = field(default_factory=list)
    size: int = 0
    is_last: bool = False
    is_finished: bool = True  # whether its last line had a line break

    def add(self, tag: str, line: int, text: str) -> None:
        self.tags.add(tag)
        self.last_tag = tag
        if tag in READ and self.size <= LARGEST_RECORD:
            self.size += len(text)
            self._open = [text]
            self.fields.append((tag, line, self._open))
        else:
            self._open = None

    def continue_with(self, text: str) -> None:
        if self._open is not None and self.size <= LARGEST_RECORD:
            self.size += len(text)
            self._open.append(text)

    def leave_out(self) -> None:
        """Drop the lines that go on with a field that we do not know."""
        self._open = None

    def note(self, problem: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == _MOST_PROBLEMS:
            self.problems.append("There are more lines in this record that could not be read.")

    def value(self, tag: str) -> str:
        """Return the text of the first field that has the tag, or an empty text."""
        return next((_joined(parts) for name, _, parts in self.fields if name == tag), "")

    @property
    def has_end(self) -> bool:
        """Whether it has what NLM writes last: SO, the citation, or the accession number of a book."""
        if "SO" in self.tags and self.value("SO"):
            return True
        return "BTI" in self.tags and any(
            tag in ("AID", "LID") and _joined(parts).endswith("[bookaccession]") for tag, _, parts in self.fields
        )

    @property
    def is_from_nlm(self) -> bool:
        """Whether it has the bookkeeping that NLM's own exports have and hand-made files mostly do not."""
        return "OWN" in self.tags or "STAT" in self.tags


def _joined(parts: list[str]) -> str:
    text = parts[0] if len(parts) == 1 else " ".join(parts)
    return " ".join(text.split())


def _records(lines: Iterable[Line]) -> Iterator[_Record]:
    """Cut a file into its records, each of which has at least one field of the format."""
    record: _Record | None = None
    after_blank = False
    for line in lines:
        number, text, problem, finished = line
        tag = BY_PREFIX.get(text[:5])
        if tag is None:
            if not text or text.isspace():
                after_blank = True
                continue
            if text[0] in " \t":
                if record is not None:
                    record.continue_with(text)
                    record.is_finished = finished
                    if problem:
                        record.note(problem)
                continue
            if not finished and "PMID-".startswith(text) and (record is None or after_blank or "SO" in record.tags):
                tag, text = "PMID", ""  # the file ends within the first word of its last record
            else:
                tag, text, loose = _loosely(line)
                problem = problem or loose
        else:
            text = text[5:]
        if record is None or ((after_blank or tag in _BEGINNINGS) and _starts(tag, record, after_blank)):
            if record is not None and record.tags:
                yield record
            record = _Record(number)
        if tag in KNOWN:
            record.add(tag, number, text)
        elif tag:
            record.leave_out()
        if problem:
            record.note(problem)
        record.is_finished = finished
        after_blank = False
    if record is not None and record.tags:
        record.is_last = True
        yield record


_BEGINNINGS = frozenset({"PMID", "PMC", "OWN", "STAT"})


def _starts(tag: str, record: _Record, after_blank: bool) -> bool:
    """Tell whether a line with the tag ("" for none) begins the next record.

    PMID does. Where a record's PMID line is lost, its other lines must not run into the record before it: NLM writes
    SO last, and OWN, STAT, DP and TI once. PubMed Central writes PMC first, before PMID.
    """
    if tag == "PMID":
        return record.tags != {"PMC"}
    if "SO" in record.tags and tag != "SO" and (after_blank or tag == "PMC"):
        return True
    return tag in record.tags and (tag in ("OWN", "STAT") or (after_blank and tag in ("DP", "TI")))


_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) *-(?: |$)")


def _loosely(line: Line) -> tuple[str, str, str]:
    """Return tag, text and problem of a line that is not laid out as the format says, or whose tag we do not know."""
    match = _TAG.match(line.text)
    if match and match[1] in KNOWN:
        rest = line.text[match.end() :]
        return match[1], rest, f"Line {line.number} is not spaced as it should be; read as {match[1]}."
    what = f"has a field that we do not know, {match[1]}" if match else "is neither a field nor the continuation of one"
    return match[1] if match else "", "", f"Line {line.number} {what}, and was left out: “{line.text[:60].strip()}”."


def _entry_or_reason(record: _Record, seen_end: bool | None) -> Entry | Rejected:
    number = record.value("PMID")
    title = (record.value("TI") or record.value("BTI"))[:100]
    label = f"PMID {number[:20]} {title}".strip() if number else title
    if record.size > LARGEST_RECORD:
        return Rejected(record.line, f"This record is longer than {LARGEST_RECORD:,} characters.", label)
    if reason := _why_cut(record, seen_end):
        return Rejected(record.line, reason, label)
    if not number:
        return Rejected(record.line, "This record has no PMID line.", label)
    try:
        pmid = normalise("pmid", number)
    except InvalidIdentifier as error:
        return Rejected(record.line, f"The PMID “{number[:20]}” is not one. {error}", label)
    if not record.has_end:
        if record.is_from_nlm:
            record.note("This record has no SO line, with which PubMed ends a record: it may be incomplete.")
        elif record.is_last and not record.is_finished:
            record.note("The file does not end with a line break: the end of this record may be missing.")
    fields = [Field(tag, line, _joined(parts)) for tag, line, parts in record.fields]
    return make_entry(pmid, fields, record.line, record.problems) or Rejected(
        record.line, "This record has no title.", label
    )


_CUT = "The file ends in the middle of this record. Export it again."


def _why_cut(record: _Record, seen_end: bool | None) -> str:
    """Return why a record is not whole, as far as can be told, or an empty text.

    Hand-made files may lack the end mark, so its absence counts where the file's other records have it, and where a
    record that NLM made is the only one and the file ends in the middle of a line.
    """
    if record.has_end:
        source = record.value("SO")
        if record.is_last and not record.is_finished and record.last_tag == "SO" and record.is_from_nlm:
            # NLM's citation has a year and ends with a full stop.
            return "" if re.search(r"\b[0-9]{4}\b", source) and source.endswith(".") else _CUT
        return ""
    if record.is_last and (seen_end or (seen_end is None and record.is_from_nlm and not record.is_finished)):
        return _CUT
    if seen_end and record.is_from_nlm:
        return "This record stops before its end: it has no SO line, with which PubMed ends a record."
    return ""
