"""What people do about things that can go stale: confirm and flag them, settle flags, say who answers for them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail.posting import absolute, post
from kmportal.people.models import User
from kmportal.review_cycle import due
from kmportal.review_cycle.models import Confirmation, Flag, Verdict
from kmportal.review_cycle.sources import about, keepers, source_of


@transaction.atomic
def confirm(thing: Any, *, verdict: str, by: Any, note: str = "") -> Confirmation:
    """Answer whether a thing is still true, and return the answer, which is kept.

    "current" begins the next interval today. "change" leaves it due, with a flag that stays open until the same person
    says "current" or settles it. "obsolete" leaves it due and tells those who can take it from readers. Raises
    NotAllowed for those who may not say so, and where the thing is no longer under review.
    """
    source = source_of(thing)
    locked = source.under_review().select_for_update(of=("self",)).filter(pk=thing.pk).first()
    if locked is None:
        raise NotAllowed(f"This {source.noun} is not before readers any more, so there is nothing to review.")
    if not source.may_confirm(by, locked):
        raise NotAllowed(f"You do not answer for this {source.noun}.")
    answer = Confirmation.objects.create(
        **about(locked), verdict=Verdict(verdict), by=by, note=note, was_due=locked.next_review
    )
    match answer.verdict:
        case Verdict.CURRENT:
            locked.last_reviewed = timezone.localdate()
            set_next_review(locked)
            locked.save(update_fields=["last_reviewed", "next_review"])
            _open_flags(locked).filter(by=by).update(settled_at=timezone.now(), settled_by=by)
        case Verdict.CHANGE:
            text = note or "This needs a change."
            if not _open_flags(locked).filter(by=by).update(text=text):
                Flag.objects.create(**about(locked), by=by, text=text)
        case Verdict.OBSOLETE:
            for keeper in keepers(source):
                _tell(f"obsolete-{answer.pk}", keeper, "obsolete", locked, answer=answer)
    return answer


@transaction.atomic
def flag(thing: Any, *, by: Any, text: str) -> Flag:
    """Tell whoever answers for a thing that something in it is wrong: its owner, its deputy, or else its keepers.

    Raises NotAllowed for readers who may not see the thing, and while an earlier flag of theirs is open.
    """
    source = source_of(thing)
    if not by.is_authenticated or not source.visible_to(by).filter(pk=thing.pk).exists():
        raise NotAllowed(f"You cannot see this {source.noun}.")
    # Held so that two of the same person do not go through at once.
    source.model._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    if _open_flags(thing).filter(by=by).exists():
        raise NotAllowed("You have told the owner already. They have not settled it yet.")
    raised = Flag.objects.create(**about(thing), by=by, text=text)
    for person in answering_for(thing):
        if person != by:
            _tell(f"flag-{raised.pk}", person, "flag", thing, flag=raised)
    return raised


def answering_for(thing: Any) -> list[User | None]:
    """Return who is spoken to about a thing: its owner; if that person has left, its deputy; or else its keepers."""
    for person in (thing.owner, thing.deputy):
        if person and person.is_active:
            return [person]
    return keepers(source_of(thing))


@transaction.atomic
def settle(flag: Flag, *, by: Any) -> None:
    """Close a flag: what it said was put right, or was not so. Whoever raised it is told, if they may see the thing.

    Raises NotAllowed for those who do not answer for the thing. A flag that is closed already stays as it is.
    """
    locked = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    source = source_of(locked.thing)
    if not source.may_confirm(by, locked.thing):
        raise NotAllowed(f"You do not answer for this {source.noun}.")
    if locked.settled_at:
        return
    _close(locked, by=by)


@transaction.atomic
def settle_overtaken(things: QuerySet[Any]) -> None:
    """Close what readers flagged in things of which something newer takes the place; they are told."""
    kind = ContentType.objects.get_for_model(things.model)
    flags = Flag.objects.filter(content_type=kind, object_id__in=things.order_by().values("pk"), settled_at=None)
    for flag in flags.select_for_update(of=("self",)).order_by("pk"):
        _close(flag, by=None)


def _close(flag: Flag, *, by: Any) -> None:
    """Close a flag and tell whoever raised it, if they may still see the thing. `by=None` is the portal itself."""
    flag.settled_at, flag.settled_by = timezone.now(), by
    flag.save(update_fields=["settled_at", "settled_by"])
    if flag.by != by and source_of(flag.thing).visible_to(flag.by).filter(pk=flag.object_id).exists():
        _tell(f"settled-{flag.pk}", flag.by, "settled", flag.thing, flag=flag)


def set_cycle(
    thing: Any, *, owner: User | None, deputy: User | None, months: int | None, last_reviewed: date | None, by: Any
) -> None:
    """Say who answers for a thing, how often it is looked at, and when that was done last.

    Without an interval it never falls due; without a last review the first interval begins today. Raises NotAllowed
    for those who may not, and for an owner or deputy who has left.
    """
    source = source_of(thing)
    if not source.may_set(by, thing):
        raise NotAllowed(f"You cannot say who answers for this {source.noun}.")
    for person in (owner, deputy):
        if person and not person.is_active:
            raise NotAllowed(f"{person} has left. Choose somebody else.")
    with source.edit(thing, by=by) as locked:
        locked.owner, locked.deputy, locked.review_months = owner, deputy, months
        locked.last_reviewed = last_reviewed or (timezone.localdate() if months else None)
        set_next_review(locked)


@transaction.atomic
def reassign(things: Iterable[Any], *, from_user: User, to: User, by: Any) -> int:
    """Put somebody else in a person's place, as owner and as deputy, and return of how many things.

    Raises NotAllowed where one of them is not for `by` to give away, or the new person has left.
    """
    if not to.is_active:
        raise NotAllowed(f"{to} has left. Choose somebody else.")
    done = 0
    # Whoever locks several does so in this order, so that no two wait for each other.
    for thing in sorted(things, key=lambda thing: (source_of(thing).kind, thing.pk)):
        source = source_of(thing)
        if not by.has_perm(source.keeper_permission):
            raise NotAllowed(f"You cannot say who answers for “{thing}”.")
        with source.edit(thing, by=by) as locked:
            if from_user not in (locked.owner, locked.deputy):
                continue
            locked.owner = to if locked.owner == from_user else locked.owner
            locked.deputy = to if locked.deputy == from_user else locked.deputy
            if locked.owner == locked.deputy:
                locked.deputy = None
            done += 1
    return done


def set_next_review(thing: Any) -> None:
    """Work out the day of the next review from the last and the interval. The caller saves it."""
    if thing.review_months and thing.last_reviewed:
        thing.next_review = due.next_review(thing.last_reviewed, thing.review_months)
    else:
        thing.next_review = None


def _open_flags(thing: Any) -> QuerySet[Flag]:
    return Flag.objects.filter(**about(thing), settled_at=None)


def _tell(what: str, person: User | None, template: str, thing: Any, **context: Any) -> None:
    source = source_of(thing)
    post(
        f"review-cycle-{what}-{person.pk if person else 'library'}",
        to=person,
        template=f"review_cycle/mail/{template}",
        context={
            "thing": thing,
            "noun": source.noun,
            "page_url": absolute(thing.get_absolute_url()),
            "answer_url": absolute(reverse("review_cycle:confirm", args=[source.kind, thing.pk])),
            "retire_url": absolute(source.retire_url(thing)),
            **context,
        },
    )
