"""The choices of a board report: which years and outputs it counts, and how its table is laid out."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms

from repository import periods
from repository.board_table import Heading
from repository.filters import NONE
from repository.models import SavedReport
from repository.partial_dates import FIRST_YEAR, LAST_YEAR
from repository.record_types import RecordType

USUAL_YEARS = 5
MOST_YEARS = 20
MOST_QUERY = 2_000  # characters that SavedReport.query holds
NO_DEPARTMENT = Heading(NONE, "No department")
NO_COLLECTION = Heading(NONE, "No collection")
# What a line of the table can stand for.
DIMENSIONS = {"department": "Department", "type": "Type", "year": "Year", "collection": "Collection"}
# The last financial year ends in the year after.
_LATEST = LAST_YEAR - 1
_NO_YEAR = dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a year in four figures, such as 2024.")


@dataclass(frozen=True)
class Choices:
    """What a report shows. Of departments and types that are empty, it has all."""

    by: str  # a key of DIMENSIONS
    split: str  # another one, or empty
    financial: bool
    first: int
    last: int
    departments: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def span(self) -> str:
        """The years in words: "2022 to 2026", "2024/25"."""
        first, last = (periods.year_name(year, financial=self.financial) for year in (self.first, self.last))
        return first if first == last else f"{first} to {last}"


class ChoicesForm(forms.Form):
    """Sent with GET; whatever of it cannot be used is said beside its field, and the usual choice holds."""

    by = forms.ChoiceField(label="One line for each", choices=list(DIMENSIONS.items()))
    split = forms.ChoiceField(
        label="In each line, show each", required=False, choices=[("", "Nothing more"), *list(DIMENSIONS.items())]
    )
    years = forms.ChoiceField(
        label="Years",
        choices=[("calendar", "January to December"), ("financial", "April to March (financial years)")],
        widget=forms.RadioSelect,
    )
    start = forms.IntegerField(
        label="From", required=False, min_value=FIRST_YEAR, max_value=_LATEST, error_messages=_NO_YEAR
    )
    end = forms.IntegerField(
        label="To", required=False, min_value=FIRST_YEAR, max_value=_LATEST, error_messages=_NO_YEAR
    )
    department = forms.MultipleChoiceField(label="Departments", required=False, widget=forms.CheckboxSelectMultiple)
    type = forms.MultipleChoiceField(
        label="Types", required=False, choices=RecordType.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, sent: Any, *, departments: Sequence[Heading], today: datetime.date) -> None:
        usual = {"by": "department", "years": "calendar"}
        # A box that nobody has ticked yet still shows what holds.
        data = sent.copy()
        for name, value in usual.items():
            if not data.get(name):
                data[name] = value
        super().__init__(data)
        self.today = today
        choices = [(one.value, one.name) for one in (*departments, NO_DEPARTMENT)]
        self.fields["department"].choices = choices  # type: ignore[attr-defined] # it has choices
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "There is no such choice, so the usual one is shown."
        for name in ("start", "end"):
            self.fields[name].widget.attrs |= {"class": "nhsuk-input--width-4", "inputmode": "numeric"}
        self.fields["start"].help_text = "Leave both empty for the last five years."
        self.fields["end"].help_text = "A financial year goes by the year in which it begins: 2024 is 2024/25."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("start"), data.get("end")
        if first and last and first > last:
            self.add_error("end", "The last year must not be before the first.")
        elif first and last and last - first >= MOST_YEARS:
            self.add_error("end", f"Choose at most {MOST_YEARS} years.")
        if data.get("split") and data.get("split") == data.get("by"):
            self.add_error("split", "Choose something else than what each line stands for.")
        return self.cleaned_data

    @property
    def choices(self) -> Choices:
        """What was chosen, with the usual choice wherever nothing was, or nothing that can be used."""
        self.full_clean()
        data = self.cleaned_data
        financial = data.get("years") == "financial"
        first, last = self._span(financial=financial)
        return Choices(
            by=data.get("by") or "department",
            split=data.get("split") or "",
            financial=financial,
            first=first,
            last=last,
            departments=tuple(data.get("department") or ()),
            types=tuple(data.get("type") or ()),
        )

    @property
    def query(self) -> str:
        """The choices as the query of an address. Years that nobody chose are left out: they move with the day."""
        self.full_clean()
        pairs: list[tuple[str, Any]] = []
        for name in self.fields:
            value = self.cleaned_data.get(name)
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]
        return urlencode(pairs)

    def _span(self, *, financial: bool) -> tuple[int, int]:
        first, last = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        now = periods.year_of(self.today, financial=financial)
        if first is None:
            last = now if last is None else last
            return max(last - USUAL_YEARS + 1, FIRST_YEAR), last
        if last is None:
            last = max(first, min(now, first + MOST_YEARS - 1))
        return first, last


class SaveForm(forms.ModelForm):
    """The name under which a report is saved; `query` is what will be kept of it."""

    class Meta:
        model = SavedReport
        fields = ("name",)
        help_texts = {"name": "Saved again under the same name, it takes the place of the first."}
        error_messages = {"name": {"required": "Give the report a name."}}

    def __init__(self, sent: Any = None, *, query: str) -> None:
        super().__init__(sent)
        self.query = query

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if len(self.query) > MOST_QUERY:
            raise forms.ValidationError("This names too many departments to be saved. Choose fewer, or none for all.")
        return data
