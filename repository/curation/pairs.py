"""Pairs of things that look alike: what was found is kept, and what librarians decided of it stays decided."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from repository.models import Contributor, Lookalike

# Pairs of one model that wait for a decision; a list of more would help nobody.
MOST_PAIRS = 5_000


class Pair(NamedTuple):
    """The keys of two things, why they look alike, and how much (0 to 1)."""

    one: int
    other: int
    reason: str
    likeness: float


def of(model: type[models.Model]) -> Any:
    """Return the pairs of a model that nobody has decided on and that are both still there, the likest first."""
    return Lookalike.objects.open().filter(_are_there(model))


def numbers_of(*kinds: type[models.Model]) -> dict[type[models.Model], int]:
    """Return how many pairs `of` gives for each of the models, in one query."""
    by_type = {ContentType.objects.get_for_model(model).pk: model for model in kinds}
    are_there = reduce(or_, map(_are_there, kinds))
    rows = (
        Lookalike.objects.open().filter(are_there).order_by().values_list("content_type").annotate(models.Count("pk"))
    )
    return dict.fromkeys(kinds, 0) | {by_type[key]: number for key, number in rows}


def _are_there(model: type[models.Model]) -> models.Q:
    """Return the condition for pairs of the model whose two things nobody has deleted or merged."""
    there: Any = model._default_manager.order_by().values("pk")
    if model is Contributor:
        there = there.filter(merged_into=None)
    kind = ContentType.objects.get_for_model(model)
    return models.Q(content_type=kind, first_id__in=there, second_id__in=there)


@transaction.atomic
def keep(model: type[models.Model], pairs: Iterable[Pair]) -> int:
    """Make these the model's open pairs, save those that are decided; return how many are open now."""
    content_type = ContentType.objects.get_for_model(model)
    best: dict[tuple[int, int], Pair] = {}
    for pair in sorted(pairs, key=lambda pair: pair.likeness):
        best[min(pair.one, pair.other), max(pair.one, pair.other)] = pair
    wanted = dict(list(best.items())[-MOST_PAIRS:])
    rows = Lookalike.objects.filter(content_type=content_type)
    known = {(first, second): pk for pk, first, second in rows.open().values_list("pk", "first_id", "second_id")}
    # What a librarian decides meanwhile stays.
    rows.open().filter(pk__in=[pk for ends, pk in known.items() if ends not in wanted]).delete()
    Lookalike.objects.bulk_create(
        (
            Lookalike(
                content_type=content_type,
                first_id=first,
                second_id=second,
                reason=pair.reason,
                likeness=pair.likeness,
            )
            for (first, second), pair in wanted.items()
            if (first, second) not in known
        ),
        ignore_conflicts=True,
    )
    return rows.open().count()


def decide(model: type[models.Model], one: int, other: int, decision: str, *, by: Any) -> None:
    """Write down that two things are not the same ("different"), or have become one ("merged")."""
    decided = {"decision": decision, "decided_by": by, "decided_at": timezone.now()}
    Lookalike.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(model),
        first_id=min(one, other),
        second_id=max(one, other),
        defaults=decided,
        create_defaults={**decided, "reason": "A librarian looked at the two", "likeness": 1},
    )


def reopen(model: type[models.Model], one: int, other: int) -> None:
    """Forget a decision, because what it decided has been undone."""
    Lookalike.objects.filter(
        content_type=ContentType.objects.get_for_model(model), first_id=min(one, other), second_id=max(one, other)
    ).update(decision="", decided_by=None, decided_at=None)
