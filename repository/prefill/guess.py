"""What was understood of a pasted reference: an entry, how it was read, and how sure each part of it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from repository.exchange.entry import Entry
from repository.identifiers import InvalidIdentifier, normalise
from repository.partial_dates import PartialDate


class Confidence(StrEnum):
    """How sure a part is."""

    SURE = "sure"  # the source names the field
    LIKELY = "likely"  # it stands where the style of the reference puts it
    UNSURE = "unsure"  # a person should look


@dataclass(frozen=True)
class Guess:
    """What one reference says. `read_as` names what it was taken for; `notes` are sentences for the reader.

    `confidence` has one of Confidence for each field of the entry that says something.
    """

    entry: Entry
    read_as: str
    confidence: Mapping[str, Confidence] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def doi(self) -> str:
        return self.entry.identifier("doi")

    @property
    def pmid(self) -> str:
        return self.entry.identifier("pmid")


def guess(
    entry: Entry, read_as: str, confidence: Confidence, *, unsure: tuple[str, ...] = (), notes: tuple[str, ...] = ()
) -> Guess:
    """Return a guess whose parts are all as sure as each other, save those that are `unsure` and the type."""
    said = [name for name in entry.to_json() if name != "type"]
    parts = {name: Confidence.UNSURE if name in unsure else confidence for name in said}
    return Guess(entry, read_as, {"type": Confidence.UNSURE if "type" in unsure else confidence, **parts}, notes)


def identifiers(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (scheme, value) pairs in their normal form, each once; what is none is left out."""
    found: dict[tuple[str, str], None] = {}
    for scheme, text in pairs:
        try:
            found[scheme, normalise(scheme, text)] = None
        except InvalidIdentifier:
            continue
    return tuple(found)


def date(text: str) -> PartialDate | None:
    """Return the date that the text gives, or None."""
    try:
        return PartialDate.from_text(text) if text.strip() else None
    except ValueError:
        return None


def clean(**values: Any) -> dict[str, Any]:
    """Return the values with white space folded in texts, for an Entry."""
    return {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()}
