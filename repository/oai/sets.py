"""The sets that harvesters may choose from: types of work, and collections in collections (OAI-PMH 2.0, 2.7.2)."""

from collections.abc import Iterator

from django.db.models import Q

from repository.record_types import RecordType
from repository.terms import CollectionTree

TYPES, COLLECTIONS = "type", "collection"


class Sets:
    """All sets. A setSpec is such as "type:poster" or "collection:research:nursing", with slugs from the top down."""

    def __init__(self) -> None:
        self._tree = CollectionTree()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield the setSpec and the name of each set, those that others lie in before them."""
        yield TYPES, "All types of work"
        for value, label in RecordType.choices:
            yield f"{TYPES}:{value}", label
        if slugs := list(self._tree):
            yield COLLECTIONS, "All collections"
            for slug in slugs:
                yield self._of_collection(slug), self._tree.path(slug)

    def condition(self, spec: str) -> Q | None:
        """Return the condition for records of a set and of those within it, or None where there is no such set."""
        kind, _, rest = spec.partition(":")
        if spec == TYPES:
            return Q()
        if spec == COLLECTIONS:
            return Q(collection__isnull=False)
        if kind == TYPES and rest in RecordType.values:
            return Q(type=rest)
        slug = rest.rpartition(":")[2]
        if kind == COLLECTIONS and slug in self._tree and spec == self._of_collection(slug):
            return Q(collection__in=self._tree.below(slug))
        return None

    def of(self, kind: str, collection: str | None) -> list[str]:
        """Return the setSpecs of a record of the type in the collection of that slug; the sets above are implied."""
        specs = [f"{TYPES}:{kind}"]
        if collection and collection in self._tree:
            specs.append(self._of_collection(collection))
        return specs

    def _of_collection(self, slug: str) -> str:
        return ":".join([COLLECTIONS, *self._tree.slugs_to(slug)])
