"""What the formats that we write carry, and what is lost in each, in the words of the page about them."""

from dataclasses import dataclass
from typing import Any

from repository.exchange import FORMATS, READ_BY, WRITERS
from repository.exchange.carries import NOT_CARRIED
from repository.models import Record

# The fields of an entry that no column of a record has under the same name.
_NAMES: dict[str, str] = {
    "contributors": "Authors and editors",
    "identifiers": "Identifiers",
    "issued": "Date issued",
    "keywords": "Keywords",
    "notices": "Retractions and other notices",
    "subjects": "Subject headings",
    "substances": "Substances",
}


@dataclass(frozen=True)
class FormatNote:
    """One format: its name, the ending of its files, whether we can read them again, and what becomes of fields."""

    key: str
    label: str
    extension: str
    is_read: bool
    fields: list[tuple[str, str]]  # name of a field, and what becomes of it


def notes() -> list[FormatNote]:
    """Return what there is to say of each format that we write, in their order."""
    return [
        FormatNote(
            key,
            writer.LABEL,
            writer.EXTENSION,
            READ_BY.get(key, key) in FORMATS,
            sorted((_name(field), note) for field, note in NOT_CARRIED.get(key, {}).items()),
        )
        for key, writer in WRITERS.items()
    ]


def _name(field: str) -> str:
    if field in _NAMES:
        return _NAMES[field]
    column: Any = Record._meta.get_field(field)
    label = str(column.verbose_name)
    return label[:1].upper() + label[1:]
