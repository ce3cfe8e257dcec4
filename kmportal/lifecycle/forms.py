"""The form behind a lifecycle button: one move, with the reason for it where the move asks for one."""

from typing import Any

from django import forms

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
