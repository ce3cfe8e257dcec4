"""Read one pasted reference in RIS, with the reader of files."""

from dataclasses import replace
from io import BytesIO

from repository.exchange import ris
from repository.exchange.entry import Rejected
from repository.exchange.ris import recognises
from repository.exchange.text_source import UnreadableFile
from repository.prefill.guess import Confidence, Guess, guess


def read(text: str) -> Guess | None:
    """Return what the first reference in the text says, or None where it has none with a title."""
    try:
        found = next(ris.read(BytesIO(text.encode(errors="replace"))), None)
    except UnreadableFile:
        return None
    if found is None or isinstance(found, Rejected):
        return None
    entry = replace(found, line=0, warnings=())
    return guess(entry, ris.LABEL, Confidence.SURE, notes=found.warnings)


__all__ = ["read", "recognises"]
