"""The form in which the library says who may read a record and each of its files, now and after an embargo."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group

from kmportal.design.widgets import DateParts
from repository import embargoes, restricting
from repository.audience import Audience
from repository.models import Record, RecordFile
from repository.restricting import Embargo


class RestrictionForm(forms.Form):
    """Who may read one thing: a record, or a file of it."""

    audience = forms.ChoiceField(label="Who may read it", choices=Audience.choices, widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(
        required=False,
        label="Groups",
        widget=forms.CheckboxSelectMultiple,
        help_text="Where it is for named groups.",
    )
    until = forms.DateField(
        label="Embargo until",
        required=False,
        widget=DateParts,
        help_text="The first day on which others may read it.",
    )
    after = forms.ChoiceField(
        label="Who may read it from that day on",
        required=False,
        choices=[("", "No embargo"), *((value, label) for value, label in Audience.choices if value != "library")],
    )
    reason = forms.CharField(
        label="Reason for the embargo",
        max_length=300,
        required=False,
        help_text="Readers see it beside the date, such as “Publisher’s policy”.",
    )

    def __init__(self, thing: Record | RecordFile, data: Any = None, *, prefix: str, groups: dict[str, str]) -> None:
        super().__init__(
            data,
            prefix=prefix,
            initial={
                "audience": thing.audience,
                "groups": [str(group.pk) for group in thing.groups.all()],
                "until": thing.embargo_until,
                "after": thing.audience_after,
                "reason": thing.embargo_reason,
            },
        )
        self.names = groups
        self.fields["groups"].choices = list(groups.items())  # type: ignore[attr-defined] # it has choices
        self.thing = thing
        self.heading = "The record" if isinstance(thing, Record) else str(thing)

    def clean_until(self) -> datetime.date | None:
        until = self.cleaned_data["until"]
        if until and "until" in self.changed_data:
            try:
                embargoes.check(until)
            except embargoes.EmbargoInPast as error:
                raise forms.ValidationError(str(error)) from None
        return until

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until, after = cleaned.get("until"), cleaned.get("after")
        if Audience.GROUPS in (cleaned.get("audience"), after) and not cleaned.get("groups"):
            self.add_error("groups", "Choose at least one group.")
        if until and not after:
            self.add_error("after", "Choose who may read it when the embargo ends.")
        if after and not until and "until" not in self.errors:
            self.add_error("until", "Give the day on which the embargo ends.")
        if until and after and after == cleaned.get("audience"):
            self.add_error("after", "Choose somebody else than those who may read it now, or take the embargo away.")
        return cleaned

    def in_words(self, values: Mapping[str, Any]) -> str:
        """Return what is chosen in a line."""
        groups = ", ".join(self.names[key] for key in values["groups"])
        words = Audience(values["audience"]).label + (f" ({groups})" if groups else "")
        if not values["until"]:
            return words
        after = Audience(values["after"]).label if values["after"] else ""
        reason = f" ({values['reason']})" if values["reason"] else ""
        return f"{words} until {values['until']:%-d %B %Y}, then {after}{reason}"

    def save(self, *, by: Any) -> None:
        """Put what was chosen in force, if it differs from what is."""
        if not self.has_changed():
            return
        chosen = self.cleaned_data
        embargo = None
        if chosen["until"]:
            embargo = Embargo(chosen["until"], Audience(chosen["after"]), chosen["reason"])
        restricting.restrict(
            self.thing,
            audience=Audience(chosen["audience"]),
            groups=[int(key) for key in chosen["groups"]],
            embargo=embargo,
            by=by,
        )


class AccessForms:
    """The form of a record and those of its files, in their order, which are sent and saved together.

    The parts whose names are sent as `leave` stay as they are saved, whatever is sent of them.
    """

    def __init__(self, record: Record, data: Any = None) -> None:
        files = record.files.prefetch_related("groups").select_related("record")
        groups = {str(group.pk): group.name for group in Group.objects.order_by("name")}
        left = data.getlist("leave") if data else ()
        things: dict[str, Record | RecordFile] = {"record": record, **{f"file-{file.pk}": file for file in files}}
        self.forms = [
            RestrictionForm(thing, None if prefix in left else data, prefix=prefix, groups=groups)
            for prefix, thing in things.items()
        ]

    @property
    def errors(self) -> list[Any]:
        """What is wrong with each form; empty where all are right."""
        return [form.errors for form in self.forms if form.errors]

    def non_form_errors(self) -> list[str]:
        """Return what is wrong with the forms together: nothing, as each stands for itself."""
        return []

    def save(self, *, by: Any) -> None:
        """Put what was chosen in force, where it differs from what is. Wants forms without errors."""
        for form in self.forms:
            if form.is_bound:
                form.save(by=by)

    def described(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Return what is in force, what was chosen, and what to call each, by part: for telling of a conflict."""
        saved, written, labels = {}, {}, {}
        for form in self.forms:
            part = str(form.prefix)
            saved[part] = form.in_words(form.initial)
            written[part] = form.in_words(form.cleaned_data if form.is_bound else form.initial)
            labels[part] = form.heading
        return saved, written, labels
