"""The form in which a lesson is written at the desk."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from taggit.forms import TagWidget

from kmportal.lifecycle.forms import GuardedForm
from kmportal.people.forms import TagsField
from lessons.models import Lesson


class LessonForm(GuardedForm):
    """A lesson as a whole, except where it stands in its lifecycle."""

    tags = TagsField(
        widget=TagWidget(attrs={"size": 60}),
        required=False,
        max_length=4_000,
        help_text="Free words, with commas between them. For example: discharge, pharmacy.",
    )

    class Meta:
        model = Lesson
        fields = (
            "sentence", "expected", "happened", "why", "applies_when", "applies_not", "priority",
            "department", "site", "happened_on", "captured_by", "tags",
        )  # fmt: skip
        widgets = {"sentence": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def clean_happened_on(self) -> datetime.date | None:
        happened_on = self.cleaned_data["happened_on"]
        if happened_on and happened_on > timezone.localdate():
            raise ValidationError("This date is still to come. Give the day when it happened.")
        return happened_on
