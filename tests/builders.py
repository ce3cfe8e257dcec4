"""Make things for tests: each builder gives a whole, valid thing, and takes only what the story is about."""

import datetime
import itertools
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from events.models import Kind, Session
from kmportal.people.models import Department, Site, User
from kmportal.people.roles import Role
from kmportal.search import indexing
from lessons.models import Lesson
from repository import openings
from repository.models import (
    Collection,
    Contribution,
    Contributor,
    Identifier,
    Record,
    RecordSubject,
    SubjectTerm,
    Submission,
)

_numbers = itertools.count(1)


def make_user(name: str = "Sam Okafor", *, role: Role | None = None, **fields: Any) -> User:
    """Make an account that can be signed in to by `client.force_login`."""
    user = User.objects.create_user(fields.pop("email", f"person{next(_numbers)}@trust.example"), name=name, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role.name))
    return user


def make_department(name: str = "Emergency medicine") -> Department:
    return Department.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"))[0]


def make_site(name: str = "Riverside Hospital") -> Site:
    return Site.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"))[0]


def make_collection(name: str = "Research papers", *, parent: Collection | None = None) -> Collection:
    return Collection.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"), parent=parent)[0]


def make_record(
    title: str = "Falls on a frailty ward",
    *,
    authors: tuple[str, ...] = ("Smith, Jane",),
    identifiers: tuple[tuple[str, str], ...] = (),
    subjects: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    **fields: Any,
) -> Record:
    """Make a record, published unless a status is given, with its contributors, and findable in the search.

    What is submitted stands in the queue, unclaimed.
    """
    fields = {"type": "article", "status": "published", "issued": "2020-02", **fields}
    if fields["status"] in ("published", "replaced", "withdrawn"):
        fields.setdefault("published_at", timezone.now())
    record = Record.objects.create(title=title, **fields)
    for position, author in enumerate(authors):
        family, _, given = author.partition(", ")
        contributor, _ = Contributor.objects.get_or_create(family_name=family, given_names=given)
        Contribution.objects.create(record=record, contributor=contributor, position=position, credited_as=author)
    for scheme, value in identifiers:
        Identifier.objects.create(record=record, scheme=scheme, value=value)
    for position, label in enumerate(subjects):
        term, _ = SubjectTerm.objects.get_or_create(scheme="mesh", label=label)
        RecordSubject.objects.create(record=record, term=term, position=position)
    record.tags.add(*tags)
    openings.note([record])
    if record.status == "submitted":
        Submission.objects.create(record=record, sent_by=record.depositor)
    indexing.refresh([record])
    return record


def make_lesson(
    sentence: str = "When a patient moves ward, phone the next of kin, because they find an empty bed.",
    *,
    tags: tuple[str, ...] = (),
    **fields: Any,
) -> Lesson:
    """Make a lesson, published unless a status is given, findable in the search."""
    fields = {"status": "published", "happened_on": datetime.date(2024, 5, 14), **fields}
    lesson = Lesson.objects.create(sentence=sentence, **fields)
    lesson.tags.add(*tags)
    indexing.refresh([lesson])
    return lesson


def make_session(title: str = "Winter pressures cafe", **fields: Any) -> Session:
    """Make a one-hour session, published and a week from now unless said otherwise, findable in the search."""
    starts = fields.pop("starts_at", timezone.now() + datetime.timedelta(days=7))
    fields = {"kind": Kind.CAFE, "status": "published", "ends_at": starts + datetime.timedelta(hours=1), **fields}
    session = Session.objects.create(title=title, starts_at=starts, **fields)
    indexing.refresh([session])
    return session
