"""The deposit form: one short form for every type of record, for depositors and for the library."""

import hashlib
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from tree_queries.forms import TreeNodeChoiceField

from kmportal.design.forms import error_texts
from kmportal.design.widgets import DateParts
from kmportal.lifecycle.forms import Conflict, conflict, value_text
from kmportal.people.models import Department
from repository import record_parts
from repository.access import DEPOSITORS_STATES
from repository.audience import Audience
from repository.completeness import NEEDS, missing
from repository.deposit_fields import (
    MOST_AUTHORS,
    AuthorsField,
    IdentifierField,
    PersonField,
    SubjectsField,
    TagsField,
)
from repository.forms import PartialDateField
from repository.identifiers import Scheme
from repository.licences import Licence
from repository.models import Collection, Record
from repository.record_types import DETAILS, REVIEWED_TYPES, RecordType
from repository.status import Status

REVIEW_FIELDS = ("owner", "deputy", "review_months")
ACCESS_FIELDS = ("audience", "groups", "embargo_until", "embargo_reason")
# What only some types show, and those types.
TYPES_OF_FIELD: dict[str, tuple[str, ...]] = {
    **{field: tuple(type for type in DETAILS if field in DETAILS[type]) for field in record_parts.DETAIL_FIELDS},
    **dict.fromkeys(REVIEW_FIELDS, REVIEWED_TYPES),
}
_WORDS = {
    "container_title": ("Journal or book", ""),
    "container_abbreviation": ("Journal’s abbreviation", "As PubMed writes it, such as Br Med J."),
    "article_number": ("Article number", "Instead of pages, such as e104."),
    "place": ("Place of publication", ""),
    "report_number": ("Report or policy number", ""),
    "institution": ("Institution", "The university, trust or body that issued it."),
    "degree": ("Degree", "Such as PhD or MSc."),
    "event_name": ("Conference or event", ""),
    "event_place": ("Place of the event", ""),
}


def type_choices() -> list[tuple[str, str]]:
    return [("", "Choose a type"), *RecordType.choices]


class Title(forms.CharField):
    """A title is one line: it stands in lists, in the subjects of mails and in references."""

    default_error_messages = {"required": "Enter the title"}

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class Paragraphs(forms.CharField):
    """A longer text, with the line ends that are stored."""

    def to_python(self, value: Any) -> str:
        return "\n".join(str(super().to_python(value)).splitlines())


class StartForm(forms.Form):
    """What it takes to begin a draft."""

    type = forms.ChoiceField(label="What is it?", choices=type_choices)
    title = Title(max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))


