"""The ways to narrow the list of records: what each facet asks for, and how many records each choice would give."""

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.http import QueryDict
from django_filters import Filter, FilterSet
from taggit.models import TaggedItem

from kmportal.design.facets import Facet, facet
from repository import access, periods
from repository.models import Record, RecordSubject
from repository.models.record import RecordQuerySet
from repository.partial_dates import FIRST_YEAR, LAST_YEAR
from repository.record_types import RecordType
from repository.terms import CollectionTree, Term, Terms, terms_of_keys, terms_of_values

# How many headings and tags a facet offers, the most used first; a list of thousands would help nobody.
MOST_CHOICES = 30
# Below this number of published records counting is quick, and nothing is remembered.
REMEMBER_FROM = 5_000
# A long import commits rows that are older than those of others, so what is remembered must not live for ever.
REMEMBER_SECONDS = 60
# The name under which the counts hold how many records all choices leave.
TOTAL = "total"
# The value that stands for records which have none: no department, no collection, no date.
NONE = "none"

Row = tuple[str, str, int]  # a choice: its value in the address, its label, and the number of records
Tally = QuerySet[Any, tuple[str, str, int]]  # rows of facet, key and number of records
Counts = dict[str, dict[str, int]]


class SeveralValues(forms.Field):
    """The values of a parameter that may stand in the address several times, each once and in their order."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(text.strip() for text in value or () if text.strip()))


class FacetFilter(Filter):
    """One facet; `field_name` is its parameter. A value that does not exist is set aside, and the others count.

    A facet that has a `name_of_none` takes NONE for the records without a value. Its page shows that choice, and a
    facet that `is_offered` to nobody, only where an address such as the board report's has chosen it.
    """

    field_class = SeveralValues
    name_of_none = ""
    is_offered = True
    parent: "RecordFilter"

    def keys(self, value: str) -> list[Any]:
        """Return the keys in the database that a value of the address stands for; none if it does not exist."""
        raise NotImplementedError

    def name(self, value: str) -> str:
        """Return what readers call a value that exists."""
        return value

    def condition(self, keys: list[Any]) -> Q:
        """Return the condition for records that have one of the keys; None is the key of those that have none."""
        having = Q(**{f"{self.field_name}__in": [key for key in keys if key is not None]})
        return having | Q(**{f"{self.field_name}__isnull": True}) if None in keys else having

    def tallies(self, records: RecordQuerySet) -> list[Tally]:
        """Return queries for how many of the records have each key."""
        return [_tally(records, self.field_name, self.field_name)]

    def rows(self, counts: dict[str, int]) -> list[Row]:
        """Return the choices in the order to show them, from the number of records of each key."""
        raise NotImplementedError

    @cached_property
    def chosen(self) -> dict[str, list[Any]]:
        """The values that the reader sent and that exist, with their keys."""
        return {value: keys for value in self.parent.sent[self.field_name] if (keys := self._known_keys(value))}

    def label_of(self, value: str) -> str:
        """Return what readers call a chosen value, NONE among them."""
        return self.name_of_none if self._is_none(value) else self.name(value)

    def _known_keys(self, value: str) -> list[Any]:
        return [None] if self._is_none(value) else self.keys(value)

    def _is_none(self, value: str) -> bool:
        return bool(self.name_of_none) and value == NONE

    @property
    def chosen_keys(self) -> list[Any]:
        return [key for keys in self.chosen.values() for key in keys]

    def filter(self, qs: RecordQuerySet, value: list[str]) -> RecordQuerySet:
        return qs.filter(self.condition(self.chosen_keys)) if self.chosen else qs


class TypeFacet(FacetFilter):
    def keys(self, value: str) -> list[Any]:
        return [value] if value in RecordType.values else []

    def name(self, value: str) -> str:
        return str(RecordType(value).label)

    def rows(self, counts: dict[str, int]) -> list[Row]:
        return _most_first((key, self.name(key), number) for key, number in counts.items())


class YearFacet(FacetFilter):
    name_of_none = "No date"

    def keys(self, value: str) -> list[Any]:
        return [int(value)] if _is_number(value) and FIRST_YEAR <= int(value) <= LAST_YEAR else []

    def rows(self, counts: dict[str, int]) -> list[Row]:
        return [(key, self.name(key), counts[key]) for key in sorted(counts.keys() - {NONE}, reverse=True)]


class FinancialYearFacet(YearFacet):
    """From April to March; 2024 is that of 2024/25."""

    name_of_none = ""
    is_offered = False

    def name(self, value: str) -> str:
        return periods.year_name(int(value), financial=True)

    def condition(self, keys: list[Any]) -> Q:
        one_by_one = (periods.within(year, year, financial=True) for year in keys)
        return reduce(or_, one_by_one)

    def tallies(self, records: RecordQuerySet) -> list[Tally]:
        return [_tally(records, self.field_name, periods.year_column(financial=True))] if self.chosen else []


class DepartmentFacet(FacetFilter):
    name_of_none = "No department"

    def keys(self, value: str) -> list[Any]:
        return _key(self.parent.terms.departments.get(value))

    def name(self, value: str) -> str:
        return self.parent.terms.departments[value].name

    def rows(self, counts: dict[str, int]) -> list[Row]:
        return _named_rows(self.parent.counted_terms.departments, counts)


class CollectionFacet(FacetFilter):
    """A collection stands for itself and all that lie in it."""

    name_of_none = "No collection"

    def keys(self, value: str) -> list[Any]:
        tree = self.parent.collections
        return tree.below(value) if value in tree else []

    def name(self, value: str) -> str:
        return self.parent.collections.path(value)

    def rows(self, counts: dict[str, int]) -> list[Row]:
        tree = self.parent.collections
        totals = [(slug, sum(counts.get(str(key), 0) for key in tree.below(slug))) for slug in tree]
        return [(slug, tree.path(slug), total) for slug, total in totals if total]


class SubjectFacet(FacetFilter):
    def keys(self, value: str) -> list[Any]:
        return _key(self.parent.terms.subjects.get(value))

    def name(self, value: str) -> str:
        return self.parent.terms.subjects[value].name

    def condition(self, keys: list[Any]) -> Q:
        return Q(pk__in=RecordSubject.objects.filter(term__in=keys).values("record"))

    def tallies(self, records: RecordQuerySet) -> list[Tally]:
        uses = RecordSubject.objects.filter(record__in=records.order_by().values("pk"))
        return _tallies_of_most_used(uses, self.field_name, "term", self.chosen_keys)

    def rows(self, counts: dict[str, int]) -> list[Row]:
        return _named_rows(self.parent.counted_terms.subjects, counts)


class TagFacet(FacetFilter):
    def keys(self, value: str) -> list[Any]:
        return _key(self.parent.terms.tags.get(value))

    def name(self, value: str) -> str:
        return self.parent.terms.tags[value].name

    def condition(self, keys: list[Any]) -> Q:
        return Q(pk__in=_taggings().filter(tag__in=keys).values("object_id"))

    def tallies(self, records: RecordQuerySet) -> list[Tally]:
        uses = _taggings().filter(object_id__in=records.order_by().values("pk"))
        return _tallies_of_most_used(uses, self.field_name, "tag", self.chosen_keys)

    def rows(self, counts: dict[str, int]) -> list[Row]:
        return _named_rows(self.parent.counted_terms.tags, counts)


class RecordFilter(FilterSet):
    """The facets of the list of records that a reader gets, in the order of the page.

    Within one facet a record may have any of the chosen values; it must satisfy every facet. The counts of a facet
    leave its own choices aside: they say what each choice would give.
    """

    type = TypeFacet(label="Type")
    year = YearFacet(label="Year")
    financial_year = FinancialYearFacet(label="Financial year")
    subject = SubjectFacet(label="Subject")
    department = DepartmentFacet(label="Department")
    collection = CollectionFacet(label="Collection")
    tag = TagFacet(label="Tag")

    filters: dict[str, FacetFilter]

    def __init__(self, sent: QueryDict, *, user: Any) -> None:
        """Narrow what lists give to the user by what was sent in the address."""
        super().__init__(sent, Record.objects.listed_for(user))
        self.user = user

    @property
    def total(self) -> int:
        """How many records the reader's choices leave."""
        return sum(self._counts[TOTAL].values())

    @property
    def is_narrowed(self) -> bool:
        return any(filter_.chosen for filter_ in self.filters.values())

    def facets(self) -> list[Facet]:
        """Return every facet with its choices and their counts; a chosen value stays in sight if nothing has it."""
        return [
            facet(name, str(filter_.label), self._rows(name, filter_), selected=filter_.chosen)
            for name, filter_ in self.filters.items()
            if filter_.is_offered or filter_.chosen
        ]

    def problems(self) -> list[str]:
        """Return a sentence for each value that was set aside because it does not exist."""
        return [
            f"There is no {str(filter_.label).lower()} “{value[:60]}”, so the list is not narrowed by it."
            for name, filter_ in self.filters.items()
            for value in self.sent[name]
            if value not in filter_.chosen
        ]

    def _rows(self, name: str, filter_: FacetFilter) -> list[Row]:
        rows = filter_.rows(self._counts[name])
        counted = {value for value, _, _ in rows}
        others = [value for value in filter_.chosen if value not in counted]
        return rows + [(value, filter_.label_of(value), self._number(name, value)) for value in others]

    def _number(self, name: str, value: str) -> int:
        """Return how many records a chosen value would give that is not among the rows of its facet."""
        return self._counts[name].get(NONE, 0) if value == NONE else 0

    @cached_property
    def sent(self) -> dict[str, list[str]]:
        """The values that the reader sent, by facet."""
        self.form.full_clean()
        return self.form.cleaned_data

    @cached_property
    def terms(self) -> Terms:
        """What the reader's values name."""
        subjects = [int(value) for value in self.sent["subject"] if _is_number(value)]
        return terms_of_values(departments=self.sent["department"], subjects=subjects, tags=self.sent["tag"])

    @cached_property
    def collections(self) -> CollectionTree:
        return CollectionTree()

    @cached_property
    def counted_terms(self) -> Terms:
        """The departments, headings and tags that the counts speak of."""
        departments, subjects, tags = (
            [int(key) for key in self._counts[name] if key != NONE] for name in ("department", "subject", "tag")
        )
        return terms_of_keys(departments=departments, subjects=subjects, tags=tags)

    @cached_property
    def _counts(self) -> Counts:
        """The number of records by facet and key.

        In a big repository the counts are remembered for as long as no published record has changed, for all readers
        who may read the same.
        """
        version = self.queryset.aggregate(number=Count("*"), changed=Max("changed_at"))
        if version["number"] < REMEMBER_FROM:
            return self._counted()
        choices = {name: sorted(map(str, filter_.chosen_keys)) for name, filter_ in self.filters.items()}
        question = json.dumps([access.reader_class(self.user), version["number"], str(version["changed"]), choices])
        key = f"repository-counts:{hashlib.sha256(question.encode()).hexdigest()}"
        counts = cache.get(key)
        if counts is None:
            counts = self._counted()
            cache.set(key, counts, REMEMBER_SECONDS)
        return counts

    def _counted(self) -> Counts:
        total, *tallies = [
            _tally(self.qs, TOTAL, "status"),
            *(tally for own in self.filters.values() for tally in own.tallies(self._narrowed_without(own))),
        ]
        counts: Counts = {TOTAL: {}, **{name: {} for name in self.filters}}
        for name, key, number in total.union(*tallies, all=True):
            counts[name][NONE if key is None else key] = number
        return counts

    def _narrowed_without(self, own: FacetFilter) -> RecordQuerySet:
        """Return the records that the choices in all facets but one leave."""
        records = self.queryset
        for name, filter_ in self.filters.items():
            if filter_ is not own:
                records = filter_.filter(records, self.sent[name])
        return records


