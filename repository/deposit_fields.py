"""The fields of the deposit form that Django has none for: rows of authors and headings, people, numbers, tags."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse_lazy

from kmportal.people import tags
from kmportal.people.models import User
from repository.credits import PARTS, Row, is_name_of
from repository.identifiers import InvalidIdentifier, normalise
from repository.models import SubjectTerm

PART_LABELS = {"author": "Author", "group": "Group or organisation", "editor": "Editor"}
LONGEST_NAME = 500
# More contributors than this are too many for a form: the record's page shows them, and an import writes them.
MOST_AUTHORS = 200
MOST_SUBJECTS = 100


class RowsWidget(forms.Widget):
    """Rows of inputs, each row's under the same names; the template draws them with buttons to add and remove rows."""

    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["rows"] = list(value or []) or [self.empty_row]
        context["widget"]["suggest"] = self.suggest
        return context

    def format_value(self, value: Any) -> Any:
        return value

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data

    empty_row: Any = ""
    suggest: Any = ""


class AuthorsWidget(RowsWidget):
    """A row for each contributor: name, affiliation, what they were, and whom a suggestion meant."""

    template_name = "repository/deposit/authors.html"
    empty_row = Row("")
    suggest = reverse_lazy("repository:suggest_people")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["parts"] = PART_LABELS.items()
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        columns = [_list(data, f"{name}{suffix}") for suffix in ("", "_affiliation", "_key", "_part")]
        rows = zip(*(column + [""] * (len(columns[0]) - len(column)) for column in columns), strict=False)
        return [Row(*row) for row in rows]


class SubjectsWidget(RowsWidget):
    """A row for each heading."""

    template_name = "repository/deposit/subjects.html"
    suggest = reverse_lazy("repository:suggest_subjects")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return _list(data, name)


def _list(data: Any, name: str) -> list[str]:
    """Return all values under the name, from what a browser sends or from a plain dictionary."""
    return list(data.getlist(name) if hasattr(data, "getlist") else data.get(name, []))


class AuthorsField(forms.Field):
    """Contributors in their order, as rows (credits.Row); rows without a name are left out."""

    widget = AuthorsWidget

    def to_python(self, value: Any) -> list[Row]:
        rows = [_tidy(row) for row in value or []]
        for row in rows:
            if row.affiliation and not row.name:
                raise ValidationError(f"Enter the name of the author whose affiliation is “{row.affiliation[:60]}”.")
        named = [row for row in rows if row.name]
        if len(named) > MOST_AUTHORS:
            raise ValidationError(f"Name at most {MOST_AUTHORS} authors. The library can add the others.")
        seen = set()
        for row in named:
            self._check(row)
            if (same := (row.key or row.name.casefold(), row.part == "editor")) in seen:
                raise ValidationError(f"“{row.name}” stands here twice. Remove one of them.")
            seen.add(same)
        return named

    @staticmethod
    def _check(row: Row) -> None:
        if len(row.name) > LONGEST_NAME:
            raise ValidationError(f"“{row.name[:40]}…” is too long. A name has at most {LONGEST_NAME} characters.")
        family, given, suffix = row.names
        if not any(map(str.isalpha, family)) or len(family) > 300 or len(given) > 200 or len(suffix) > 20:
            raise ValidationError(f"“{row.name[:60]}” cannot be read as a name. Write it like Smith, Jane A.")
        if row.part != "group" and not given and " " in family and not row.key.startswith("contributor:"):
            raise ValidationError(
                f"Write “{row.name[:60]}” with the family name first and a comma, such as Smith, Jane. "
                f"If it is a group, choose “{PART_LABELS['group']}” beside it."
            )


def _tidy(row: Row) -> Row:
    """Return the row with its spaces in order. Raises ValidationError for characters that nobody types."""
    check = forms.CharField(required=False, max_length=5_000, empty_value="")
    name, affiliation, key = (check.clean(text) for text in (row.name, row.affiliation, row.key))
    return Row(
        name=" ".join(name.split()).rstrip(" ,"),
        affiliation="\n".join(affiliation.splitlines()),
        key=key,
        part=row.part if row.part in PARTS else "author",
    )


class SubjectsField(forms.Field):
    """Headings that are in use, in their order, whatever their case: new ones are the library's to add."""

    widget = SubjectsWidget

    def to_python(self, value: Any) -> list[str]:
        check = forms.CharField(required=False, max_length=300)
        typed = [" ".join(check.clean(text).split()) for text in value or []]
        wanted = list(dict.fromkeys(filter(None, typed)))
        if len(wanted) > MOST_SUBJECTS:
            raise ValidationError(f"Give at most {MOST_SUBJECTS} headings.")
        if not wanted:
            return []
        terms = SubjectTerm.objects.annotate(folded=Lower("label")).filter(
            Q(label__in=wanted) | Q(folded__in=[text.lower() for text in wanted])
        )
        known = {term.label.lower(): term.label for term in terms}
        exact = {term.label for term in terms}
        unknown = [text for text in wanted if text not in exact and text.lower() not in known]
        if unknown:
            raise ValidationError(
                f"“{unknown[0][:60]}” is not one of the headings in use. Choose one that is suggested, "
                "or write it under “Tags”."
            )
        return list(dict.fromkeys(text if text in exact else known[text.lower()] for text in wanted))


class PersonWidget(forms.TextInput):
    """A name with, beside it, the hidden key of whom a suggestion meant."""

    template_name = "repository/deposit/person.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        text, key = value or ("", "")
        context = super().get_context(name, text, attrs)
        attributes = {"data-suggest": reverse_lazy("repository:suggest_colleagues"), "data-suggest-key": f"{name}_key"}
        context["widget"]["attrs"] |= {**attributes, "autocomplete": "off"}
        context["widget"]["key"] = key
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_key", "")


class PersonField(forms.CharField):
    """A colleague with an account, named by a suggestion, by the full name or by the e-mail address."""

    widget = PersonWidget

    def clean(self, value: Any) -> User | None:
        text, key = value or ("", "")
        text = super().clean(text)
        if not text:
            return None
        there = User.objects.filter(is_active=True)
        chosen = there.filter(pk=_number(key.removeprefix("user:"))).first()
        if chosen and (is_name_of(chosen, text) or chosen.email == text.lower()):
            return chosen
        given_first = " ".join(reversed([part.strip() for part in text.split(",", 1)]))
        found = list(there.filter(Q(email__iexact=text) | Q(name__iexact=text) | Q(name__iexact=given_first))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(f"There are several people called {text[:60]}. Write the e-mail address instead.")
        raise ValidationError(f"We know nobody called “{text[:60]}”. Write their full name or their e-mail address.")

    def prepare_value(self, value: Any) -> Any:
        return (value.name, f"user:{value.pk}") if isinstance(value, User) else value


def _number(text: str) -> int:
    """Return the number of a key, or 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class IdentifierField(forms.CharField):
    """A work's number in one scheme, in its normal form."""

    def __init__(self, scheme: str, **options: Any) -> None:
        super().__init__(max_length=1_000, **options)
        self.scheme = scheme

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return normalise(self.scheme, text)
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from None


class TagsField(forms.CharField):
    """Free words with commas between them, in the form in which they are kept."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            names = tags.split(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return ", ".join(f'"{name}"' if "," in name else name for name in names)