class DepositForm(forms.Form):
    """All that a depositor says of a record that comes from `record_parts.for_parts()`.

    `shown` is what somebody has typed, to be shown again without being judged: when rows are added or the type
    changes. What was saved by somebody else since the form was opened is told by `clash()`.
    """

    # What each field held when the form was opened, as a digest: tells what somebody else has changed since.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    type = forms.ChoiceField(label="Type", choices=RecordType.choices)
    title = Title(max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    authors = AuthorsField(
        label="Authors",
        required=False,
        help_text="In the order of the work. Family name first, such as Smith, Jane A.",
    )
    issued = PartialDateField(
        label="Date issued",
        required=False,
        max_length=60,
        help_text="As exactly as you know it, such as 2020, Feb 2020 or 14 February 2020.",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
    )
    abstract = Paragraphs(
        label="Abstract or summary", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    version_note = forms.CharField(
        label="What has changed", required=False, max_length=500, help_text="Since the version before this one."
    )
    doi = IdentifierField(Scheme.DOI, label="DOI", required=False, help_text="Such as 10.1136/bmj.n71, or its address.")
    pmid = IdentifierField(
        Scheme.PMID,
        label="PubMed ID",
        required=False,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-20"}),
    )
    event_date = PartialDateField(
        label="Date of the event", required=False, max_length=60, help_text="Such as 3-5 June 2024."
    )
    owner = PersonField(
        label="Owner", required=False, help_text="Who answers for it and is asked whether it is still true."
    )
    deputy = PersonField(label="Deputy", required=False, help_text="Asked when the owner does not answer.")
    review_months = forms.IntegerField(
        label="Months between reviews",
        required=False,
        min_value=1,
        max_value=120,
        help_text="Such as 12 or 36.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "nhsuk-input--width-4"}),
    )
    subjects = SubjectsField(
        label="Subject headings", required=False, help_text="From the list in use (MeSH): type, and choose."
    )
    tags = TagsField(
        label="Tags", required=False, max_length=5_000, help_text="Words of your own, with commas between them."
    )
    collection = TreeNodeChoiceField(
        Collection.objects.all(), label="Collection", required=False, empty_label="The library chooses"
    )
    department = forms.ModelChoiceField(
        Department.objects.all(), label="Department", required=False, empty_label="No department"
    )
    licence = forms.ChoiceField(
        label="Licence",
        required=False,
        choices=[("", "Not known"), *Licence.choices],
        help_text="What others may do with it. If the work prints no licence, leave this.",
    )
    audience = forms.ChoiceField(label="Who may read it?", choices=Audience.choices, widget=forms.RadioSelect)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label="Which groups?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only if you chose named groups.",
    )
    embargo_until = forms.DateField(
        label="Not before",
        required=False,
        widget=DateParts,
        help_text="The first day on which they may read it. Until then only you and the library can.",
        error_messages={"invalid": "Enter a real date, such as 24 12 2026."},
    )
    embargo_reason = forms.CharField(
        label="Why not earlier?", required=False, max_length=300, help_text="Such as the publisher’s policy."
    )
    depositor = PersonField(
        label="Deposit for a colleague",
        required=False,
        help_text="You both can then change it, and the colleague is told by e-mail when you save it.",
    )
    note = Paragraphs(
        label="Note to the reviewer",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only the library reads it, when you send this for review.",
    )

    def __init__(self, data: Any = None, *, record: Record, by: Any, shown: Any = None, note: str = "") -> None:
        self.record = record
        self.saved = record_parts.read(record)
        super().__init__(data, initial={**self.saved, "seen": "", "note": note})
        for name in record_parts.DETAIL_FIELDS:
            if name not in self.fields:
                self.fields[name] = self._detail(name)
        for name in self._not_offered(by):
            del self.fields[name]
        self.initial["seen"] = self._digests()
        if shown is not None:
            self.initial = {**self.initial} | {
                name: field.widget.value_from_datadict(shown, {}, self.add_prefix(name))
                for name, field in self.fields.items()
            }

    @staticmethod
    def _detail(name: str) -> forms.CharField:
        column: Any = Record._meta.get_field(name)
        label, hint = _WORDS.get(name, (name.replace("_", " ").capitalize(), ""))
        return forms.CharField(label=label, required=False, max_length=column.max_length, help_text=hint)

    def _not_offered(self, by: Any) -> set[str]:
        """Return the fields that this person does not get, or that have their own page once the record is sent in."""
        record, left_out = self.record, set()
        if record.version == 1:
            left_out.add("version_note")
        if len(self.saved["authors"]) > MOST_AUTHORS:
            left_out.add("authors")
        if record.status not in DEPOSITORS_STATES:
            left_out |= {*ACCESS_FIELDS, "note", "depositor"}
        elif by.pk != (record.entered_by_id or record.depositor_id):
            left_out.add("depositor")
        if record.status in (Status.PUBLISHED, Status.REPLACED):
            left_out |= {*REVIEW_FIELDS}
        return left_out

    @property
    def chosen_type(self) -> str:
        """The type that the form shows the fields of."""
        value = self["type"].value()
        return value if value in DETAILS else self.record.type

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name, types in TYPES_OF_FIELD.items():
            if self.chosen_type not in types:
                self.errors.pop(name, None)  # nobody sees it
        if "groups" in cleaned:
            cleaned["groups"] = sorted(group.pk for group in cleaned["groups"])
            if cleaned.get("audience") == Audience.GROUPS and not cleaned["groups"]:
                self.add_error("groups", "Choose at least one group, or let somebody else read it")
        for name in REVIEW_FIELDS[:2]:
            cleaned.setdefault(name, self.saved[name])
        if cleaned["owner"] and cleaned["owner"] == cleaned["deputy"]:
            self.add_error("deputy", "Choose somebody else than the owner, or leave this empty")
        return cleaned

    def clean_embargo_until(self) -> Any:
        until = self.cleaned_data["embargo_until"]
        if until and until <= timezone.localdate():
            raise ValidationError(
                "This day has come already. Enter a day in the future, or leave all three boxes empty."
            )
        return until

    def changed_parts(self) -> record_parts.Parts:
        """Return the parts that are valid and differ from what is saved."""
        return {
            name: self.cleaned_data[name]
            for name in self._parts()
            if name in self.cleaned_data and self.cleaned_data[name] != self.saved[name]
        }

    def ask_for_what_is_missing(self) -> bool:
        """Put a sentence beside each field that must be filled in before a review; tell whether there is none."""
        parts = {**self.saved, **self.cleaned_data}
        for need in missing(self.chosen_type, lambda field: bool(parts[field])):
            if need.field in self.fields and need.field not in self.errors:
                self.add_error(need.field, need.sentence)
        if parts["embargo_until"] and not parts["embargo_reason"] and "embargo_reason" not in self.errors:
            self.add_error("embargo_reason", "Say why it must wait until then")
        return self.is_valid()

    def show_what_is_needed(self) -> None:
        """Let no field that a review asks for say that it is optional. For showing only: a draft may leave it empty."""
        for need in NEEDS:
            types = TYPES_OF_FIELD.get(need.field, ())
            is_shown = not types or self.chosen_type in types
            if need.field in self.fields and (not is_shown or not need.types or self.chosen_type in need.types):
                self.fields[need.field].required = True

    def sentences(self) -> dict[str, str]:
        """Return what is wrong with each field, in words."""
        return {name: " ".join(error_texts(self[name])) for name in self.fields if name in self.errors}

    def clash(self) -> Conflict | None:
        """Return what somebody has saved since this form was opened and what differs from it here; else nothing."""
        before = dict(pair.split("=", 1) for pair in (self["seen"].data or "").split() if "=" in pair)
        touched = [name for name in self._parts() if before.get(name) != _digest(self.saved[name])]
        if not touched:
            return None
        found = conflict(
            self.record,
            seen=None,
            saved={name: self._text(name, self.saved[name]) for name in touched},
            written={name: self._text(name, self.cleaned_data.get(name, self[name].data)) for name in touched},
            labels={name: str(self[name].label) for name in touched},
            choices=touched,
        )
        if not found or not found.changes:
            return None
        # A draft has no history that would say whether it was the same person in another tab.
        is_draft = self.record.status in DEPOSITORS_STATES
        return replace(found, by="Another tab or another person") if is_draft else found

    def seen_again(self, record: Record) -> None:
        """Let the form go on from the record as it now is, which whoever sends it next has seen."""
        self.record, self.saved = record, record_parts.read(record)
        digests = self._digests()
        self.initial = {**self.initial, "seen": digests}
        self.data: Any = self.data.copy()
        self.data["seen"] = digests

    def leave(self, names: list[str]) -> None:
        """Leave these fields as they are saved, whatever was typed in them."""
        for name in names:
            if name in self.saved and name in self.fields:
                self.cleaned_data[name] = self.saved[name]
                self.errors.pop(name, None)

    def _digests(self) -> str:
        return " ".join(f"{name}={_digest(self.saved[name])}" for name in self._parts())

    def _parts(self) -> list[str]:
        """Return the names of the fields that hold a part of the record."""
        return [name for name in self.fields if name in self.saved]

    def _text(self, name: str, value: Any) -> str:
        if isinstance(self.fields[name], AuthorsField | SubjectsField):
            return "\n".join(map(str, value or []))
        if isinstance(value, tuple):  # a person, as typed
            return str(value[0])
        return value_text(self.fields[name], value)


def _digest(value: Any) -> str:
    text = str(value.pk) if isinstance(value, Model) else repr(value)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
