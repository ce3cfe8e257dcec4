"""Read and write bibliographic files: one module for each format, told apart by what a file holds.

To add a format, write its module (KEY, LABEL, recognises(text), read(stream)) and name it in FORMATS.
"""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from repository.exchange import nbib
from repository.exchange.entry import Entry, Rejected
from repository.exchange.text_source import CHUNK, UnreadableFile, sample


class Format(Protocol):
    """What the module of a format offers."""

    KEY: str
    LABEL: str

    def recognises(self, text: str) -> bool:
        """Tell whether a file that begins with the text is in this format."""

    def read(self, stream: BinaryIO) -> Iterator[Entry | Rejected]:
        """Yield the file's entries, and why a piece of it is none, in their order."""


FORMATS: dict[str, Format] = {module.KEY: module for module in (nbib,)}


def detect(head: bytes) -> str:
    """Return the key in FORMATS of the file that begins with these bytes (CHUNK of them are enough).

    Raises UnreadableFile, with a sentence for the librarian, where the file is empty, no text or in no known format.
    """
    text = sample(head)
    if not text.strip():
        raise UnreadableFile("This file is empty.")
    for key, module in FORMATS.items():
        if module.recognises(text):
            return key
    known = ", ".join(module.LABEL for module in FORMATS.values())
    raise UnreadableFile(f"We cannot tell what kind of file this is. We can read: {known}.")


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield what a file in any known format holds. The stream must be able to seek, and stand at its start.

    Raises UnreadableFile as detect does.
    """
    key = detect(stream.read(CHUNK))
    stream.seek(0)
    return FORMATS[key].read(stream)


__all__ = ["CHUNK", "FORMATS", "Entry", "Rejected", "UnreadableFile", "detect", "read"]
