"""Read one pasted entry in BibTeX, with the reader of files."""

from dataclasses import replace
from io import BytesIO

from repository.exchange import bibtex
from repository.exchange.bibtex import recognises
from repository.exchange.entry import Entry
from repository.exchange.text_source import UnreadableFile
from repository.prefill.guess import Confidence, Guess, guess


def read(text: str) -> Guess | None:
    """Return what the first entry in the text says, or None where it has none with a title.

    What was copied often lacks the brace that closes the entry, or a field and the entry.
    """
    for missing in ("", "}", "}}"):
        if (found := _first(text + missing)) is not None:
            entry = replace(found, line=0, source_id="", warnings=())
            return guess(entry, bibtex.LABEL, Confidence.SURE, notes=found.warnings)
    return None


def _first(text: str) -> Entry | None:
    try:
        found = bibtex.read(BytesIO(text.encode(errors="replace")))
        return next((item for item in found if isinstance(item, Entry)), None)
    except UnreadableFile:
        return None


__all__ = ["read", "recognises"]
