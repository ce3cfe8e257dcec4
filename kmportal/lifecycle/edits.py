"""Keep what was changed in what things say, and tell it in sentences."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from kmportal.lifecycle.models import Edit

# A change of longer texts is told without quoting them.
QUOTED = 120
# A label that begins with one of these is a question or a statement, and stands in a sentence as it is.
QUOTED_AS_IT_IS = frozenset({"Who", "What", "When", "Where", "Why", "Is", "Has", "Needs"})


@dataclass(frozen=True)
class Change:
    """What one part of a thing said before and says now, in a reader's words. `part` is the field's name."""

    part: str
    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """What somebody did to the part, to stand behind their name: 'changed the title from “a” to “b”'."""
        return f"{self.verb} {self.what}"

    @property
    def verb(self) -> str:
        """How the sentence begins."""
        if self.is_long or (self.before and self.after):
            return "changed"
        return "removed" if self.before else "set"

    @property
    def what(self) -> str:
        """How the sentence goes on after its verb."""
        label = self._named
        if self.is_long:
            return label
        if not self.before:
            return f"{label} to “{self.after}”"
        if not self.after:
            return f"{label} “{self.before}”"
        return f"{label} from “{self.before}” to “{self.after}”"

    @property
    def is_long(self) -> bool:
        """Tell whether the two texts are told apart from the sentence, each as a whole."""
        return max(len(self.before), len(self.after)) > QUOTED or "\n" in self.before + self.after

    @property
    def _named(self) -> str:
        """The label within a sentence: "the title", "the ORCID iD", but "“Who may read ‘poster.pdf’”"."""
        first, _, _ = self.label.partition(" ")
        if first in QUOTED_AS_IT_IS:
            return f"“{self.label.translate({ord('“'): '‘', ord('”'): '’'})}”"
        return f"the {self.label if first[1:] != first[1:].lower() else self.label[:1].lower() + self.label[1:]}"


def sentence_of(changes: Iterable[Change]) -> str:
    """Return what somebody did to several parts, to stand behind their name: 'changed the title and the abstract'."""
    runs = groupby(changes, key=attrgetter("verb"))
    return _listed([f"{verb} {_listed([change.what for change in those])}" for verb, those in runs])


def _listed(parts: list[str]) -> str:
    """Join parts as a list is read: "a, b and c"."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def changes_between(before: Mapping[str, str], after: Mapping[str, str], labels: Mapping[str, str]) -> list[Change]:
    """Return what differs between two descriptions (part to text), in the order of the labels (part to label)."""
    return [
        Change(part, label, before.get(part, ""), after.get(part, ""))
        for part, label in labels.items()
        if before.get(part, "") != after.get(part, "")
    ]


def describe_fields(thing: models.Model, names: Iterable[str]) -> dict[str, str]:
    """Return the named fields of a thing as texts: the label of a choice, the name of what it refers to."""
    return {name: _field_text(thing, name) for name in names}


def labels_of(model: type[models.Model], names: Iterable[str]) -> dict[str, str]:
    """Return what the named fields are called, each beginning with a capital."""
    found = {name: str(model._meta.get_field(name).verbose_name) for name in names}  # type: ignore[union-attr]
    return {name: label[:1].upper() + label[1:] for name, label in found.items()}


def _field_text(thing: models.Model, name: str) -> str:
    field = thing._meta.get_field(name)
    if field.many_to_many or isinstance(getattr(thing, name), models.Manager):
        return ", ".join(sorted(str(one) for one in getattr(thing, name).all()))
    shown = getattr(thing, f"get_{name}_display", None)
    value = shown() if shown else getattr(thing, name)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%-d %B %Y at %-I:%M%p}"
    if isinstance(value, datetime.date):
        return f"{value:%-d %B %Y}"
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def note(thing: models.Model, changes: Iterable[Change], *, by: Any, reason: str = "") -> Edit | None:
    """Write one row of the thing's history with the changes, and return it; nothing where there are none."""
    rows = [vars(change) for change in changes]
    if not rows:
        return None
    return Edit.objects.create(thing=thing, by=by, changes=rows, reason=reason)


def changes_of(edit: Edit) -> list[Change]:
    """Return the changes that an edit holds."""
    return [Change(**row) for row in edit.changes]


def note_many(
    model: type[models.Model], changes: Mapping[int, Collection[Change]], *, by: Any, reason: str = ""
) -> int:
    """Write the history of many things of one model in one statement: changes by the key of each thing.

    Returns how many of them have changed.
    """
    content_type = ContentType.objects.get_for_model(model)
    now = timezone.now()
    rows = [
        Edit(
            content_type=content_type,
            object_id=pk,
            by=by,
            at=now,
            changes=[vars(change) for change in those],
            reason=reason,
        )
        for pk, those in changes.items()
        if those
    ]
    Edit.objects.bulk_create(rows)
    return len(rows)
