"""The plan of a bulk edit: what is to change in each record, and how that is said and stored."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kmportal.people.models import Department, User
from repository.audience import Audience
from repository.licences import Licence
from repository.models import Collection, SubjectTerm
from repository.record_types import RecordType


@dataclass(frozen=True)
class Plan:
    """What every record is to have. What is not named stays as it is.

    `columns` are column names with their new values ("collection_id": 5, "owner_id": None); tags are names, subjects
    are keys of headings.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_subjects: tuple[int, ...] = ()
    remove_subjects: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Plan":
        words = {key: tuple(value) for key, value in stored.items() if key != "columns"}
        return cls(columns=stored["columns"], **words)

    @property
    def is_empty(self) -> bool:
        return not any(self.as_json().values())

    def sentence(self) -> str:
        """Say what the plan does: 'set the collection to “Posters”, added the tag “falls”'."""
        parts = [_column_sentence(name, value) for name, value in self.columns.items()]
        subjects = {term.pk: term.label for term in SubjectTerm.objects.filter(pk__in=self._subjects)}
        for verb, noun, words in (
            ("added", "tag", self.add_tags),
            ("removed", "tag", self.remove_tags),
            ("added", "subject", [subjects[pk] for pk in self.add_subjects if pk in subjects]),
            ("removed", "subject", [subjects[pk] for pk in self.remove_subjects if pk in subjects]),
        ):
            if words:
                named = ", ".join(f"“{word}”" for word in words)
                parts.append(f"{verb} the {noun}{'' if len(words) == 1 else 's'} {named}")
        return ", ".join(parts)

    @property
    def _subjects(self) -> tuple[int, ...]:
        return (*self.add_subjects, *self.remove_subjects)


# What each column is called, and how its value is named.
NAMES: dict[str, tuple[str, Any]] = {
    "collection_id": ("collection", lambda key: Collection.objects.get(pk=key).name),
    "department_id": ("department", lambda key: Department.objects.get(pk=key).name),
    "type": ("type", lambda value: RecordType(value).label),
    "licence": ("licence", lambda value: Licence(value).label),
    "audience": ("readers", lambda value: Audience(value).label),
    "owner_id": ("owner", lambda key: User.objects.get(pk=key).name),
    "deputy_id": ("deputy", lambda key: User.objects.get(pk=key).name),
    "review_months": ("months between reviews", str),
}


def _column_sentence(name: str, value: Any) -> str:
    label, named = NAMES[name]
    return f"set the {label} to “{named(value)}”" if value not in (None, "") else f"emptied the {label}"
