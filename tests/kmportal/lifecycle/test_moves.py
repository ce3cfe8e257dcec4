"""Moves in the database: state, history and permission together, or nothing."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle import moves
from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import MissingPermission, NotAllowed, WrongState
from repository.lifecycle import RECORD_LIFECYCLE
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def history(thing):
    return list(StatusChange.objects.of(thing).values_list("move", "source", "target", "by__name", "note"))


def test_a_move_changes_the_state_and_writes_the_history(librarian):
    record = make_record(status="draft")
    moves.perform(RECORD_LIFECYCLE, "submit", record, by=librarian)
    moves.perform(RECORD_LIFECYCLE, "return", record, by=librarian, note="Which ward?")
    record.refresh_from_db()
    assert record.status == "returned"
    assert history(record) == [
        ("submit", "draft", "submitted", "Libby Librarian", ""),
        ("return", "submitted", "returned", "Libby Librarian", "Which ward?"),
    ]


def test_the_portal_itself_may_make_every_legal_move():
    record = make_record(status="submitted")
    moves.perform(RECORD_LIFECYCLE, "publish", record, by=None)
    assert history(record) == [("publish", "submitted", "published", None, "")]


def test_whoever_may_not_move_changes_nothing(staff):
    record = make_record(status="submitted")
    with pytest.raises(MissingPermission):
        moves.perform(RECORD_LIFECYCLE, "publish", record, by=staff)
    record.refresh_from_db()
    assert (record.status, history(record)) == ("submitted", [])


def test_the_depositor_may_send_their_own_draft_and_nobody_elses(depositor, staff):
    record = make_record(status="draft", depositor=depositor)
    with pytest.raises(MissingPermission):
        moves.perform(RECORD_LIFECYCLE, "submit", record, by=staff)
    moves.perform(RECORD_LIFECYCLE, "submit", record, by=depositor)
    assert record.status == "submitted"


def test_of_two_who_press_at_once_the_second_is_told(librarian):
    record = make_record(status="submitted")
    stale = type(record).objects.get(pk=record.pk)
    moves.perform(RECORD_LIFECYCLE, "publish", record, by=librarian)
    with pytest.raises(WrongState):
        moves.perform(RECORD_LIFECYCLE, "publish", stale, by=librarian)
    assert len(history(record)) == 1


def test_whoever_moves_what_was_deleted_meanwhile_is_told(librarian):
    record = make_record(status="draft")
    stale = type(record).objects.get(pk=record.pk)
    record.delete()
    with pytest.raises(NotAllowed, match=r"^This is no longer here\.$"):
        moves.perform(RECORD_LIFECYCLE, "submit", stale, by=librarian)
    assert StatusChange.objects.count() == 0


def test_stamps_are_saved_with_the_state_and_the_thing_knows_them(librarian):
    record = make_record(status="submitted")
    day = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    moves.perform(RECORD_LIFECYCLE, "publish", record, by=librarian, stamps={"published_at": day})
    assert (record.status, record.published_at) == ("published", day)
    record.refresh_from_db()
    assert (record.status, record.published_at) == ("published", day)


def test_many_move_together_or_not_at_all(librarian):
    good, bad = make_record(status="submitted"), make_record(status="draft")
    with pytest.raises(WrongState):
        moves.perform_together(RECORD_LIFECYCLE, ["publish"], [good, bad], by=librarian)
    assert good.status == "submitted"
    good.refresh_from_db()
    assert (good.status, StatusChange.objects.count()) == ("submitted", 0)


@pytest.mark.parametrize("number", [3, 50])
def test_moving_many_takes_as_many_queries_as_moving_few(librarian, number):
    records = [make_record(status="submitted") for _ in range(number)]
    librarian.has_perm("repository.publish_record")  # asked once a request, whatever is moved
    with CaptureQueriesContext(
        connection,
    ) as queries:
        moves.perform_together(RECORD_LIFECYCLE, ["publish"], records, by=librarian)
    assert len(queries) == 5  # savepoint, lock, update, history, release
    assert {record.status for record in records} == {"published"}
