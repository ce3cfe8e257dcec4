"""Change rows of the database and keep what they were, as plain JSON values, so that it can be undone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models

from kmportal.lifecycle.transitions import NotAllowed

Step = dict[str, Any]


class Journal:
    """Writes the changes it is given, and keeps each as a step: model, key, the columns before and after.

    A row that is made has no `before`, one that is deleted no `after`. Columns go by their names in the database's
    sense: "record_id", not "record".
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def update(self, row: models.Model, **columns: Any) -> None:
        """Write columns of one row."""
        before = {column: plain(getattr(row, column)) for column in columns}
        type(row)._base_manager.filter(pk=row.pk).update(**columns)
        self._note(row, before, {column: plain(value) for column, value in columns.items()})

    def create(self, rows: Sequence[models.Model]) -> None:
        """Make rows of one model."""
        if rows:
            type(rows[0])._base_manager.bulk_create(rows)
        for row in rows:
            self._note(row, None, columns_of(row))

    def delete(self, rows: Iterable[models.Model]) -> None:
        """Delete rows that nothing refers to."""
        for row in rows:
            self._note(row, columns_of(row), None)
            type(row)._base_manager.filter(pk=row.pk).delete()

    def _note(self, row: models.Model, before: Step | None, after: Step | None) -> None:
        self.steps.append({"model": row._meta.label_lower, "pk": row.pk, "before": before, "after": after})


def undo(steps: Sequence[Step]) -> None:
    """Take the steps back, the last one first. What says something else by now, or is gone, is left alone.

    Raises NotAllowed where a row had something that is no longer here.
    """
    had = defaultdict(list)
    for step in steps:
        had[step["model"]].append(step["before"] or {})
    for name, rows in had.items():
        refuse_gone(apps.get_model(name), rows)
    for step in reversed(steps):
        model: Any = apps.get_model(step["model"])
        before, after = step["before"], step["after"]
        rows = model._base_manager.filter(pk=step["pk"])
        if before is None:
            rows.delete()
        elif after is None:
            if not rows.exists():
                model._base_manager.bulk_create([model(**before)])
        elif row := rows.first():
            same = [column for column, value in after.items() if plain(getattr(row, column)) == value]
            rows.update(**{column: before[column] for column in same})


def gone(model: type[models.Model], rows: Collection[Mapping[str, Any]]) -> set[tuple[str, Any]]:
    """Return column and value of each foreign key in the rows (column to value) that leads to nothing any more."""
    found = set()
    for field in model._meta.concrete_fields:
        wanted = {row[field.attname] for row in rows if row.get(field.attname)} if field.is_relation else set()
        if wanted:
            target: Any = field.related_model
            there = target._base_manager.filter(pk__in=wanted).values_list("pk", flat=True)
            found |= {(field.attname, key) for key in wanted - set(there)}
    return found


def refuse_gone(model: type[models.Model], rows: Collection[Mapping[str, Any]]) -> None:
    """Raise NotAllowed where a foreign key in the rows (column to value) leads to nothing any more."""
    for column, _ in gone(model, rows):
        noun = model._meta.get_field(column.removesuffix("_id")).related_model._meta.verbose_name  # type: ignore[union-attr]
        raise NotAllowed(f"A {noun} that was there before is no longer here, so this cannot be undone.")


def columns_of(row: models.Model) -> Step:
    """Return all columns of a row as plain JSON values."""
    return {
        field.attname: plain(getattr(row, field.attname)) for field in row._meta.concrete_fields if not field.generated
    }


def plain(value: Any) -> Any:
    """Return a column's value as JSON holds it; a date or a time as ISO 8601 text, which the column takes back."""
    return value.isoformat() if isinstance(value, date) else value
