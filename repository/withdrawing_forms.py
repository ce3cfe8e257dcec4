"""The forms that ask why a record is withdrawn or erased."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kmportal.links.registry import NotFound, thing_at
from repository import versions
from repository.models import Record
from repository.status import Status
from repository.withdrawing import REASONS


class WithdrawForm(forms.Form):
    """Why a record goes, and what takes its place."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the record is withdrawn."},
    )
    note = forms.CharField(
        label="What readers should know",
        max_length=2_000,
        help_text="Readers see this on the page that stays in the record’s place.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what readers should know."},
    )
    replacement = forms.CharField(
        label="What to read instead",
        required=False,
        max_length=2_000,
        help_text="The address or the number of a published record, such as 1204.",
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-30", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, record: Record, user: Any, hosts: frozenset[str]) -> None:
        super().__init__(data)
        self.record = record
        self.user = user
        self.hosts = hosts

    def clean_replacement(self) -> Record | None:
        """Give the record at the address, in its published version, in its place."""
        text = self.cleaned_data["replacement"].strip()
        if not text:
            return None
        found = self._record_at(text)
        if found is None:
            raise ValidationError("Give the address or the number of a published record.")
        if found.pk == self.record.pk:
            raise ValidationError("This is the record itself. Give the one that readers should read instead.")
        return found

    def _record_at(self, text: str) -> Record | None:
        visible = Record.objects.visible_to(self.user)
        if text.isascii() and text.isdigit():
            found: Any = visible.filter(pk=int(text)).first() if len(text) < 19 else None
        else:
            try:
                found = thing_at(text, to=self.user, hosts=self.hosts)
            except NotFound as error:
                raise ValidationError(str(error)) from None
        if isinstance(found, Record) and found.pk != self.record.pk:
            found = versions.current(found, to=self.user)
        return found if isinstance(found, Record) and self._may_replace(found) else None

    def _may_replace(self, record: Record) -> bool:
        return record.pk == self.record.pk or record.status == Status.PUBLISHED


class EraseForm(forms.Form):
    """On what ground a record is erased, typed with its number so that nobody erases by a slip."""

    ground = forms.CharField(
        label="Legal ground",
        max_length=2_000,
        help_text="Such as the law and the number of the case. It is kept; do not repeat what is to be erased.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write the legal ground."},
    )
    number = forms.CharField(
        label="Number of the record",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "nhsuk-input--width-10", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Type the number of the record, to confirm."},
    )

    def __init__(self, data: Any = None, *, record: Record) -> None:
        super().__init__(data)
        self.record = record
        self.fields["number"].help_text = f"Type {record.pk} to confirm."

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        if number != str(self.record.pk):
            raise ValidationError(f"This is not the number of the record: it is {self.record.pk}.")
        return number
