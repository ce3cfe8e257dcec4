"""The door through which an app gives its things to other systems: it registers a resource in its apps.py."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.http import QueryDict


@dataclass(frozen=True)
class Parameter:
    """What one may add to the address of a list: its name, and a sentence about it for the documentation."""

    name: str
    about: str


@dataclass(frozen=True)
class Listing:
    """One page of a list: its things as JSON values, and the place after which the next page begins, or ""."""

    items: list[dict[str, Any]]
    next: str = ""


class Resource(Protocol):
    """One kind of thing. Everything that it gives is for the user who asks, and nothing else."""

    name: str  # as it stands in addresses: "records"
    kind: str  # as the search calls it: "record"
    about: str  # a sentence or two for the documentation
    parameters: tuple[Parameter, ...]

    def listing(self, query: QueryDict, *, to: Any, after: str, size: int) -> Listing:
        """Return one page of the list, narrowed by the query as the list's own page is. Raises Problem."""
        ...

    def one(self, key: int, *, to: Any) -> dict[str, Any] | None:
        """Return one thing as JSON values, or None where there is none for the user. Raises Problem."""
        ...


_resources: dict[str, Resource] = {}


def register(resource: Resource) -> None:
    """Give a kind of thing to other systems. Raises ValueError where another resource has the same name."""
    if type(_resources.setdefault(resource.name, resource)) is not type(resource):
        raise ValueError(f"Two resources of the API call themselves {resource.name}.")


def registered() -> dict[str, Resource]:
    """Return all resources by name, in the order of their registration."""
    return dict(_resources)