def _tally(uses: QuerySet[Any, Any], name: str, column: str | Combinable) -> Tally:
    """Return a query for rows of (facet, key, number)."""
    return (
        uses.order_by()
        .annotate(facet=Value(name), key=Cast(column, TextField()))
        .values_list("facet", "key")
        .annotate(number=Count("*"))
    )


def _tallies_of_most_used(uses: QuerySet[Any, Any], name: str, column: str, chosen: list[int]) -> list[Tally]:
    """Return the tally of the most used keys, and that of the chosen ones, which may be rare."""
    tallies = [_tally(uses, name, column).order_by("-number")[:MOST_CHOICES]]
    if chosen:
        tallies.append(_tally(uses.filter(**{f"{column}__in": chosen}), name, column))
    return tallies


def _taggings() -> QuerySet[Any, Any]:
    return TaggedItem.objects.filter(content_type=ContentType.objects.get_for_model(Record))


def _key(term: Term | None) -> list[int]:
    return [term.key] if term else []


def _named_rows(terms: dict[str, Term], counts: dict[str, int]) -> list[Row]:
    named = ((term.value, term.name, counts.get(str(term.key), 0)) for term in terms.values())
    return _most_first(row for row in named if row[2])


def _most_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row[2], row[1].lower()))


def _is_number(text: str) -> bool:
    """Tell whether the text is a plain number that a database column can hold."""
    return text.isascii() and text.isdigit() and len(text) <= 18
