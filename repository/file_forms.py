"""Forms for the files of a record."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from repository.audience import Audience
from repository.file_kinds import ENDINGS
from repository.models import RecordFile

# Named groups are chosen on the page about who may read what (repository:access).
_AUDIENCES = [(value, label) for value, label in Audience.choices if value != Audience.GROUPS]


class _Files(forms.FileInput):
    allow_multiple_selected = True


class _UploadsField(forms.FileField):
    """Several files. Whether we take each of them is not decided here, so that the others are kept."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list) else [data] if data else []
        if not uploads and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return uploads


class UploadForm(forms.Form):
    """Files to add."""

    uploads = _UploadsField(label="Choose files", error_messages={"required": "Choose the files that you want to add."})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = ", ".join(ending[1:].upper() for ending in ENDINGS if ending != ".jpeg")
        field = self.fields["uploads"]
        field.help_text = f"{kinds}. At most {settings.MAX_UPLOAD_MB} MB together."
        field.widget.attrs["accept"] = ",".join(ENDINGS)

    @classmethod
    def with_error(cls, sentence: str) -> "UploadForm":
        """Return a form that says what was wrong with files that were not even read."""
        form = cls({}, {})
        form.errors.clear()
        form.add_error("uploads", sentence)
        return form


class FileForm(forms.Form):
    """What one file is, and who may read it. Whoever saves second is told what was saved, and may save again."""

    # What the file was said to be when the form was opened.
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    description = forms.CharField(
        label="What is this file?", max_length=300, required=False, help_text="Such as: the poster as it was printed."
    )
    audience = forms.ChoiceField(label="Who may read it", choices=_AUDIENCES)

    def __init__(self, data: Any = None, *, file: RecordFile) -> None:
        said = {"description": file.description, "audience": file.audience}
        super().__init__(data, initial={**said, "seen": " ".join(said.values())}, prefix=f"file-{file.pk}")
        self.file = file
        if file.embargo_until or file.audience == Audience.GROUPS:
            # Another page has decided it.
            del self.fields["audience"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_other = any(cleaned.get(name) != self.initial[name] for name in self.fields if name != "seen")
        if cleaned.pop("seen", "") != self.initial["seen"] and is_other and not self.errors:
            # What is sent next is sent by somebody who has seen what is saved now.
            sent: Any = self.data
            self.data = sent.copy()
            self.data[self.add_prefix("seen")] = self.initial["seen"]  # type: ignore[index] # of a copy
            said = f"“{self.file.description or 'Nothing'}”, for: {self.file.get_audience_display()}"
            raise forms.ValidationError(f"Somebody else has saved this since: {said}. Save again to put yours there.")
        return cleaned
