"""The forms of things with a lifecycle: the one behind a button, and what guards one that several people may fill in.

Two people save one thing: `conflict` tells the later one what the earlier one saved, for any form. It asks for
four lines in a view, inside the transaction that saves, with the thing's row locked:

    clash = conflict(thing, seen=form.data.get("seen"), saved=describe(thing), written=texts, labels=LABELS)
    if clash:  # show the form as it was sent, with its hidden field `seen` now clash.seen, and above its fields
        {% include "lifecycle/conflict.html" with conflict=clash %}

Whoever then saves again sends the new `seen`, and so overwrites on purpose and with both texts before them.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import model_to_dict

from kmportal.lifecycle.edits import Change, changes_between
from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import Transition


class MoveForm(forms.Form):
    """One move of a thing's lifecycle. Several may stand on a page: the ids of each begin with its move."""

    note = forms.CharField(
        label="Reason",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, transition: Transition, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{transition.name}_%s")
        self.transition = transition
        self.fields["note"].help_text = transition.reason_help
        self.fields["note"].error_messages["required"] = f"Give a reason: “{transition.label}” needs one."
        if not transition.needs_note:
            del self.fields["note"]

    @property
    def reason(self) -> str:
        """What was written, once the form is valid; nothing where the move asks for no reason."""
        return self.cleaned_data.get("note", "")


@dataclass(frozen=True)
class Conflict:
    """Somebody saved the thing after the person had opened it.

    `by` and `at` say who and when, as far as the history knows: without a time in it, `at` is None. `changes` are the
    parts where the two differ: `before` is what is saved now, `after` what the person wrote. `seen` is what the form
    must send to save in spite of it. `choices` says of which parts the form can leave what is saved, if its name is
    sent as `leave`.
    """

    by: str
    at: datetime.datetime | None
    seen: str
    changes: tuple[Change, ...]
    choices: frozenset[str] = frozenset()


def conflict(
    thing: Any,
    *,
    seen: str | None,
    saved: Mapping[str, str],
    written: Mapping[str, str],
    labels: Mapping[str, str],
    choices: Iterable[str] = (),
    state: str | None = None,
) -> Conflict | None:
    """Return what somebody saved since the person opened the form, or None where nobody did.

    `thing` is fresh from the database, and locked; `seen` is its state when the form was opened. The `state` now is its
    `changed_at.isoformat()`; a thing that has no `changed_at` comes with another text that every change makes another.
    `saved` and `written` say each part as a text (part to text), `labels` name the parts in order.
    """
    now = state or thing.changed_at.isoformat()
    if seen == now:
        return None
    last = _last_touch(thing)
    return Conflict(
        by=str(last.by) if last and last.by else "Somebody else",
        at=getattr(thing, "changed_at", None) or (last.at if last else None),
        seen=now,
        changes=tuple(changes_between(saved, written, labels)),
        choices=frozenset(choices),
    )


class GuardedForm(forms.ModelForm):
    """The desk's form of a thing: whoever saves second sees both texts, and nothing of either is overwritten unseen.

    It must be validated in the transaction that saves: the thing stays locked until then. After a refusal `conflict`
    says what differs, and the form holds what the person wrote. Fields whose names are sent as `leave` stay as they are
    saved.
    """

    # Says how a thing stands, as a text that differs once somebody has changed it. Given by the desk (desk.py).
    state_of: Callable[[Any], str]

    # The state of the thing that the person saw when the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    conflict: Conflict | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.state_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.instance.pk:
            return cleaned
        noun = self.instance._meta.verbose_name
        now = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk).first()
        if now is None:
            raise ValidationError(f"Somebody else has changed this {noun} since you opened it: it is no longer here.")
        self.conflict = self._conflict_with(now)
        if self.conflict:
            # What is sent next is sent by somebody who has seen what is saved now.
            sent: Any = self.data
            again = sent.copy()
            again[self.add_prefix("seen")] = self.conflict.seen
            self.data = again
            raise ValidationError(
                f"Somebody else has changed this {noun} since you opened it. Nothing of yours is saved yet: compare "
                "what is saved with what you wrote, and save again."
            )
        for name in self._left():
            self.cleaned_data.pop(name, None)
            self.errors.pop(name, None)
        return cleaned

    def _left(self) -> set[str]:
        values = self.data.getlist("leave") if hasattr(self.data, "getlist") else ()
        return {name for name in values if name in self.fields and name != "seen"}

    def _conflict_with(self, now: models.Model) -> Conflict | None:
        stored = model_to_dict(now)
        names = [name for name, field in self.fields.items() if name != "seen" and not field.disabled]
        sent = {name: self.cleaned_data.get(name, self[name].data) for name in names}
        return conflict(
            now,
            seen=self.cleaned_data.get("seen"),
            saved={name: value_text(self.fields[name], stored.get(name)) for name in names},
            written={name: value_text(self.fields[name], sent[name]) for name in names},
            labels={name: str(self[name].label) for name in names},
            choices=names,
            state=self.state_of(now),
        )


def value_text(field: forms.Field, value: Any) -> str:
    """Return a form field's value as a reader knows it: the label of a choice, the name of a thing, lines of text."""
    if value in field.empty_values or isinstance(value, models.Manager):
        return ""
    if isinstance(value, models.QuerySet | list | tuple | set) and not isinstance(field, forms.MultipleChoiceField):
        prepared = field.prepare_value(value)
        if isinstance(prepared, str):
            return prepared
        return ", ".join(sorted(value_text(field, one) for one in value))
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField):
        try:
            return str(forms.ModelChoiceField.to_python(field, value))  # of one choice, where several may be made
        except ValidationError:
            return str(value)
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(_choice_label(field, one) for one in value)
    if isinstance(field, forms.ChoiceField):
        return _choice_label(field, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "\n".join(str(field.prepare_value(value)).splitlines()).strip()


def _choice_label(field: forms.ChoiceField, value: Any) -> str:
    choices: Any = field.choices
    for key, label in choices:
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for one, words in pairs:
            if str(one) == str(value):
                return str(words)
    return str(value)


def _last_touch(thing: models.Model) -> Edit | StatusChange | None:
    """Return the last change or move of the thing that its history knows."""
    rows: list[Edit | StatusChange] = [
        row
        for history in (Edit.objects.of(thing), StatusChange.objects.of(thing))
        if (row := history.select_related("by").last())
    ]
    return max(rows, key=lambda row: row.at, default=None)
