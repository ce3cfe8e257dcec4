"""Narrow a list by facets: keep what fits the ticks in the address, and count what each further tick would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from kmportal.design.facets import Facet, facet

# A facet of free words may have thousands of values; a reader looks at the commonest.
MOST_CHOICES = 40

Row = tuple[str, str, int]  # a choice: its value in the address, its label, and how many have it


@dataclass(frozen=True)
class By:
    """One facet: its parameter and heading, and the path to the column of text that holds its values.

    The labels come from the column at `text`, or from `choices` (value to label), or are the values themselves.
    Choices stand in the order of their counts; with `latest_first` in the order of their values, the highest first.
    """

    name: str
    label: str
    value: str
    text: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    latest_first: bool = False

    def labelled(self, value: str, text: str) -> str:
        return str(self.choices.get(value, text))


class Narrowed:
    """A list narrowed by a query. Ticks of one facet are joined by or, the facets by and.

    A tick that nothing in the whole list has is left out; `problems` says so, one sentence each. `also` is what must
    hold beside the ticks, such as the words that a reader looks for.
    """

    def __init__(self, everything: QuerySet[Any], by: Sequence[By], query: QueryDict, *, also: Q | None = None) -> None:
        self._everything = everything
        self._also = also or Q()
        self._by = by
        self.problems: list[str] = []
        self._ticked = {one.name: self._known(one, query.getlist(one.name)) for one in by}

    @cached_property
    def results(self) -> QuerySet[Any]:
        """What fits every facet, in the order of the whole list."""
        return self._fitting(self._by)

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets; each counts what fits all the others. One query counts them all."""
        first, *others = (self._counts(one) for one in self._by)
        rows: dict[str, list[Row]] = {one.name: [] for one in self._by}
        for name, value, text, number in first.union(*others, all=True):
            rows[name].append((value, text, number))
        return [self._shown(one, rows[one.name]) for one in self._by]

    @property
    def is_narrowed(self) -> bool:
        return any(self._ticked.values())

    def _known(self, by: By, values: list[str]) -> dict[str, str]:
        """Return those of the values that something in the list has, with their labels."""
        asked = [value for value in dict.fromkeys(values) if value]
        if not asked:
            return {}
        rows = self._everything.filter(**{f"{by.value}__in": asked}).order_by()
        found = rows.values_list(by.value, by.text or by.value).distinct()
        known = {value: by.labelled(value, text) for value, text in found if value in asked}
        self.problems += [
            f"There is no {by.label.lower()} “{value[:60]}” here, so the list is not narrowed by it."
            for value in asked
            if value not in known
        ]
        return known

    def _fitting(self, facets: Sequence[By]) -> QuerySet[Any]:
        found = self._everything.filter(self._also)
        for by in facets:
            if ticked := self._ticked[by.name]:
                # Within a subquery, because something that has two of the ticked tags would else be listed twice.
                having = self._everything.filter(**{f"{by.value}__in": list(ticked)}).order_by()
                found = found.filter(pk__in=having.values("pk"))
        return found

    def _counts(self, by: By) -> QuerySet[Any, Any]:
        fitting = self._fitting([other for other in self._by if other != by]).order_by()
        columns = (Cast(column, TextField()) for column in (by.value, by.text or by.value))
        return fitting.values_list(Value(by.name, TextField()), *columns).annotate(Count("pk"))

    def _shown(self, by: By, rows: list[Row]) -> Facet:
        choices = [(value, by.labelled(value, text), number) for value, text, number in rows if value]
        choices.sort(key=lambda row: row[0] if by.latest_first else (-row[2], row[1].lower()), reverse=by.latest_first)
        ticked = self._ticked[by.name]
        # What is ticked stays in sight, however rare it is, and even where the other facets leave nothing of it.
        rare = [choice for choice in choices[MOST_CHOICES:] if choice[0] in ticked]
        gone = [(value, label, 0) for value, label in ticked.items() if value not in {one[0] for one in choices}]
        return facet(by.name, by.label, choices[:MOST_CHOICES] + rare + gone, selected=ticked)
