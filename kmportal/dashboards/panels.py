"""The panels of the home page as plain data, each read from the apps' own reports."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Value
from django.urls import reverse
from django.utils import timezone

from events import reports as events
from lessons import reports as lessons
from repository import reports as repository

# How many things a panel shows before its list takes over.
SHOWN = 4
# How the home page words the states of what is not published yet, in every app.
STATES = {
    "draft": "Draft",
    "submitted": "Waiting for review",
    "returned": "Returned for changes",
    "accepted": "Waiting for release",
}


@dataclass(frozen=True)
class Area:
    """One part of the portal: what it is for, how much its list holds in words, and where the list is."""

    name: str
    about: str
    holds: str
    url: str


@dataclass(frozen=True)
class Task:
    """Something that waits for the reader, as a sentence, and where it is done."""

    text: str
    url: str


@dataclass(frozen=True)
class Draft:
    """Something that the reader began and that is not published yet."""

    title: str
    status: str
    state: str
    url: str


@dataclass(frozen=True)
class Home:
    """Everything that the home page shows. The lists of things hold the apps' own, a few of each."""

    areas: tuple[Area, ...]
    records: list[Any]
    lessons: list[Any]
    sessions: list[Any]
    tasks: list[Task]
    drafts: list[Draft]


def home(user: Any, now: datetime.datetime) -> Home:
    """Gather the home page of one reader, in a fixed number of queries."""
    records = repository.counts_for(user, timezone.localdate(now))
    learned, lessons_waiting = lessons.counts_for(user)
    sessions = list(events.next_sessions(SHOWN, now))
    return Home(
        areas=(
            Area(
                "Research repository",
                "Papers, policies, audits and posters by our own staff.",
                _holds(records.published, "record"),
                reverse("repository:list"),
            ),
            Area(
                "Lessons learned",
                "What went well, what did not, and what to do next time.",
                _holds(learned, "lesson"),
                reverse("lessons:list"),
            ),
            Area(
                "Events",
                "Knowledge cafes, after action reviews and other ways to share what we know.",
                _holds(sessions[0].to_come if sessions else 0, "session", " to come"),
                reverse("events:list"),
            ),
        ),
        records=list(repository.newest(user, SHOWN).prefetch_related(None)),  # authors stand on the list and the page
        lessons=list(lessons.newest(SHOWN)),
        sessions=sessions,
        tasks=list(_tasks(records, lessons_waiting)),
        drafts=list(_drafts(user)),
    )


def _tasks(records: repository.Counts, learned: int) -> Iterable[Task]:
    if records.overdue:
        are = "is" if records.overdue == 1 else "are"
        text = f"{_counted(records.overdue, 'record')} that you answer for {are} overdue for review"
        yield Task(text, reverse("review_cycle:mine"))
    if records.to_review:
        yield Task(_waits(records.to_review, "record", "review"), reverse("repository:queue"))
    if records.to_release:
        yield Task(_waits(records.to_release, "record", "release"), reverse("repository:queue") + "?show=release")
    if learned:
        yield Task(_waits(learned, "lesson", "validation"), _desk("lessons_lesson"))


def _drafts(user: Any) -> Iterable[Draft]:
    """Yield what the reader changed last; one query asks all three apps."""
    if not user.is_authenticated:
        return
    columns = ("pk", "title", "status", "changed_at")
    first, *others = (
        things.values_list("page", *columns)
        for things in (
            repository.unfinished_of(user, SHOWN),
            lessons.unfinished_of(user, SHOWN).annotate(page=Value("lessons:lesson", CharField())),
            events.unfinished_of(user, SHOWN).annotate(page=Value("events:session", CharField())),
        )
    )
    for page, pk, title, status, _ in first.union(*others, all=True).order_by("-changed_at")[:SHOWN]:
        yield Draft(title, status, STATES[status], reverse(page, args=[pk]))


def _holds(number: int, noun: str, when: str = "") -> str:
    return f"{_counted(number, noun)}{when}" if number else f"No {noun}s{when or ' yet'}"


def _waits(number: int, noun: str, step: str) -> str:
    return f"{_counted(number, noun)} {'is' if number == 1 else 'are'} waiting for {step}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _desk(model: str) -> str:
    """Return the address of the desk's list of what waits for somebody to look at it."""
    return reverse(f"admin:{model}_changelist") + "?status__exact=submitted"
