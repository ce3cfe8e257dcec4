"""Read and write bibliographic files: one module for each format, told apart by what a file holds.

To add a format, write its module (KEY, LABEL, recognises(text), read(stream)) and name it in FORMATS; one that we give
away has a module with KEY, LABEL, MEDIA_TYPE, EXTENSION and write(items), named in WRITERS, and a row in carries.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from repository.exchange import (
    bibtex,
    crossref,
    csl_json,
    csv_writing,
    datacite,
    datacite_xml,
    dublin_core,
    endnote_xml,
    europe_pmc,
    isi,
    marcxml,
    mods,
    nbib,
    oai_file,
    orcid_works,
    pubmed_xml,
    refer,
    ris,
    ris_writing,
    table,
    table_rows,
)
from repository.exchange.entry import Entry, Rejected
from repository.exchange.outgoing import Outgoing
from repository.exchange.text_source import CHUNK, UnreadableFile, sample


class Format(Protocol):
    """What the module of a format offers."""

    KEY: str
    LABEL: str

    def recognises(self, text: str) -> bool:
        """Tell whether a file that begins with the text is in this format."""

    def read(self, stream: BinaryIO) -> Iterator[Entry | Rejected]:
        """Yield the file's entries, and why a piece of it is none, in their order."""


FORMATS: dict[str, Format] = {
    module.KEY: module
    for module in (
        nbib,
        isi,
        refer,
        ris,
        pubmed_xml,
        europe_pmc,
        endnote_xml,
        orcid_works,
        mods,
        marcxml,
        datacite_xml,
        oai_file,
        bibtex,
        datacite,
        crossref,
        csl_json,
        table,
    )
}


class Writer(Protocol):
    """What the module of a format that we write offers."""

    KEY: str
    LABEL: str
    MEDIA_TYPE: str
    EXTENSION: str

    def write(self, items: Iterable[Outgoing]) -> Iterator[bytes]:
        """Yield the works as the bytes of a file, a piece at a time."""


WRITERS: dict[str, Writer] = {
    module.KEY: module
    for module in (
        ris_writing,
        bibtex,
        csl_json,
        csv_writing,
        dublin_core,
        datacite,
        datacite_xml,
        mods,
        marcxml,
    )
}

READ_BY: dict[str, str] = {"csv": "table", "oai_dc": "oai"}
"""The key in FORMATS of what reads the files of a writer, where it is not the writer's own."""


def detect(head: bytes) -> str:
    """Return the key in FORMATS of the file that begins with these bytes (CHUNK of them are enough).

    Raises UnreadableFile, with a sentence for the librarian, where the file is empty, no text or in no known format.
    """
    text = sample(head)
    if not text.strip():
        raise UnreadableFile("This file is empty.")
    if table_rows.has_known_header(text):
        return table.KEY  # first, because a cell may hold lines of any other format
    for key, module in FORMATS.items():
        if module.recognises(text):
            return key
    raise UnreadableFile(f"We cannot tell what kind of file this is. We can read: {labels()}.")


def labels() -> str:
    """Return what the formats that we read are called, in one line."""
    return ", ".join(module.LABEL for module in FORMATS.values())


@dataclass(frozen=True)
class Reading:
    """A file that is being read: the key of its format, and what it holds."""

    format: str
    entries: Iterator[Entry | Rejected]

    def __iter__(self) -> Iterator[Entry | Rejected]:
        return self.entries


def read(stream: BinaryIO, *, columns: Sequence[str] | None = None) -> Reading:
    """Begin to read a file in any known format. The stream must be able to seek, and stand at its start.

    `columns` says what the columns of a table mean (see table.read). Raises UnreadableFile as detect does.
    """
    key = detect_in(stream)
    return Reading(key, table.read(stream, columns) if key == table.KEY else FORMATS[key].read(stream))


def detect_in(stream: BinaryIO) -> str:
    """Return the key in FORMATS of a stream that stands at its start, and put it back there."""
    key = detect(stream.read(CHUNK))
    stream.seek(0)
    return key


__all__ = [
    "CHUNK", "FORMATS", "READ_BY", "WRITERS", "Entry", "Reading", "Rejected", "UnreadableFile", "detect", "detect_in",
    "labels", "read",
]  # fmt: skip
