"""What the deposit page shows, made ready for its template: sections of fields, with what reviewers said of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from repository.deposit_form import ACCESS_FIELDS, REVIEW_FIELDS, TYPES_OF_FIELD, DepositForm
from repository.models import Record, ReviewNote
from repository.record_parts import DETAIL_FIELDS
from repository.status import Status

# Heading, fields, and whether the section is folded away until somebody opens it.
SECTIONS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("", ("type", "title", "authors", "issued", "abstract", "version_note"), False),
    ("Where it appeared", DETAIL_FIELDS, False),
    ("Keeping it true", REVIEW_FIELDS, False),
    ("Its numbers", ("doi", "pmid"), False),
    ("Subjects and tags", ("subjects", "tags"), True),
    ("Where it is filed", ("collection", "department", "licence"), True),
    ("Who may read it, and from when", ACCESS_FIELDS, True),
    ("Deposit it for a colleague", ("depositor",), True),
)
# Fields whose part of the record has another name in its description (descriptions.LABELS).
_PARTS = {
    "authors": "contributors",
    "doi": "identifiers",
    "pmid": "identifiers",
    "groups": "audience",
    "embargo_until": "embargo",
    "embargo_reason": "embargo",
}


@dataclass(frozen=True)
class PageField:
    """A field on the page, what reviewers said of it, and the types that show it (none means all)."""

    bound: BoundField
    notes: Sequence[ReviewNote]
    types: tuple[str, ...]
    is_hidden: bool


@dataclass(frozen=True)
class Section:
    """Fields under one heading. Folded sections stand open where something in them wants to be read."""

    heading: str
    fields: tuple[PageField, ...]
    is_folded: bool

    @property
    def is_open(self) -> bool:
        return any(field.bound.errors or field.notes for field in self.fields)

    @property
    def is_hidden(self) -> bool:
        return all(field.is_hidden for field in self.fields)

    @property
    def types(self) -> tuple[str, ...]:
        """The types that show any of its fields; none where all types do."""
        if not all(field.types for field in self.fields):
            return ()
        return tuple(dict.fromkeys(type for field in self.fields for type in field.types))


class DepositPage:
    """The sections of a form, and the notes that belong to no field of it."""

    def __init__(self, form: DepositForm) -> None:
        form.show_what_is_needed()
        notes = notes_of_last_return(form.record)
        by_part = defaultdict(list)
        for note in notes:
            by_part[note.part].append(note)
        self.sections = [
            Section(heading, tuple(_field(form, name, by_part) for name in names if name in form.fields), folded)
            for heading, names, folded in SECTIONS
        ]
        self.sections = [section for section in self.sections if section.fields]
        beside = {note.pk for section in self.sections for field in section.fields for note in field.notes}
        self.notes = [note for note in notes if note.pk not in beside]


def _field(form: DepositForm, name: str, notes: dict[str, list[ReviewNote]]) -> PageField:
    types = TYPES_OF_FIELD.get(name, ())
    # Each note stands once, beside the first field of its part.
    said = notes.pop(_PARTS.get(name, name), [])
    hidden = bool(types) and form.chosen_type not in types and not said
    return PageField(form[name], said, types, hidden)


def notes_of_last_return(record: Record) -> list[ReviewNote]:
    """Return what reviewers said since a record that was returned was last sent in, in order; else nothing."""
    if record.status != Status.RETURNED:
        return []
    last = record.submissions.order_by("-sent_at").values("sent_at")[:1]
    said = ReviewNote.objects.filter(record=record, at__gte=last).exclude(by__in=_owners(record))
    return list(said.select_related("by"))


def _owners(record: Record) -> list[int]:
    return [key for key in (record.depositor_id, record.entered_by_id) if key]
