"""The one way in which what a record says is changed: history, stamp and search together."""

import pytest

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.search.models import SearchDocument
from repository import editing
from repository.models import Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def test_a_change_is_told_in_the_history_and_found_in_the_search(librarian):
    record = make_record("Falls", tags=("night",))
    with editing.edit(record, by=librarian, reason="Bulk edit of 2 records") as fresh:
        fresh.title = "Falls at night"
        fresh.tags.set(["night", "ward"])
    edit = Edit.objects.get()
    assert (edit.by, edit.reason, [change.sentence for change in changes_of(edit)]) == (
        librarian,
        "Bulk edit of 2 records",
        ["changed the title from “Falls” to “Falls at night”", "changed the tags from “night” to “night, ward”"],
    )
    assert Record.objects.get().changed_at > record.changed_at
    assert SearchDocument.objects.get(kind="record", object_id=record.pk).title == "Falls at night"


def test_no_change_leaves_no_trace(librarian):
    record = make_record("Falls")
    record.refresh_from_db()
    with editing.edit(record, by=librarian) as fresh:
        fresh.title = "Falls"
    assert (Edit.objects.count(), Record.objects.get().changed_at) == (0, record.changed_at)


def test_an_error_undoes_everything(librarian):
    record = make_record("Falls", tags=("night",))
    with pytest.raises(ValueError, match="half way"), editing.edit(record, by=librarian) as fresh:
        fresh.title = "Falls at night"
        fresh.tags.clear()
        raise ValueError("half way")
    record = Record.objects.get()
    assert (record.title, list(record.tags.names()), Edit.objects.count()) == ("Falls", ["night"], 0)


@pytest.mark.parametrize(
    ("status", "person", "is_told"),
    [
        ("draft", "depositor", False),
        ("returned", "depositor", False),
        ("draft", "librarian", True),
        ("draft", None, True),
        ("published", "depositor", True),
    ],
)
def test_only_depositors_who_write_their_own_paper_leave_no_history(status, person, is_told, request, depositor):
    record = make_record("Falls", status=status, depositor=depositor)
    with editing.edit(record, by=person and request.getfixturevalue(person)) as fresh:
        fresh.title = "Falls at night"
    assert Edit.objects.exists() is is_told
    assert Record.objects.get().changed_at > record.changed_at
