"""The form that links a thing to the page of another one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kmportal.links.models import LinkKind
from kmportal.links.registry import NotFound, thing_at

# What the form offers, read from the page that it stands on: the value, what it says, the kind, and whether the link
# begins at the page's own thing.
WAYS: dict[str, tuple[str, str, bool]] = {
    "evidence_for": ("This is evidence for it", LinkKind.EVIDENCE_FOR, True),
    "rests_on": ("It is evidence for this", LinkKind.EVIDENCE_FOR, False),
    "came_from": ("This came from it", LinkKind.CAME_FROM, True),
    "led_to": ("It came from this", LinkKind.CAME_FROM, False),
    "applied_in": ("This is put to use in it", LinkKind.APPLIED_IN, True),
    "applies": ("It is put to use in this", LinkKind.APPLIED_IN, False),
    "supersedes": ("This takes the place of it", LinkKind.SUPERSEDES, True),
    "superseded_by": ("It takes the place of this", LinkKind.SUPERSEDES, False),
    "related": ("They belong together", LinkKind.RELATED, True),
}


class LinkForm(forms.Form):
    """Which page a thing is linked to, and in what way. `to_user` must be able to see the page."""

    address = forms.CharField(
        label="Address of the other page",
        max_length=2_000,
        help_text="Open the record, lesson or session, and copy its address.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Paste the address of the page that you mean."},
    )
    way = forms.ChoiceField(
        label="How they hang together",
        choices=[(value, label) for value, (label, _, _) in WAYS.items()],
        initial="related",
        error_messages={"required": "Choose how the two hang together."},
    )

    def __init__(self, data: Any = None, *, to_user: Any, hosts: frozenset[str] = frozenset()) -> None:
        super().__init__(data, auto_id="id_link_%s")
        self.to_user = to_user
        self.hosts = hosts

    def clean_address(self) -> Any:
        """Give the thing at the address in its place."""
        try:
            return thing_at(self.cleaned_data["address"], to=self.to_user, hosts=self.hosts)
        except NotFound as error:
            raise ValidationError(str(error)) from None
