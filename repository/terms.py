"""Look up what the values in an address stand for: departments, collections, headings and tags."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from taggit.models import Tag

from kmportal.people.models import Department
from repository.models import Collection, SubjectTerm


class Term(NamedTuple):
    """A word of one of our lists: its key in the database, its value in an address, and its name."""

    key: int
    value: str
    name: str


class Terms:
    """Departments, headings and tags by their value in an address. All are fetched in one query."""

    def __init__(self, *queries: QuerySet) -> None:
        self.departments: dict[str, Term] = {}
        self.subjects: dict[str, Term] = {}
        self.tags: dict[str, Term] = {}
        first, *others = queries
        for kind, key, value, name in first.union(*others, all=True):
            getattr(self, kind)[value] = Term(key, value, name)


def terms_of_values(*, departments: Iterable[str], subjects: Iterable[int], tags: Iterable[str]) -> Terms:
    """Return those of the departments and tags (by slug) and headings (by number) that exist."""
    return Terms(
        _named("departments", Department.objects.filter(slug__in=departments)),
        _subjects(subjects),
        _named("tags", Tag.objects.filter(slug__in=tags)),
    )


def terms_of_keys(*, departments: Iterable[int], subjects: Iterable[int], tags: Iterable[int]) -> Terms:
    """Return the departments, headings and tags with the given keys."""
    return Terms(
        _named("departments", Department.objects.filter(pk__in=departments)),
        _subjects(subjects),
        _named("tags", Tag.objects.filter(pk__in=tags)),
    )


def _named(kind: str, queryset: QuerySet) -> QuerySet:
    return queryset.order_by().values_list(Value(kind), "pk", "slug", "name")


def _subjects(keys: Iterable[int]) -> QuerySet:
    # A heading has no slug: its number stands in the address.
    number = Cast("pk", CharField())
    return SubjectTerm.objects.order_by().filter(pk__in=keys).values_list(Value("subjects"), "pk", number, "label")


class CollectionTree:
    """All collections by slug, parents before children and siblings by name, fetched in one query."""

    def __init__(self) -> None:
        self._nodes = {node.slug: node for node in Collection.objects.with_tree_fields()}
        self._by_key = {node.pk: node for node in self._nodes.values()}

    def __contains__(self, slug: str) -> bool:
        return slug in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def below(self, slug: str) -> list[int]:
        """Return the keys of the collection and of all that lie in it."""
        key = self._nodes[slug].pk
        return [node.pk for node in self._nodes.values() if key in node.tree_path]

    def tops(self) -> dict[int, Term]:
        """Return for the key of each collection the one at the top that it lies in; what lies in none is its own."""
        tops = {key: self._by_key[node.tree_path[0]] for key, node in self._by_key.items()}
        return {key: Term(top.pk, top.slug, top.name) for key, top in tops.items()}

    def way_to(self, collection: Collection) -> list[Collection]:
        """Return the collections from the top down to the given one, which stands last."""
        return [self._by_key[key] for key in self._nodes[collection.slug].tree_path]

    def names_to(self, slug: str) -> list[str]:
        """Return the names from the top down to the collection, which stands last."""
        return [self._by_key[key].name for key in self._nodes[slug].tree_path]

    def slugs_to(self, slug: str) -> list[str]:
        """Return the slugs from the top down to the collection, which stands last."""
        return [self._by_key[key].slug for key in self._nodes[slug].tree_path]

    def path(self, slug: str) -> str:
        """Return the names from the top down, such as "Posters › Nursing posters"."""
        return " › ".join(self.names_to(slug))
