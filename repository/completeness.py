"""What a record must say before it goes to review: as little as a reader needs to find it and to cite it."""

from collections.abc import Callable
from dataclasses import dataclass

from repository.record_types import REVIEWED_TYPES, RecordType

_EVENTS = (RecordType.POSTER, RecordType.PRESENTATION, RecordType.CONFERENCE_PAPER)


@dataclass(frozen=True)
class Need:
    """A field of the deposit form that must be filled in, and the sentence that asks for it. No types means all."""

    field: str
    sentence: str
    types: tuple[str, ...] = ()


NEEDS = (
    Need("title", "Enter the title"),
    Need("authors", "Enter at least one author"),
    Need("issued", "Enter when it was issued, as exactly as you know: a year is enough"),
    Need("container_title", "Enter the journal", (RecordType.ARTICLE,)),
    Need("container_title", "Enter the book that the chapter stands in", (RecordType.CHAPTER,)),
    Need("event_name", "Enter the conference or event", _EVENTS),
    Need("institution", "Enter the university or institution", (RecordType.THESIS,)),
    Need("owner", "Enter who answers for it, so that somebody can say later whether it is still true", REVIEWED_TYPES),
    Need("review_months", "Enter after how many months somebody should look at it again", REVIEWED_TYPES),
)


def missing(type: str, is_filled: Callable[[str], bool]) -> list[Need]:
    """Return what a record of the type still needs. `is_filled` tells of a field of the form whether it holds anything.

    A file is not among it: a record that only describes a work is welcome.
    """
    return [need for need in NEEDS if (not need.types or type in need.types) and not is_filled(need.field)]
