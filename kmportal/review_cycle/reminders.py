"""Remind people of what is due: one mail a day at most, with all that waits for each person's word.

The owner is asked 30 days before, on the day, and every week after (due.py). From the second week past the day the
deputy is asked too, and from the fourth those who keep all such things. Where the owner has left, the deputy is asked
at once in the owner's place, and where both have, the keepers are. Where there are no keepers, the library's mailbox is
asked.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kmportal.mail.posting import absolute, post
from kmportal.people.models import User
from kmportal.review_cycle import due, tokens
from kmportal.review_cycle.models import Reminder
from kmportal.review_cycle.sources import Source, keepers, registered

# A mail that lists more would not be read; what is left out is counted, with a link to all.
LISTED = 40


@dataclass(frozen=True)
class Item:
    """One thing in a person's mail, the stage it is at, and why this person is asked."""

    source: Source
    thing: Any
    stage: str
    role: str  # "owner", "deputy" or "keeper"


def remind(today: date) -> int:
    """Write the day's mail, and return to how many people. Safe to run again: each stage of a thing comes once."""
    waiting: dict[User | None, list[Item]] = defaultdict(list)
    for source in registered():
        for person, item in _asked(source, today):
            waiting[person].append(item)
    reminded = _reminded_on(today)
    written = 0
    for person, items in waiting.items():
        # Whatever else falls due today can wait until tomorrow: its stage will still be the same, or the next.
        if _key(person) not in reminded:
            _write(person, sorted(items, key=lambda item: (item.thing.next_review, item.thing.pk)), today)
            written += 1
    return written


def _asked(source: Source, today: date) -> Iterator[tuple[User | None, Item]]:
    """Yield each person with each thing of which they have not heard at its stage."""
    things = source.under_review().filter(next_review__lte=today + due.SOON).select_related("owner", "deputy")
    content_type = ContentType.objects.get_for_model(source.model)
    known = set(
        Reminder.objects.filter(content_type=content_type, object_id__in=things.values("pk")).values_list(
            "object_id", "to", "due", "stage"
        )
    )
    all_keepers = keepers(source)
    for thing in things.only("owner", "deputy", "next_review", *source.named_by):
        stage = due.stage(today, thing.next_review) or "soon"  # nothing else is that near
        for person, role in _people(thing, stage, all_keepers).items():
            if (thing.pk, _key(person), thing.next_review, stage) not in known:
                yield person, Item(source, thing, stage, role)


def _people(thing: Any, stage: str, all_keepers: list[User | None]) -> dict[User | None, str]:
    """Return who is asked about the thing at the stage, each with the first of their roles."""
    owner = thing.owner if thing.owner and thing.owner.is_active else None
    deputy = thing.deputy if thing.deputy and thing.deputy.is_active else None
    people: dict[User | None, str] = {}
    if owner:
        people[owner] = "owner"
    if deputy and (not owner or due.asks_deputy(stage)):
        people.setdefault(deputy, "deputy")
    if not people or due.asks_keepers(stage):
        for keeper in all_keepers:
            people.setdefault(keeper, "keeper")
    return people


def _key(person: User | None) -> int | None:
    return person.pk if person else None


def _reminded_on(today: date) -> set[int | None]:
    """Return the keys of the people who had their mail of the day already."""
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    return set(Reminder.objects.filter(at__gte=midnight).values_list("to", flat=True))


@transaction.atomic
def _write(person: User | None, items: list[Item], today: date) -> None:
    Reminder.objects.bulk_create(
        [
            Reminder(
                content_type=ContentType.objects.get_for_model(item.source.model),
                object_id=item.thing.pk,
                to=person,
                due=item.thing.next_review,
                stage=item.stage,
            )
            for item in items
        ],
        # Of two workers at the same moment the second writes nothing, and its mail has the key of the first.
        ignore_conflicts=True,
    )
    post(
        f"review-reminder-{_key(person) or 'library'}-{today.isoformat()}",
        to=person,
        template="review_cycle/mail/reminder",
        context={
            "groups": _grouped([_line(person, item, today) for item in items[:LISTED]]),
            "number": len(items),
            "only": items[0].thing if len(items) == 1 else None,
            "more": max(len(items) - LISTED, 0),
            "all_url": absolute(reverse("review_cycle:mine")),
        },
    )


def _line(person: User | None, item: Item, today: date) -> dict[str, Any]:
    """Return what the mail says of a thing. One person can answer by a link; whoever reads for the library signs in."""
    if person:
        token = tokens.write(user=person, kind=item.source.kind, thing=item.thing, now=timezone.now())
        answer = absolute(reverse("review_cycle:answer", args=[token]))
    else:
        answer = absolute(reverse("review_cycle:confirm", args=[item.source.kind, item.thing.pk]))
    return {
        "item": item,
        "heading": _heading(item),
        "page_url": absolute(item.thing.get_absolute_url()),
        "current_url": f"{answer}?verdict=current" if person else "",
        "answer_url": answer,
        "days": abs((today - item.thing.next_review).days),
        "is_past": today > item.thing.next_review,
        "is_today": today == item.thing.next_review,
    }


def _heading(item: Item) -> str:
    match item.role:
        case "owner":
            return "You answer for these"
        case "deputy" if item.thing.owner and item.thing.owner.is_active:
            return "You are the deputy, and the owner has not answered"
        case "deputy":
            return "You are the deputy, and there is no owner any more"
        case _:
            return "Nobody else has answered for these"


def _grouped(lines: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["heading"], []).append(line)
    return list(groups.items())
