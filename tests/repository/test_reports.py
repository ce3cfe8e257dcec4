"""What the dashboards ask of the repository."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from repository import reports
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def test_what_is_counted_and_for_whom(staff, librarian, km_lead):
    for status in ("draft", "submitted", "submitted", "published", "published", "published", "withdrawn"):
        make_record(status=status)
    counts = [reports.counts_for(user) for user in (AnonymousUser(), staff, km_lead, librarian)]
    assert counts == [(3, 0), (3, 0), (3, 0), (3, 2)]


def test_newest_are_those_that_were_published_last():
    for number, title in enumerate(("Second", "First", "Third")):
        day = {"Second": 2, "First": 3, "Third": 1}[title]
        make_record(title, issued=f"200{number}", published_at=datetime.datetime(2024, 5, day, tzinfo=datetime.UTC))
    make_record("Draft", status="draft")
    make_record("Gone", status="withdrawn")
    assert [record.title for record in reports.newest(2)] == ["First", "Second"]


def test_unfinished_are_ones_own_what_changed_last_first(depositor, staff):
    for number, (title, status) in enumerate(
        [("Old draft", "draft"), ("Waiting", "submitted"), ("Done", "published"), ("Gone", "withdrawn")]
    ):
        changed = datetime.datetime(2024, 5, 1 + number, tzinfo=datetime.UTC)
        make_record(title, status=status, depositor=depositor, changed_at=changed)
    make_record("Another's", status="draft", depositor=staff)
    assert [record.title for record in reports.unfinished_of(depositor, 5)] == ["Waiting", "Old draft"]
    assert [record.title for record in reports.unfinished_of(depositor, 1)] == ["Waiting"]
