"""The form in which librarians write a record."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from tree_queries.forms import TreeNodeChoiceField

from kmportal.lifecycle.forms import GuardedForm
from repository.audience import Audience
from repository.forms import PartialDateField
from repository.languages import LANGUAGES
from repository.models import Record

LANGUAGE_CHOICES = sorted(LANGUAGES.items(), key=lambda pair: pair[1])

FIELDS = (
    *("type", "title", "vernacular_title", "abstract", "issued", "available_online", "languages", "licence"),
    *("collection", "department", "depositor", "tags"),
    *("container_title", "container_abbreviation", "volume", "issue", "pages", "article_number"),
    *("publisher", "place", "edition", "series", "institution", "report_number", "degree"),
    *("event_name", "event_place", "event_date"),
    *("publication_types", "registrations", "funding", "conflict_of_interest", "copyright_statement"),
    *("audience", "groups", "owner", "deputy", "review_months", "version_note"),
)


class OnePerLine(SimpleArrayField):
    """Several short texts, one on each line; commas belong to them."""

    def __init__(self, base_field: forms.Field, **options: Any) -> None:
        super().__init__(base_field, delimiter="\n", widget=forms.Textarea(attrs={"rows": 3}), **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
        return super().to_python(value)


class RecordForm(GuardedForm):
    """A record's own columns, except where it stands in its lifecycle."""

    languages = forms.MultipleChoiceField(choices=LANGUAGE_CHOICES, required=False)
    publication_types = OnePerLine(forms.CharField(max_length=200), required=False, help_text="One on each line.")
    registrations = OnePerLine(
        forms.CharField(max_length=200),
        required=False,
        label="Trial and data registrations",
        help_text="One on each line, such as ClinicalTrials.gov/NCT00000000.",
    )

    class Meta:
        model = Record
        fields = FIELDS
        field_classes = {
            "issued": PartialDateField,
            "available_online": PartialDateField,
            "event_date": PartialDateField,
            "collection": TreeNodeChoiceField,
        }
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "abstract": forms.Textarea(attrs={"rows": 12}),
            "groups": forms.CheckboxSelectMultiple,
        }

    def clean_title(self) -> str:
        """A title is one line: it stands in lists, in addresses of mails and in references."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        if said.get("audience") == Audience.GROUPS and "groups" in said and not said["groups"]:
            self.add_error("groups", "Choose at least one group, or let somebody else read it.")
        if said.get("deputy") and said.get("deputy") == said.get("owner"):
            self.add_error("deputy", "Choose somebody else than the owner.")
        return cleaned
