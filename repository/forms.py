"""The form field for dates of partial precision."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from repository.partial_dates import PartialDate


class PartialDateField(forms.CharField):
    """A date as exactly as it is known: typed as "Feb 2020" or "Winter 2019", kept as EDTF (2020-02, 2019-24)."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return PartialDate.from_text(text).edtf
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        """Show what is kept in words; what was typed and refused stays as it was typed."""
        try:
            return str(PartialDate.from_edtf(value)) if value else value
        except ValueError:
            return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or "")
        except ValidationError:
            return True
