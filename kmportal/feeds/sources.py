"""The door through which an app tells the feeds what is new in it: it registers a source in its apps.py."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

# Entries that a feed holds at most, the newest ones.
MOST = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. Its path is that of its page, which stays for good: the whole address is its id.

    `published` is when readers could see it first, `updated` when it changed last. Both know their time zone.
    """

    title: str
    path: str
    published: datetime.datetime
    updated: datetime.datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Source(Protocol):
    """One kind of thing that feeds tell of."""

    kind: str  # as the search calls it

    def newest(self, *, to: Any, among: Collection[int] | None = None) -> list[Item]:
        """Return the last MOST things that were published and that lists give to the user, the newest first.

        Where `among` is given, only those with these keys. A fixed number of queries.
        """
        ...


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let feeds tell of a kind of thing. Raises ValueError where another source has the same kind."""
    if type(_sources.setdefault(source.kind, source)) is not type(source):
        raise ValueError(f"Two sources of feeds call themselves {source.kind}.")


def registered() -> list[Source]:
    """Return all sources, in the order of their registration."""
    return list(_sources.values())


def merged(items: list[Item]) -> list[Item]:
    """Return the newest of items of several kinds, the newest first."""
    return sorted(items, key=lambda item: (item.published, item.path), reverse=True)[:MOST]
