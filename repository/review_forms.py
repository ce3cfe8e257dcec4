"""The forms of the review: the decision with its notes and embargo, handing over, and a message."""

from collections.abc import Mapping
from typing import Any

from django import forms

from kmportal.design.widgets import DateParts
from repository import embargoes, reviews
from repository.audience import Audience
from repository.descriptions import LABELS
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record
from repository.restricting import Embargo

LONGEST_NOTE = 5_000
# Who may read once an embargo is over, beside those whom the depositor chose.
AFTER_AN_EMBARGO = (Audience.OPEN, Audience.STAFF)


def text_area(rows: int = 3) -> forms.Textarea:
    """Return a box for some lines of text."""
    return forms.Textarea(attrs={"rows": rows})


class DecisionForm(forms.Form):
    """What a reviewer decides about a record, and says of it: as a whole, and beside each of its parts."""

    # What the reviewer has before their eyes: the record may change while they read.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="What do you want to do?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to do."},
    )
    note = forms.CharField(
        label="Message to the depositor",
        required=False,
        max_length=LONGEST_NOTE,
        widget=text_area(5),
        help_text="It joins the conversation below, and goes out by mail.",
    )
    embargo = forms.ChoiceField(
        label="What should readers wait for?",
        required=False,
        initial="",
        widget=forms.RadioSelect,
        choices=[
            ("", "Nothing: there is no embargo"),
            ("files", "The files. Everybody can read the page, and ask for a copy"),
            ("record", "The whole record. Only the library and the depositor see it until then"),
        ],
    )
    embargo_until = forms.DateField(
        label="First day on which it is open",
        required=False,
        widget=DateParts,
        help_text="For example 24 12 2026.",
        error_messages={"invalid": "Enter the first open day as a real date, such as 24 12 2026."},
    )
    embargo_after = forms.ChoiceField(
        label="Who may read it then?",
        required=False,
        widget=forms.RadioSelect,
    )
    embargo_reason = forms.CharField(
        label="Why readers wait",
        required=False,
        max_length=300,
        help_text="Readers see it. For example: publisher’s policy.",
    )

    def __init__(self, data: Any = None, *, record: Record, user: Any) -> None:
        super().__init__(data)
        self.record = record
        self.fields["seen"].initial = record.changed_at.isoformat()
        self.accepting = reviews.accepting_move(record, user)
        self.chosen_audience = Audience(record.audience_after or record.audience)
        after = dict.fromkeys((*AFTER_AN_EMBARGO, self.chosen_audience))
        self.fields["embargo_after"].choices = [(one.value, one.label) for one in after]  # type: ignore[attr-defined]
        self.fields["embargo_after"].initial = self.chosen_audience
        if record.embargo_until:  # what the depositor wishes
            self.initial = {
                "embargo": "files" if record.files.all() else "record",
                "embargo_until": record.embargo_until,
                "embargo_reason": record.embargo_reason,
            }
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            ("accept", RECORD_LIFECYCLE[self.accepting].label),
            ("return", "Return it, with what to change"),
            ("reject", "Do not accept it"),
            ("say", "Only send a message"),
        ]
        for part, label in LABELS.items():
            self.fields[f"note_{part}"] = forms.CharField(
                label=f"Note on: {label.lower()}", required=False, max_length=LONGEST_NOTE, widget=text_area()
            )

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs, and refuse what it would lose."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen") != self.record.changed_at.isoformat():
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["seen"] = self.record.changed_at.isoformat()  # type: ignore[index]
            self.add_error(None, "This record has changed since you opened the page. Look at it again, then decide.")
        decision = cleaned.get("decision")
        note = cleaned.get("note", "").strip()
        if decision == "return" and not note and not self.notes:
            self.add_error("note", "Say what to change: here, or in a note beside a part of the record.")
        if decision in ("reject", "say") and not note:
            self.add_error("note", "Write why you do not accept it." if decision == "reject" else "Write a message.")
        if decision in ("accept", "reject", "say") and self.notes:
            self.add_error(
                "decision", "You wrote notes beside parts of the record. They go out only when you return it."
            )
        if decision == "accept":
            self._check_embargo(cleaned)
        return cleaned

    @property
    def notes(self) -> Mapping[str, str]:
        """What was written beside the parts, part to text."""
        written = {part: self.cleaned_data.get(f"note_{part}", "").strip() for part in LABELS}
        return {part: text for part, text in written.items() if text}

    @property
    def chosen_embargo(self) -> Embargo | None:
        """The embargo to publish under, if any; of a valid form."""
        said = self.cleaned_data
        if not said["embargo"]:
            return None
        return Embargo(
            said["embargo_until"], Audience(said["embargo_after"] or self.chosen_audience), said["embargo_reason"]
        )

    @property
    def has_embargo(self) -> bool:
        """Tell whether there is a word of an embargo, so that its part of the form stands open."""
        written = ("embargo", "embargo_until_day", "embargo_until_month", "embargo_until_year", "embargo_reason")
        return any(self.data.get(name) for name in written) if self.is_bound else bool(self.record.embargo_until)

    def _check_embargo(self, cleaned: dict[str, Any]) -> None:
        until = cleaned.get("embargo_until")
        if not cleaned.get("embargo"):
            if until:
                self.add_error("embargo", "Choose whether the embargo is on the files or on the whole record.")
            return
        if until is None and "embargo_until" not in self.errors:
            self.add_error("embargo_until", "Enter the first day on which it is open.")
        elif until:
            try:
                embargoes.check(until)
            except embargoes.EmbargoInPast as refusal:
                self.add_error("embargo_until", str(refusal))
        if not cleaned.get("embargo_reason"):
            self.add_error("embargo_reason", "Say why readers wait.")
        if cleaned["embargo"] == "files" and not self.record.files.all():
            self.add_error("embargo", "This record has no files. Choose the whole record, or no embargo.")


class AssignForm(forms.Form):
    """To whom a library manager hands a review."""

    to = forms.ModelChoiceField(
        reviews.reviewers().none(),
        label="Hand it to",
        empty_label="Choose a reviewer",
        error_messages={"required": "Choose a reviewer.", "invalid_choice": "Choose a reviewer from the list."},
    )

    def __init__(self, data: Any = None, *, record: Record) -> None:
        super().__init__(data)
        self.fields["to"].queryset = reviews.reviewers_of(record)  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    """A line of the conversation."""

    text = forms.CharField(
        label="Your message",
        max_length=LONGEST_NOTE,
        widget=text_area(4),
        error_messages={"required": "Write a message."},
    )
