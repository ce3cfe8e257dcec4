"""The door through which an app tells the search what it has: it registers a source in its apps.py."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models


class Audience(models.IntegerChoices):
    """Who may find a document; each includes those below it."""

    OPEN = 0, "Everybody"
    SIGNED_IN = 1, "Signed-in colleagues"


@dataclass(frozen=True)
class Entry:
    """What the search is told of one thing.

    `title` and `body` are searched and shown. `people` are names, searched and shown; `keywords` are searched only.
    `label` says what the thing is ("Journal article"), `detail` a fact beside its people ("BMJ Open"): shown only.
    `date` is the exact day where there is one; `year` is what the facet counts.
    """

    object_id: int
    title: str
    url: str
    label: str
    body: str = ""
    people: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    detail: str = ""
    year: int | None = None
    date: datetime.date | None = None
    audience: Audience = Audience.OPEN


class Source(Protocol):
    """One kind of thing that can be found."""

    kind: str  # as it stands in addresses and in the index; never changed
    plural: str  # for the facet: "Research records"
    # Whether a thing's `changed_at` moves when something that it names is renamed: harvesters ask for what changed.
    is_dated: bool

    @property
    def model(self) -> type[models.Model]: ...

    @property
    def depends_on(self) -> Mapping[str, str]:
        """The models that its entries name, and the path from a thing to each ("people.department": "department")."""
        ...

    def findable(self) -> models.QuerySet[Any]:
        """Return the things that somebody may find; what is not among them is taken out of the index."""
        ...

    def entries(self, things: Any) -> Iterable[Entry]:
        """Yield the entry of each thing of a queryset, in a fixed number of queries."""
        ...


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a kind of thing findable. Raises ValueError where another source has the same kind."""
    if type(_sources.setdefault(source.kind, source)) is not type(source):
        raise ValueError(f"Two sources call themselves {source.kind}.")


def registered() -> list[Source]:
    """Return all sources, in the order of their registration."""
    return list(_sources.values())


def source_of(model: type[models.Model]) -> Source:
    """Return the source of a model's things. Raises LookupError where nobody has registered one."""
    for source in _sources.values():
        if source.model is model:
            return source
    raise LookupError(f"No search source is registered for {model.__name__}.")
