"""What the pages of colleagues show, beside seeded records: people, deposits, files, uses and pairs that look alike."""

import datetime
import itertools
import secrets

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from kmportal.people.models import Department, User
from kmportal.people.roles import LIBRARY_MANAGER
from repository import file_store
from repository.files import attach
from repository.models import Lookalike, Record, UseCount

MANAGER, DEPOSITOR = "manager@bench.example", "depositor@bench.example"
RECORDS_WITH_FILES = 40
FILES = 3
DEPOSITS = 200
DRAFTS = 10
PAIRS = 2_000
MONTHS = [datetime.date(year, month, 1) for year in (2025, 2026) for month in range(1, 13)]


def give() -> None:
    """Add all of it to a portal that has records."""
    manager, depositor = (
        User.objects.create_user(email, name=email.partition("@")[0]) for email in (MANAGER, DEPOSITOR)
    )
    manager.groups.add(Group.objects.get(name=LIBRARY_MANAGER.name))
    published = list(Record.objects.published().order_by("-pk")[: 2 * PAIRS])
    drafts = [Record(title=f"A draft, number {number}", type="poster", depositor=depositor) for number in range(DRAFTS)]
    Record.objects.bulk_create(drafts)
    Record.objects.filter(pk__in=[record.pk for record in published[:DEPOSITS]]).update(depositor=depositor)
    for record in [*published[:RECORDS_WITH_FILES], *drafts]:
        for number in range(FILES):
            text = f"What is said of {record.title}. {secrets.token_hex(10_000)}"
            attach(
                record, file_store.receive([text.encode()]), name=f"part-{number}.txt", media_type="text/plain", by=None
            )
    departments = list(Department.objects.order_by("pk")[:10])
    UseCount.objects.bulk_create(
        UseCount(record=record, month=month, department=department, views=7, downloads=2)
        for record, month, department in itertools.product(published[:RECORDS_WITH_FILES], MONTHS, departments)
    )
    kind = ContentType.objects.get_for_model(Record)
    numbers = sorted(record.pk for record in published)
    Lookalike.objects.bulk_create(
        Lookalike(content_type=kind, first_id=first, second_id=second, reason="Titles are 80% alike", likeness=0.8)
        for first, second in zip(numbers[::2], numbers[1::2], strict=False)
    )


def people() -> tuple[User, User]:
    """Return the library's manager and the depositor."""
    return User.objects.get(email=MANAGER), User.objects.get(email=DEPOSITOR)
