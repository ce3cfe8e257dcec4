"""Read what a thing is linked to, from both ends, as far as the reader may see it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast

from kmportal.links.models import Link, LinkKind
from kmportal.links.registry import Linkable, linkable_of_type

# What a link says of the thing at its other end, by its kind: read from its source, and from its target.
FROM_SOURCE: dict[str, str] = {
    LinkKind.EVIDENCE_FOR: "Evidence for",
    LinkKind.CAME_FROM: "Came from",
    LinkKind.APPLIED_IN: "Applied in",
    LinkKind.SUPERSEDES: "Takes the place of",
    LinkKind.RELATED: "Belongs with",
}
FROM_TARGET: dict[str, str] = {
    LinkKind.EVIDENCE_FOR: "Rests on",
    LinkKind.CAME_FROM: "Led to",
    LinkKind.APPLIED_IN: "Applies",
    LinkKind.SUPERSEDES: "Superseded by",
    LinkKind.RELATED: "Belongs with",
}
# What is linked so uses the thing: it rests on it, came from it, or puts it to work.
_USES_ITS_TARGET = frozenset({LinkKind.CAME_FROM})
_USES_ITS_SOURCE = frozenset({LinkKind.EVIDENCE_FOR, LinkKind.APPLIED_IN})


@dataclass(frozen=True)
class Shown:
    """A link as a reader sees it from one of its ends: what it says of the other one, and where that is."""

    pk: int
    kind: str
    is_from_here: bool
    says: str
    title: str
    what: str
    url: str

    @property
    def is_use(self) -> bool:
        """Whether the other thing makes use of this one."""
        return self.kind in (_USES_ITS_SOURCE if self.is_from_here else _USES_ITS_TARGET)


def shown(things: Collection[models.Model], *, to: Any) -> list[Shown]:
    """Return the links of things of one model (the versions of one work, say) to others that the user may see.

    The oldest come first. One query, and another one where there are any links, however many.
    """
    if not things:
        return []
    here = ContentType.objects.get_for_model(next(iter(things))).pk
    keys = {thing.pk for thing in things}
    ends = Q(source_type=here, source_id__in=keys) | Q(target_type=here, target_id__in=keys)
    links = list(Link.objects.filter(ends).order_by("at", "pk"))
    others = [(link, *_other_end(link, here, keys)) for link in links]
    others = [other for other in others if (other[2], other[3]) not in {(here, key) for key in keys}]
    seen = _visible({(of_type, key) for _, _, of_type, key in others}, to)
    return [
        _shown(link, is_from_here, key, *seen[of_type, key])
        for link, is_from_here, of_type, key in others
        if (of_type, key) in seen
    ]


def _other_end(link: Link, here: int, keys: set[int]) -> tuple[bool, int, int]:
    """Return whether the link begins at one of the things, and the type and key of its other end."""
    if link.source_type_id == here and link.source_id in keys:
        return True, link.target_type_id, link.target_id
    return False, link.source_type_id, link.source_id


def _visible(wanted: Iterable[tuple[int, int]], user: Any) -> dict[tuple[int, int], tuple[Linkable, str, str]]:
    """Return for each thing (type, key) that the user may see its model, title and kind: one query for all models."""
    by_type: dict[int, list[int]] = {}
    for of_type, key in wanted:
        by_type.setdefault(of_type, []).append(key)
    known = {of_type: linkable for of_type in sorted(by_type) if (linkable := linkable_of_type(of_type))}
    queries = [_titles(of_type, linkable, by_type[of_type], user) for of_type, linkable in known.items()]
    if not queries:
        return {}
    first, *others = queries
    rows = first.union(*others, all=True) if others else first
    return {(of_type, key): (known[of_type], title, kind) for of_type, key, title, kind in rows}


def _titles(of_type: int, linkable: Linkable, keys: list[int], user: Any) -> Any:
    text = models.TextField()
    things = linkable.visible_to(user).filter(pk__in=keys).order_by()
    return things.annotate(
        _type=Value(of_type, models.BigIntegerField()),
        _key=F("pk"),
        _title=Cast(linkable.title, text),
        _kind=Cast(linkable.kind, text) if linkable.kind else Value("", text),
    ).values_list("_type", "_key", "_title", "_kind")


def _shown(link: Link, is_from_here: bool, key: int, linkable: Linkable, title: str, kind: str) -> Shown:
    thing: Any = linkable.model(pk=key)
    return Shown(
        pk=link.pk,
        kind=link.kind,
        is_from_here=is_from_here,
        says=(FROM_SOURCE if is_from_here else FROM_TARGET)[link.kind],
        title=title,
        what=linkable.kind_label(kind),
        url=thing.get_absolute_url(),
    )
