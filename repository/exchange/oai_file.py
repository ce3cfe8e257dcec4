"""Read what an OAI-PMH repository gave, from a saved answer or a bare description of one record."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from repository.exchange import datacite_xml, dublin_core_reading, marcxml, mods_reading
from repository.exchange.entry import Entry, Rejected
from repository.exchange.xml_source import Piece, child, local_name, read_pieces, root_name, text_at, text_of

KEY = "oai"
LABEL = "OAI-PMH (Dublin Core)"

_Element = etree._Element
_Reader = Callable[[_Element, int, tuple[str, ...]], Entry | None]


def _dublin_core(element: _Element, line: int, problems: tuple[str, ...]) -> Entry | None:
    return dublin_core_reading.make_entry(dublin_core_reading.rows(element), line, problems)


# The readers of descriptions by the local name of their first element. All take the element, the line on which the
# record begins, and what could not be read in it so far; None stands for "it has no title".
READERS: dict[str, _Reader] = {
    "dc": _dublin_core,
    "qualifieddc": _dublin_core,
    "dim": _dublin_core,
    "metadata": _dublin_core,  # DSpace's "xoai"
    "mods": mods_reading.make_entry,
    "record": marcxml.make_entry,
    "resource": datacite_xml.make_entry,
    "oai_datacite": datacite_xml.make_entry,
}
# Answers that hold no descriptions, and what to ask for instead.
_ANSWERS = ("Identify", "ListSets", "ListMetadataFormats")
_NO_RECORDS = "This is a repository’s answer to “{}”, which has no records in it. Ask it for ListRecords."
_NO_DESCRIPTION = "This names a record without describing it. Ask the repository for ListRecords, not ListIdentifiers."
_DELETED = "The repository says that this record was deleted."


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is an answer of OAI-PMH or a description in Dublin Core."""
    root = root_name(text)
    if root in ("OAI-PMH", "ListRecords", "GetRecord"):
        return True
    if root == "metadata":
        return "lyncode.com/xoai" in text
    if root == "record":
        return re.search(r"openarchives\.org/OAI/2\.0|<(?:[\w.-]+:)?(?:dc|dim|qualifieddc)[\s>]", text) is not None
    # Our own files have several descriptions within <records>.
    is_described = root in READERS or root == "records"
    return is_described and re.search(r"purl\.org/dc/|openarchives\.org/OAI|dspace\.org/xmlns", text) is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each record, or why it is none, in the order of the file.

    Deleted records and those in a format that we do not read are Rejected, and so is an answer without records.
    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    is_empty = True
    for piece in read_pieces(stream, "record", "header", "error", *_ANSWERS, *READERS):
        is_empty = False
        if isinstance(piece, Rejected):
            yield piece
            continue
        name = local_name(piece.element)
        if name == "record":
            yield record(piece.element, piece.line, piece.problems)
        elif name in READERS:
            yield _described(piece.element, piece.line, piece.problems, "")
        elif name == "header":
            yield _bare_header(piece)
        elif name == "error":
            code, words = piece.element.get("code", ""), text_of(piece.element)
            yield Rejected(
                piece.line, f"The repository answered with an error: {': '.join(filter(None, (code, words)))[:200]}."
            )
        else:
            yield Rejected(piece.line, _NO_RECORDS.format(name))
    if is_empty:
        yield Rejected(1, "There is no record in this file. Ask the repository for ListRecords.")


def record(element: _Element, line: int = 1, problems: tuple[str, ...] = ()) -> Entry | Rejected:
    """Return the entry of one <record> of OAI-PMH, or why it is none.

    `line` is where it begins in the file it was read from; its label is the record's identifier in the repository.
    """
    header, metadata = child(element, "header"), child(element, "metadata")
    identifier = text_at(header, "identifier")
    if header is not None and header.get("status") == "deleted":
        return Rejected(line, _DELETED, identifier)
    # A bare record has its description in itself.
    described = next(iter(metadata if metadata is not None else element), None)
    if metadata is None and header is not None:
        return Rejected(line, "This record has no description.", identifier)
    if described is None:
        return Rejected(line, "This record has no description.", identifier)
    return _described(described, line, problems, identifier)


def _described(element: _Element, line: int, problems: tuple[str, ...], identifier: str) -> Entry | Rejected:
    reader = READERS.get(local_name(element))
    if reader is None:
        return Rejected(
            line, f"This record is in a format that we do not read, “{local_name(element)[:40]}”.", identifier
        )
    found = reader(element, line, problems)
    if found is None:
        return Rejected(line, "This record has no title.", identifier)
    return replace(found, source_id=identifier) if identifier and not found.source_id else found


def _bare_header(piece: Piece) -> Rejected:
    is_deleted = piece.element.get("status") == "deleted"
    return Rejected(piece.line, _DELETED if is_deleted else _NO_DESCRIPTION, text_at(piece.element, "identifier"))
