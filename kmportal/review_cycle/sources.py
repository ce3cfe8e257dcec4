"""The door through which an app puts its things under review: it registers a source in its apps.py."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models

from kmportal.people.models import User


class Source(Protocol):
    """One kind of thing that somebody answers for. Its model is Reviewable."""

    kind: str  # as it stands in addresses
    noun: str  # for a sentence: "record"
    named_by: tuple[str, ...]  # the columns that its __str__ and its address are made of, beside the key
    # Whoever has this permission looks after all things of the kind.
    keeper_permission: str

    @property
    def model(self) -> type[models.Model]: ...

    def keepers(self) -> Iterable[User]:
        """Return the people who are asked where nobody else answers; where there are none, the library is."""
        ...

    def under_review(self) -> models.QuerySet[Any]:
        """Return the things that readers rely on now, whether a day for their review is set or not."""
        ...

    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        """Return those of them that the user may read."""
        ...

    def may_confirm(self, user: Any, thing: Any) -> bool:
        """Tell whether the user may say that the thing is still true, needs a change or is obsolete."""
        ...

    def may_set(self, user: Any, thing: Any) -> bool:
        """Tell whether the user may say who answers for the thing, and how often."""
        ...

    def change_url(self, user: Any, thing: Any) -> str:
        """Return where the user can change the thing; "" where they cannot."""
        ...

    def retire_url(self, thing: Any) -> str:
        """Return where its keepers take the thing from readers."""
        ...

    def overview_url(self) -> str:
        """Return where its keepers see how all things of the kind stand."""
        ...

    def edit(self, thing: Any, *, by: Any) -> AbstractContextManager[Any]:
        """Give the thing, locked, to be changed within a `with`, with its history."""
        ...


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Put a kind of thing under review. Raises ValueError where another source has the same kind."""
    if type(_sources.setdefault(source.kind, source)) is not type(source):
        raise ValueError(f"Two sources call themselves {source.kind}.")


def registered() -> list[Source]:
    """Return all sources, in the order of their registration."""
    return list(_sources.values())


def source_of_kind(kind: str) -> Source | None:
    """Return the source that has the kind in its addresses, if there is one."""
    return _sources.get(kind)


def source_of(thing: models.Model) -> Source:
    """Return the source of a thing. Raises LookupError where nobody has registered its model."""
    for source in _sources.values():
        if isinstance(thing, source.model):
            return source
    raise LookupError(f"{type(thing).__name__} is under no review.")


def keepers(source: Source) -> list[User | None]:
    """Return to whom to write where nobody else answers; None is the library's own mailbox."""
    return list(source.keepers()) or [None]


def about(thing: models.Model) -> dict[str, Any]:
    """Return the columns by which rows of this app point at a thing."""
    return {"content_type": ContentType.objects.get_for_model(thing), "object_id": thing.pk}
