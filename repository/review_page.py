"""What the review page says of a record: its parts with room for notes, and what has changed since it was returned."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kmportal.lifecycle import edits
from repository.descriptions import LABELS, describe, for_description
from repository.models import Record, Submission
from repository.models.record import RecordQuerySet
from repository.record_types import DETAILS
from repository.review_forms import DecisionForm
from repository.status import Status
from repository.text_changes import Piece, pieces

# Parts that only some types have; the others may be asked for on any record.
_OF_TYPES = frozenset(name for names in DETAILS.values() for name in names)
# Parts that nobody is asked to fill in.
_NOT_ASKED_FOR = frozenset({"embargo", "version_note", "publication_types", "registrations"})
# Files have a panel of their own.
_ELSEWHERE = frozenset({"files"})


@dataclass(frozen=True)
class Part:
    """A part of the record: its name, what it says, and the box for a note on it (none where nobody may decide)."""

    label: str
    text: str
    note: Any

    @property
    def is_open(self) -> bool:
        """Tell whether something stands in the box, or is wrong with it."""
        return bool(self.note and (self.note.value() or self.note.errors))


@dataclass(frozen=True)
class Difference:
    """How a part of the record has changed: both texts in one."""

    label: str
    pieces: list[Piece]


def for_review(records: RecordQuerySet) -> Any:
    """Return the queryset of records so that each comes with what its review page shows."""
    return for_description(records).select_related("entered_by", "imported_from__batch").defer("imported_from__data")


class ReviewPage:
    """A record in review. `turns` are its submissions, the first one first."""

    def __init__(self, record: Record, form: DecisionForm | None) -> None:
        self.record = record
        self.form = form
        self.turns = list(record.submissions.select_related("reviewer", "sent_by").order_by("sent_at", "pk"))

    @property
    def submission(self) -> Submission | None:
        """The turn that it is now, or the last one."""
        return self.turns[-1] if self.turns else None

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for a reviewer's decision."""
        return self.record.status == Status.SUBMITTED and self.submission is not None

    @property
    def returned(self) -> Submission | None:
        """The last turn in which it was returned, with what it said then."""
        earlier = [turn for turn in self.turns if turn.returned_as is not None]
        return earlier[-1] if earlier else None

    @cached_property
    def _said(self) -> dict[str, str]:
        return describe(self.record)

    @property
    def parts(self) -> list[Part]:
        """What the record says, part by part."""
        return [self._part(name) for name in LABELS if self._said[name] and name not in _ELSEWHERE]

    @property
    def empty_parts(self) -> list[Part]:
        """What it might say and does not: a reviewer may ask for it."""
        asked = (set(LABELS) - _OF_TYPES - _NOT_ASKED_FOR - _ELSEWHERE) | set(DETAILS[self.record.type])
        return [self._part(name) for name in LABELS if name in asked and not self._said[name]]

    @property
    def asks_for_more(self) -> bool:
        """Whether a note asks for something that the record does not say, so that these stand open."""
        return any(part.is_open for part in self.empty_parts)

    @property
    def files_part(self) -> Part:
        """The box for a note on the files."""
        return self._part("files")

    @property
    def differences(self) -> list[Difference]:
        """What has changed since the record was returned."""
        before = self.returned.returned_as if self.returned else None
        changes = edits.changes_between(before, self._said, LABELS) if before is not None else []
        return [Difference(change.label, pieces(change.before, change.after)) for change in changes]

    def _part(self, name: str) -> Part:
        return Part(LABELS[name], self._said[name], self.form[f"note_{name}"] if self.form else None)
