"""What every writer of bibliographic files is given: a work, with where the portal has it."""

import datetime
from dataclasses import dataclass

from repository.exchange.entry import Entry


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file of a record that whoever takes it away may read."""

    name: str
    media_type: str
    size: int  # bytes
    url: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record on its way out: what it says, its number and address here, and its files, the main one first."""

    number: int
    url: str  # of its page, whole
    entry: Entry
    published_at: datetime.datetime | None = None
    changed_at: datetime.datetime | None = None
    collections: tuple[str, ...] = ()  # from the outermost to the one that it lies in
    department: str = ""
    files: tuple[OutgoingFile, ...] = ()
