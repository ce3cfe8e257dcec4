"""The door through which an app tells the search what it has: it registers a source in its apps.py."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models


class Audience(models.IntegerChoices):
    """Who may find a document: each level is meant for fewer people than the one before it."""

    OPEN = 0, "Everybody"
    SIGNED_IN = 1, "Signed-in colleagues"
    GROUPS = 2, "Named groups"
    KEEPERS = 3, "Those who look after this kind of thing"


@dataclass(frozen=True)
class Part:
    """A text that belongs to a thing and is found with it, such as that of a file.

    `label` tells the reader where the words stand ("Falls poster.pdf"). The part has its own audience, but is never
    found by more people than the thing; `groups` are the keys of the groups where the audience is GROUPS.
    """

    body: str
    label: str
    audience: Audience = Audience.OPEN
    groups: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Entry:
    """What the search is told of one thing.

    `title` and `body` are searched and shown. `people` are names, searched and shown; `keywords` are searched only.
    `label` says what the thing is ("Journal article"), `detail` a fact beside its people ("BMJ Open"): shown only.
    `date` is the exact day where there is one; `year` is what the facet counts. `groups` are the keys of the groups
    that may find it, where the audience is GROUPS.
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
    groups: frozenset[int] = frozenset()
    parts: tuple[Part, ...] = ()


class Source(Protocol):
    """One kind of thing that can be found."""

    kind: str  # as it stands in addresses and in the index; never changed
    plural: str  # for the facet: "Research records"
    # The permission of those who look after such things, and so find each of them whatever its audience; '' for nobody.
    keepers: str
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

    def edit_many(self, user: Any) -> str:
        """Return the address where the user may change at once all things that ?q= and ?year= find; '' for nowhere."""
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
