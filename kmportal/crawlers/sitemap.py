"""The map of all pages that everybody may read (sitemaps.org, protocol 0.9), in parts of at most 10,000 addresses.

An app registers what it has in its apps.py. A thing stays in one part for good, by its key: a crawler that has read a
part reads it again only when something in it has changed.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import BigIntegerField, ExpressionWrapper, F, Max, QuerySet
from django.urls import reverse

from kmportal.mail.posting import absolute

# Addresses in one part. Its things have the keys from (number - 1) * PART to number * PART - 1.
PART = 10_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Mapped:
    """The things of a model whose pages stand in the map: `open_things` gives those that everybody may read.

    `route` is the URL name of a thing's page, which takes its key; each has its last change as `changed_at`.
    """

    name: str
    open_things: Callable[[], QuerySet[Any]]
    route: str

    def parts(self) -> list[tuple[int, datetime.datetime]]:
        """Return the number of each part that holds something, and when the last of it changed. One query."""
        number = ExpressionWrapper(F("pk") / PART + 1, output_field=BigIntegerField())
        counted = self.open_things().order_by().annotate(part=number).values("part").annotate(changed=Max("changed_at"))
        return list(counted.order_by("part").values_list("part", "changed"))

    def places(self, part: int) -> list[tuple[str, datetime.datetime]]:
        """Return the address of each thing of a part, and when it changed last. One query."""
        if part > 2**63 // PART:
            return []
        things = self.open_things().filter(pk__gte=(part - 1) * PART, pk__lt=part * PART).order_by("pk")
        rows = things.values_list("pk", "changed_at")
        return [(absolute(reverse(self.route, args=[key])), changed) for key, changed in rows]


_mapped: dict[str, Mapped] = {}


def register(mapped: Mapped) -> None:
    """Put the pages of an app's things on the map, under their name."""
    _mapped[mapped.name] = mapped


def index() -> str:
    """Return the index: where each part is, and when it changed last. One query for each kind of thing."""
    rows = (
        (absolute(reverse("crawlers:sitemap_part", args=[mapped.name, number])), changed)
        for mapped in _mapped.values()
        for number, changed in mapped.parts()
    )
    return _document("sitemapindex", "sitemap", rows)


def part(name: str, number: int) -> str | None:
    """Return one part, or None where there is nothing in it."""
    mapped = _mapped.get(name)
    places = mapped.places(number) if mapped else []
    return _document("urlset", "url", places) if places else None


def _document(root: str, element: str, rows: Iterable[tuple[str, datetime.datetime]]) -> str:
    return "".join(_lines(root, element, rows))


def _lines(root: str, element: str, rows: Iterable[tuple[str, datetime.datetime]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    for address, changed in rows:
        day = changed.astimezone(datetime.UTC).isoformat(timespec="seconds")
        yield f"<{element}><loc>{escape(address)}</loc><lastmod>{day}</lastmod></{element}>\n"
    yield f"</{root}>\n"
