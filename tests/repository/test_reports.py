"""What the dashboards ask of the repository."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from repository import reports
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def test_what_is_counted_and_for_whom(staff, librarian, library_manager, km_lead):
    states = ("draft", "submitted", "submitted", "accepted", "published", "published", "published", "withdrawn")
    for status in states:
        make_record(status=status)
    make_record(audience="staff")
    make_record(audience="library")
    people, today = (staff, km_lead, librarian, library_manager), datetime.date(2026, 5, 1)
    assert {user.name: tuple(reports.counts_for(user, today)) for user in people} == {
        "Stella Staff": (4, 0, 0, 0),
        "Kim Lead": (4, 0, 0, 0),
        "Libby Librarian": (5, 2, 0, 0),
        "Maya Manager": (5, 2, 1, 0),
    }
    assert reports.counts_for(AnonymousUser(), today) == (3, 0, 0, 0)


def test_what_is_overdue_is_counted_for_its_owner(staff, librarian):
    today = datetime.date(2026, 5, 1)
    for owner, due in ((staff, 29), (staff, 30), (librarian, 30), (None, 30)):
        make_record(type="policy", owner=owner, next_review=datetime.date(2026, 4, due))
    make_record(type="policy", owner=staff, next_review=today)
    make_record(type="policy", owner=staff, next_review=datetime.date(2026, 4, 1), status="draft")
    assert [reports.counts_for(user, today).overdue for user in (staff, librarian, AnonymousUser())] == [2, 1, 0]


def test_newest_are_those_that_were_published_last_and_that_the_reader_may_see(staff, librarian):
    def day(number: int) -> datetime.datetime:
        return datetime.datetime(2024, 5, number, tzinfo=datetime.UTC)

    for number, title in enumerate(("Second", "First", "Third")):
        make_record(title, issued=f"200{number}", published_at=day({"Second": 2, "First": 3, "Third": 1}[title]))
    make_record("Draft", status="draft")
    make_record("Gone", status="withdrawn")
    make_record("For staff", audience="staff", published_at=day(4))
    make_record("For the library", audience="library", published_at=day(5))
    newest = {
        user: [record.title for record in reports.newest(user, 2)] for user in (AnonymousUser(), staff, librarian)
    }
    assert list(newest.values()) == [
        ["First", "Second"],
        ["For staff", "First"],
        ["For the library", "For staff"],
    ]


def test_unfinished_are_ones_own_what_changed_last_first(depositor, staff):
    states = [
        ("Old draft", "draft"),
        ("Waiting", "submitted"),
        ("Returned", "returned"),
        ("Accepted", "accepted"),
        ("Done", "published"),
        ("Gone", "withdrawn"),
        ("Refused", "rejected"),
    ]
    for number, (title, status) in enumerate(states):
        changed = datetime.datetime(2024, 5, 1 + number, tzinfo=datetime.UTC)
        make_record(title, status=status, depositor=depositor, changed_at=changed)
    make_record("Another's", status="draft", depositor=staff)
    make_record("Entered for another", status="draft", depositor=staff, entered_by=depositor)
    assert [(record.title, record.page) for record in reports.unfinished_of(depositor, 9)] == [
        ("Entered for another", "repository:edit"),
        ("Accepted", "repository:record"),
        ("Returned", "repository:edit"),
        ("Waiting", "repository:record"),
        ("Old draft", "repository:edit"),
    ]
    assert [record.title for record in reports.unfinished_of(depositor, 1)] == ["Entered for another"]
