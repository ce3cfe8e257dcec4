"""Authority control for contributors: two who are one are merged, one who is two is parted; both can be undone."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle.edits import Change, changes_between, note, note_many
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import tasks
from repository import credits
from repository.curation.pairs import decide, reopen
from repository.curation.permission import refuse_others
from repository.descriptions import LABELS, describe, for_description
from repository.models import Contribution, Contributor, NameVariant, Operation, Record
from repository.models.contributor import name_key
from repository.models.curation import OperationKind

# What a contribution says, and so what is kept of one that goes because the other is on the same record already.
CONTRIBUTION = ("id", "record_id", "contributor_id", "position", "role", "credited_as", "affiliation", "department_id")


@transaction.atomic
def merge(*, kept: Contributor, merged: Contributor, by: Any) -> Operation:
    """Make one contributor of two: works, account, ORCID iD and forms of the name of `merged` go to `kept`.

    `merged` stays, so that its address leads to `kept`, and its name becomes a form of the name of `kept`. Where both
    stand on one record in the same role, the place of `kept` stays. Raises NotAllowed where they cannot be one.
    """
    refuse_others(by)
    kept, merged = _locked(kept, merged)
    _refuse_merge(kept, merged)
    changes: dict[str, Any] = {
        "kept": kept.pk,
        "merged": merged.pk,
        "orcid": merged.orcid,
        "user": merged.user_id,
        "kept_had": {"orcid": kept.orcid, "user": kept.user_id},
    }
    changes |= _merge_places(kept, merged, by)
    changes |= _merge_variants(kept, merged)
    earlier = Contributor.objects.filter(merged_into=merged)
    changes["repointed"] = list(earlier.values_list("pk", flat=True))
    earlier.update(merged_into=kept)
    # The ORCID iD and the account are one contributor's only, so they leave the one before they come to the other.
    orcid, user = merged.orcid or kept.orcid, merged.user_id or kept.user_id
    merged.orcid, merged.user_id, merged.merged_into = "", None, kept
    merged.save()
    kept.orcid, kept.user_id = orcid, user
    kept.save()
    decide(Contributor, kept.pk, merged.pk, "merged", by=by)
    number = len(changes["moved"]) + len(changes["dropped"])
    note(
        kept,
        [Change("merged", "Other forms of the name", "", merged.inverted_name)],
        by=by,
        reason=f"Merged with {merged.inverted_name} ({_works(number)})"[:300],
    )
    operation = Operation.objects.create(
        kind=OperationKind.MERGE_CONTRIBUTORS,
        summary=f"Merged {merged.inverted_name} into {kept.inverted_name} ({_works(number)})"[:500],
        by=by,
        changes=changes,
    )
    _follow(kept, changes)
    return operation


@transaction.atomic
def undo_merge(operation: Operation, *, by: Any) -> list[str]:
    """Part again what a merge made one, exactly as it was. Return a sentence for each place left as it is.

    Raises NotAllowed where one of the two has been merged with somebody else since, or the ORCID iD changed.
    """
    changes = operation.changes
    people = Contributor.objects.select_for_update().order_by("pk").in_bulk([changes["kept"], changes["merged"]])
    kept, merged = people.get(changes["kept"]), people.get(changes["merged"])
    if kept is None or merged is None or merged.merged_into_id != kept.pk:
        raise NotAllowed("One of the two has been merged with somebody else since. Undo that first.")
    had = changes["kept_had"]
    if kept.orcid != (changes["orcid"] or had["orcid"]) or kept.user_id != (changes["user"] or had["user"]):
        raise NotAllowed(f"The ORCID iD or the account of {kept} has been changed since.")
    kept.orcid, kept.user_id = had["orcid"], had["user"]
    kept.save()
    merged.orcid, merged.user_id, merged.merged_into = changes["orcid"], changes["user"], None
    merged.save()
    Contributor.objects.filter(pk__in=changes["repointed"], merged_into=kept).update(merged_into=merged)
    left = _move(changes["moved"], kept, merged)
    left += _restore(changes["dropped"], by=by, reason=f"Undone: {operation.summary}")
    NameVariant.objects.filter(pk=changes["variant_made"]).delete()
    NameVariant.objects.filter(pk__in=changes["variants_moved"], contributor=kept).update(contributor=merged)
    for family_name, given_names in changes["variants_dropped"]:
        NameVariant.objects.create(contributor=merged, family_name=family_name, given_names=given_names)
    reopen(Contributor, kept.pk, merged.pk)
    note(
        kept,
        [Change("merged", "Other forms of the name", merged.inverted_name, "")],
        by=by,
        reason=f"Undone: {operation.summary}"[:300],
    )
    _follow(kept, changes)
    tasks.follow([merged])
    return left


@transaction.atomic
def split(
    contributor: Contributor,
    contributions: Collection[int],
    *,
    by: Any,
    into: Contributor | None = None,
    name: str = "",
) -> Operation:
    """Move some works of a contributor to another one, or to a new one of the given name ("Family, Given").

    `contributions` are keys of Contribution, of records that the person may see. Raises NotAllowed where none is
    chosen, nobody is named, the name is too long, or the other is on the record already.
    """
    refuse_others(by)
    ends = {one.pk for one in (contributor, into) if one}
    people = Contributor.objects.select_for_update().order_by("pk").in_bulk(ends)
    if people.keys() != ends:
        raise NotAllowed("Choose contributors who are still there.")
    contributor, into = people[contributor.pk], people[into.pk] if into else None
    own = contributor.contributions.filter(pk__in=contributions, record__in=Record.objects.visible_to(by).values("pk"))
    places = list(own.select_for_update(of=("self",)))
    if not places:
        raise NotAllowed("Choose the works that are somebody else’s.")
    made = into is None
    if into is None:
        family, _, given = (part.strip() for part in name.partition(","))
        if not name_key(family):
            raise NotAllowed("Say whose works they are: choose a contributor, or write a name.")
        if len(family) > 300 or len(given) > 200:
            raise NotAllowed("That name is too long: 300 letters before the comma, and 200 behind it, are the most.")
        into = Contributor.objects.create(kind=contributor.kind, family_name=family, given_names=given)
    if into.pk == contributor.pk or into.merged_into_id:
        raise NotAllowed("Choose another contributor than the one that you part.")
    taken = set(into.contributions.values_list("record_id", "role"))
    if clash := next((place for place in places if (place.record_id, place.role) in taken), None):
        raise NotAllowed(f"{into} stands on “{clash.record}” already.")
    keys = sorted(place.pk for place in places)
    Contribution.objects.filter(pk__in=keys).update(contributor=into)
    decide(Contributor, contributor.pk, into.pk, "different", by=by)
    _touch(keys)
    note(
        contributor,
        [Change("works", "Works", f"{_works(len(keys))} more", f"moved to {into.inverted_name}")],
        by=by,
    )
    tasks.follow([contributor])
    tasks.follow([into])
    return Operation.objects.create(
        kind=OperationKind.SPLIT_CONTRIBUTOR,
        summary=f"Moved {_works(len(keys))} of {contributor.inverted_name} to {into.inverted_name}"[:500],
        by=by,
        changes={"from": contributor.pk, "to": into.pk, "made": made, "moved": keys},
    )


@transaction.atomic
def undo_split(operation: Operation, *, by: Any) -> list[str]:
    """Give back the works that a split moved, and take away whom it made if nothing else is known of them."""
    changes = operation.changes
    people = Contributor.objects.select_for_update().order_by("pk").in_bulk([changes["from"], changes["to"]])
    if len(people) < 2 or any(one.merged_into_id for one in people.values()):
        raise NotAllowed("One of the two has been merged with somebody else since. Undo that first.")
    here, there = people[changes["to"]], people[changes["from"]]
    left = _move(changes["moved"], here, there)
    note(there, [Change("works", "Works", "", f"{_works(len(changes['moved']) - len(left))} given back")], by=by)
    reopen(Contributor, here.pk, there.pk)
    tasks.follow([there])
    if changes["made"]:
        credits.forget_unused([here.pk])
    tasks.follow([here])
    return left


def _locked(kept: Contributor, merged: Contributor) -> tuple[Contributor, Contributor]:
    people = Contributor.objects.select_for_update().order_by("pk").in_bulk([kept.pk, merged.pk])
    if len({kept.pk, merged.pk} & people.keys()) < 2:
        raise NotAllowed("Choose two contributors to merge.")
    return people[kept.pk], people[merged.pk]


def _refuse_merge(kept: Contributor, merged: Contributor) -> None:
    if kept.merged_into_id or merged.merged_into_id:
        raise NotAllowed("One of them has been merged already.")
    if kept.kind != merged.kind:
        raise NotAllowed("One of them is a person and the other a group.")
    if kept.orcid and merged.orcid:
        raise NotAllowed("They have two different ORCID iDs. If one is wrong, take it off that contributor first.")
    if kept.user_id and merged.user_id:
        raise NotAllowed("They are two different colleagues with an account each.")


def _merge_places(kept: Contributor, merged: Contributor, by: Any) -> dict[str, Any]:
    """Move the places on records; where both stand on one in the same role, keep what the going one said."""
    taken = set(kept.contributions.values_list("record_id", "role"))
    places = list(merged.contributions.values(*CONTRIBUTION))
    dropped = [place for place in places if (place["record_id"], place["role"]) in taken]
    moved = [place["id"] for place in places if (place["record_id"], place["role"]) not in taken]
    with _noted(dropped, by=by, reason=f"{merged} was merged into {kept}"):
        Contribution.objects.filter(pk__in=[place["id"] for place in dropped]).delete()
    Contribution.objects.filter(pk__in=moved).update(contributor=kept)
    return {"moved": moved, "dropped": dropped}


def _merge_variants(kept: Contributor, merged: Contributor) -> dict[str, Any]:
    """Move the forms of the name, and make one of the name of the one that goes."""
    known = {kept.name_key, *kept.variants.values_list("name_key", flat=True)}
    moved, dropped, made = [], [], None
    for variant in merged.variants.all():
        if variant.name_key in known:
            dropped.append([variant.family_name, variant.given_names])
            variant.delete()
        else:
            known.add(variant.name_key)
            moved.append(variant.pk)
    NameVariant.objects.filter(pk__in=moved).update(contributor=kept)
    if merged.name_key not in known:
        made = NameVariant.objects.create(
            contributor=kept, family_name=merged.family_name, given_names=merged.given_names
        ).pk
    return {"variants_moved": moved, "variants_dropped": dropped, "variant_made": made}


def _move(keys: Collection[int], here: Contributor, there: Contributor) -> list[str]:
    """Move places from one to the other where they still are; return a sentence for each that is left alone."""
    places = Contribution.objects.filter(pk__in=keys, contributor=here)
    taken = set(there.contributions.values_list("record_id", "role"))
    movable = [pk for pk, record, role in places.values_list("pk", "record_id", "role") if (record, role) not in taken]
    places.filter(pk__in=movable).update(contributor=there)
    _touch(movable)
    number = len(keys) - len(movable)
    return [f"{_works(number).capitalize()} stayed: somebody has changed their contributors since."] if number else []


def _restore(dropped: list[dict[str, Any]], *, by: Any, reason: str) -> list[str]:
    """Write again the places that went, where the record is still there and the place free."""
    records = set(Record.objects.filter(pk__in=[row["record_id"] for row in dropped]).values_list("pk", flat=True))
    rows = [Contribution(**row) for row in dropped if row["record_id"] in records]
    with _noted(dropped, by=by, reason=reason):
        Contribution.objects.bulk_create(rows, ignore_conflicts=True)
    _touch([row.pk for row in rows])
    number = len(dropped) - len(rows)
    return [f"{_works(number).capitalize()} could not be given back: the record is no longer here."] if number else []


@contextmanager
def _noted(places: list[dict[str, Any]], *, by: Any, reason: str) -> Iterator[None]:
    """Write into the history of the records of these places what a `with` changes in their contributors."""
    records = for_description(Record.objects.filter(pk__in=[place["record_id"] for place in places]))
    before = {record.pk: describe(record) for record in records}
    yield
    after = {record.pk: describe(record) for record in records.all()}
    changes = {pk: changes_between(before[pk], after[pk], LABELS) for pk in before}
    note_many(Record, changes, by=by, reason=reason[:300])


def _touch(contributions: Collection[int]) -> None:
    """Mark the records of these places as changed, for harvesters and for whoever has one open at the desk."""
    places = Contribution.objects.filter(pk__in=contributions)
    Record.objects.filter(pk__in=places.values("record")).update(changed_at=timezone.now())


def _follow(kept: Contributor, changes: dict[str, Any]) -> None:
    """Let the records and the search follow a merge or its undoing."""
    _touch([*changes["moved"], *(row["id"] for row in changes["dropped"])])
    dropped = Record.objects.filter(pk__in=[row["record_id"] for row in changes["dropped"]])
    dropped.update(changed_at=timezone.now())
    tasks.follow([kept])


def _works(number: int) -> str:
    return f"{number:,} work{'' if number == 1 else 's'}"
