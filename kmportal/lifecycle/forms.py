"""The forms of things with a lifecycle: the one behind a button, and what guards the one at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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


class GuardedForm(forms.ModelForm):
    """The desk's form of a thing: whoever saves second is told, and nothing of either is overwritten unseen.

    For models with `changed_at`, which every move and every save sets. It must be validated in the transaction that
    saves: the thing stays locked until then.
    """

    # The state of the thing that the person saw when the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.instance.changed_at.isoformat()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk:
            rows = type(self.instance)._base_manager.select_for_update().filter(pk=self.instance.pk)
            now = rows.values_list("changed_at", flat=True).first()
            if now is None or now.isoformat() != self.cleaned_data.get("seen"):
                noun = self.instance._meta.verbose_name
                raise ValidationError(
                    f"Somebody else has changed this {noun} since you opened it. Nothing of yours is saved yet: open "
                    f"the {noun} in another tab, and copy over what you want to keep."
                )
        return cleaned
