"""The form of a bulk edit: each field leaves what it is about as it is, unless something is chosen there."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kmportal.people import tags
from kmportal.people.models import Department, User
from repository.audience import Audience
from repository.curation.plans import Plan
from repository.licences import Licence
from repository.models import SubjectTerm
from repository.record_types import RecordType
from repository.terms import CollectionTree

EMPTY = "none"
LEAVE = ("", "Leave as it is")
MONTHS = (3, 6, 12, 18, 24, 36, 48, 60)


class BulkEditForm(forms.Form):
    """What to change in every record. A valid form has a `plan`."""

    collection = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False)
    type = forms.ChoiceField(required=False, choices=[LEAVE, *RecordType.choices])
    licence = forms.ChoiceField(required=False, choices=[LEAVE, (EMPTY, "No licence"), *Licence.choices])
    audience = forms.ChoiceField(
        label="Who may read it",
        required=False,
        # Groups are chosen on each record's own page.
        choices=[LEAVE, *(choice for choice in Audience.choices if choice[0] != Audience.GROUPS)],
    )
    owner = forms.CharField(
        required=False, max_length=300, help_text="E-mail address of whoever answers for it, or “none”."
    )
    deputy = forms.CharField(required=False, max_length=300, help_text="E-mail address, or “none”.")
    review_months = forms.ChoiceField(
        label="Months between reviews",
        required=False,
        choices=[LEAVE, (EMPTY, "No reviews"), *((str(number), str(number)) for number in MONTHS)],
    )
    add_tags = forms.CharField(required=False, max_length=2_000, help_text="Put commas between them.")
    remove_tags = forms.CharField(required=False, max_length=2_000, help_text="Put commas between them.")
    add_subject = forms.CharField(
        required=False, max_length=300, help_text="A subject heading as it is written, such as Frail Elderly."
    )
    remove_subject = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tree = CollectionTree()
        collections = ((tree.below(slug)[0], tree.path(slug)) for slug in tree)
        self._offer("collection", "No collection", collections)
        self._offer("department", "No department", Department.objects.values_list("pk", "name"))

    def _offer(self, name: str, none: str, rows: Iterable[tuple[int, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [LEAVE, (EMPTY, none), *((str(key), label) for key, label in rows)]

    def clean_owner(self) -> Any:
        return _person(self.cleaned_data["owner"])

    def clean_deputy(self) -> Any:
        return _person(self.cleaned_data["deputy"])

    def clean_add_tags(self) -> tuple[str, ...]:
        return _tags(self.cleaned_data["add_tags"])

    def clean_remove_tags(self) -> tuple[str, ...]:
        return _tags(self.cleaned_data["remove_tags"])

    def clean_add_subject(self) -> tuple[int, ...]:
        return _subject(self.cleaned_data["add_subject"])

    def clean_remove_subject(self) -> tuple[int, ...]:
        return _subject(self.cleaned_data["remove_subject"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and self.plan.is_empty:
            raise ValidationError("Choose something to change.")
        if said.get("owner") and said.get("owner") == said.get("deputy") and said["owner"] != EMPTY:
            self.add_error("deputy", "Choose somebody else than the owner.")
        return said

    @property
    def plan(self) -> Plan:
        """What was chosen, once the form is valid."""
        said = self.cleaned_data
        columns = {
            "collection_id": _number(said["collection"]),
            "department_id": _number(said["department"]),
            "type": said["type"],
            "licence": said["licence"],
            "audience": said["audience"],
            "owner_id": said["owner"],
            "deputy_id": said["deputy"],
            "review_months": _number(said["review_months"]),
        }
        emptied = {"licence": ""}
        return Plan(
            columns={
                name: emptied.get(name) if value == EMPTY else value for name, value in columns.items() if value != ""
            },
            add_tags=said["add_tags"],
            remove_tags=said["remove_tags"],
            add_subjects=said["add_subject"],
            remove_subjects=said["remove_subject"],
        )


def _number(value: str) -> Any:
    return int(value) if value not in ("", EMPTY) else value


def _person(text: str) -> Any:
    """Return the key of the colleague with that address, EMPTY for none, and "" where nothing was said."""
    if text.lower() in ("", EMPTY):
        return text.lower()
    found = User.objects.filter(email__iexact=text, is_active=True).values_list("pk", flat=True).first()
    if found is None:
        raise ValidationError(f"There is no colleague with the e-mail address “{text[:80]}”.")
    return found


def _tags(text: str) -> tuple[str, ...]:
    try:
        return tuple(tags.split(text))
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _subject(text: str) -> tuple[int, ...]:
    """Return the key of the heading with that label, in whichever vocabulary; nothing where nothing was said."""
    if not text:
        return ()
    found = tuple(SubjectTerm.objects.filter(label__iexact=text).values_list("pk", flat=True)[:1])
    if not found:
        raise ValidationError(f"There is no subject heading “{text[:80]}”. Look for it on the subjects’ page.")
    return found
