"""What a person answers for, whatever its kind, in a fixed number of queries for each kind."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from kmportal.people.models import User
from kmportal.review_cycle import due
from kmportal.review_cycle.models import Flag
from kmportal.review_cycle.sources import Source, registered


@dataclass(frozen=True)
class Held:
    """One thing that a person answers for, how far its day is away, and what readers have flagged in it."""

    source: Source
    thing: Any
    role: str  # "Owner" or "Deputy"
    stage: str | None
    open_flags: int

    @property
    def is_overdue(self) -> bool:
        return self.stage not in (None, "soon", "due")

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.source.kind}-{self.thing.pk}"


Place = tuple[date, Source, int]  # the day it is due, what kind it is, and its key


def places_of(person: User, sources: list[Source] | None = None) -> list[Place]:
    """Return where everything stands that the person answers for: what is due first, what never is due last."""
    found = [
        (day or date.max, source, key)
        for source in (registered() if sources is None else sources)
        for key, day in source.under_review()
        .filter(Q(owner=person) | Q(deputy=person))
        .order_by()
        .values_list("pk", "next_review")
    ]
    return sorted(found, key=lambda place: (place[0], place[1].kind, place[2]))


def held(person: User, places: list[Place], today: date) -> list[Held]:
    """Return the things at those places, in their order."""
    things: dict[tuple[str, int], Any] = {}
    flags: dict[tuple[str, int], int] = {}
    for source in {source.kind: source for _, source, _ in places}.values():
        keys = [key for _, other, key in places if other.kind == source.kind]
        for thing in source.under_review().filter(pk__in=keys).select_related("owner", "deputy"):
            things[source.kind, thing.pk] = thing
        rows = Flag.objects.filter(
            content_type=ContentType.objects.get_for_model(source.model), object_id__in=keys, settled_at=None
        )
        for key, number in rows.values_list("object_id").annotate(Count("pk")):
            flags[source.kind, key] = number
    return [
        Held(
            source=source,
            thing=thing,
            role="Owner" if thing.owner_id == person.pk else "Deputy",
            stage=due.stage(today, thing.next_review) if thing.next_review else None,
            open_flags=flags.get((source.kind, key), 0),
        )
        for _, source, key in places
        if (thing := things.get((source.kind, key)))
    ]


def leavers(sources: list[Source]) -> list[tuple[int, str, int]]:
    """Return key and name of everybody whose account is closed, with the number of things they still answer for."""
    numbers: dict[tuple[int, str], int] = {}
    for source in sources:
        for role in ("owner", "deputy"):
            rows = source.under_review().filter(**{f"{role}__is_active": False}).order_by()
            for key, name, number in rows.values_list(f"{role}__pk", f"{role}__name").annotate(Count("pk")):
                numbers[key, name] = numbers.get((key, name), 0) + number
    return sorted(((key, name, number) for (key, name), number in numbers.items()), key=lambda row: (-row[2], row[1]))
