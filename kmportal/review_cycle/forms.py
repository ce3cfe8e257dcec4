"""The forms of the review cycle: an answer, a reader's flag, who answers for something, and who follows a leaver."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kmportal.design.widgets import DateParts
from kmportal.lifecycle.forms import value_text
from kmportal.people.models import User
from kmportal.review_cycle.models import Verdict


class PersonField(forms.CharField):
    """A colleague who has not left, by e-mail address or by full name."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "Their e-mail address, or their full name.")
        super().__init__(max_length=254, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, User) else value

    def clean(self, value: Any) -> User | None:
        words = super().clean(value)
        if not words:
            return None
        present = User.objects.filter(is_active=True)
        found = list(present.filter(**{"email__iexact" if "@" in words else "name__iexact": words})[:2])
        if not found:
            raise ValidationError("There is no colleague of this name here. Try their e-mail address.")
        if len(found) > 1:
            raise ValidationError("Several colleagues have this name. Give the e-mail address of one.")
        return found[0]


class AnswerForm(forms.Form):
    """What somebody says of a thing that they answer for."""

    verdict = forms.ChoiceField(
        label="Is it still true?",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you say of it."},
    )
    note = forms.CharField(
        label="What should change, or why is it obsolete?",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It stays in the history, for those who look after this.",
    )


class FlagForm(forms.Form):
    """What a reader says is wrong."""

    text = forms.CharField(
        label="What is wrong?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Say where it is and what should stand there. Do not write about patients.",
        error_messages={"required": "Say what is wrong."},
    )


class CycleForm(forms.Form):
    """Who answers for a thing, and how often it is looked at."""

    owner = PersonField(label="Owner", required=False)
    deputy = PersonField(
        label="Deputy",
        required=False,
        help_text="Asked when the owner does not answer, or has left. Their e-mail address, or their full name.",
    )
    months = forms.IntegerField(
        label="Months between reviews",
        required=False,
        min_value=1,
        max_value=120,
        widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-3"}),
        help_text="Such as 24. Without a number it never falls due.",
    )
    last_reviewed = forms.DateField(
        label="Last reviewed", required=False, widget=DateParts, help_text="If you leave this empty, it is today."
    )

    def clean_last_reviewed(self) -> Any:
        day = self.cleaned_data["last_reviewed"]
        if day and day.year < 1990:
            raise ValidationError("Give a year from 1990 on.")
        if day and day > timezone.localdate():
            raise ValidationError("This day is still to come.")
        return day

    def clean(self) -> None:
        owner, deputy = self.cleaned_data.get("owner"), self.cleaned_data.get("deputy")
        if owner and owner == deputy:
            self.add_error("deputy", "Choose somebody other than the owner.")

    def in_words(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return each part of what is saved or typed as a text: for telling of a conflict."""
        return {name: value_text(field, values[name]) for name, field in self.fields.items()}


class LeaverForm(forms.Form):
    """Somebody who is about to leave."""

    who = PersonField(label="Who is about to leave?", error_messages={"required": "Name a colleague."})


class SuccessorForm(forms.Form):
    """Who takes a person's place, and for which things ("kind-key" each)."""

    things = forms.MultipleChoiceField(
        label="What should change hands?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one."},
    )
    to = PersonField(label="Who takes their place?", error_messages={"required": "Name a colleague."})

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["things"]
        field.choices = choices
        field.initial = [value for value, _ in choices]
