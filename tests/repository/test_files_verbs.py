"""Adding, describing, ordering and removing files: who may, what the history says, and that nothing is half done."""

import errno
import os
import threading

import pytest
from django.db import connection

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import indexing
from repository import file_store, files
from repository.file_store import RefusedFile
from repository.models import Record, RecordFile, StoredContent
from tests import documents
from tests.builders import make_record

pytestmark = pytest.mark.django_db
PDF = documents.pdf("Many fall.")


def draft(depositor):
    return make_record(status="draft", depositor=depositor)


def on_disk(settings):
    return sorted(path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def names(record):
    return [file.name for file in RecordFile.objects.filter(record=record)]


def history(record):
    """Return what the edits of the record changed: part, before and after."""
    changes = [change for edit in Edit.objects.of(record) for change in changes_of(edit)]
    return [(change.part, change.before, change.after) for change in changes]


def test_a_file_is_added_behind_the_others_and_waits_to_be_read(depositor, settings):
    record = draft(depositor)
    first = files.add(record, documents.upload("poster.pdf", PDF), by=depositor, description="As printed")
    second = files.add(record, documents.upload("data.csv", b"ward,falls\n"), by=depositor)
    assert [(file.name, file.position, file.size, file.content_type, file.uploaded_by) for file in (first, second)] == [
        ("poster.pdf", 0, len(PDF), "application/pdf", depositor), ("data.csv", 1, 11, "text/csv", depositor),
    ]  # fmt: skip
    assert on_disk(settings) == sorted([first.sha256, second.sha256])
    assert set(StoredContent.objects.values_list("extraction", flat=True)) == {"waiting"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'sha256' FROM procrastinate_jobs WHERE task_name LIKE '%read_content' ORDER BY id"
        )
        assert [row[0] for row in cursor.fetchall()] == [first.sha256, second.sha256]


def test_what_reviewers_have_seen_keeps_its_history(librarian):
    record = make_record(status="submitted")
    file = files.add(record, documents.upload("poster.pdf", PDF), by=librarian, description="As printed")
    files.add(record, documents.upload("data.csv", b"ward,falls\n"), by=librarian)
    files.remove(file, by=librarian)
    both = "poster.pdf: As printed\ndata.csv"
    assert history(record) == [
        ("files", "", "poster.pdf: As printed"),
        ("files", "poster.pdf: As printed", both),
        ("files", both, "data.csv"),
    ]


def test_the_same_content_is_kept_once_and_a_record_takes_it_once(depositor, settings):
    record, other = draft(depositor), draft(depositor)
    added = [files.add(one, documents.upload("a.pdf", PDF), by=depositor) for one in (record, other)]
    with pytest.raises(RefusedFile, match="This file is here already"):
        files.add(record, documents.upload("b.pdf", PDF), by=depositor)
    assert (names(record), on_disk(settings)) == (["a.pdf"], [added[0].sha256])


def test_the_same_name_gets_a_number(depositor):
    record = draft(depositor)
    for text in (b"one", b"two"):
        files.add(record, documents.upload("a.txt", text), by=depositor)
    assert names(record) == ["a.txt", "a (2).txt"]


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "published", "withdrawn"])
def test_who_may_add_files(status, depositor, staff, facilitator, librarian, settings):
    record = make_record(status=status, depositor=depositor)
    may = set()
    for name, user in {"owner": depositor, "staff": staff, "facilitator": facilitator, "librarian": librarian}.items():
        try:
            files.add(record, documents.upload(f"{name}.txt", name.encode()), by=user)
            may.add(name)
        except NotAllowed as refusal:
            assert str(refusal) == "You cannot change the files of this record now."
    assert may == {
        "draft": {"owner"}, "submitted": {"librarian"}, "returned": {"owner"}, "published": {"librarian"},
        "withdrawn": set(),
    }[status]  # fmt: skip
    assert len(on_disk(settings)) == len(may)


def test_what_was_sent_in_while_an_upload_was_under_way_takes_no_file(depositor, settings):
    begun = draft(depositor)
    Record.objects.filter(pk=begun.pk).update(status="submitted")
    with pytest.raises(NotAllowed, match="You cannot change the files of this record now"):
        files.add(begun, documents.upload("late.pdf", PDF), by=depositor)
    assert (names(begun), on_disk(settings)) == ([], [])


def test_what_was_published_meanwhile_keeps_its_files(librarian):
    record = make_record(status="submitted")
    file = files.add(record, documents.upload("a.pdf", PDF), by=librarian)
    Record.objects.filter(pk=record.pk).update(status="published")
    with pytest.raises(NotAllowed, match="Make a new version of the record"):
        files.remove(file, by=librarian)
    assert names(record) == ["a.pdf"]


def test_a_refused_file_leaves_nothing(depositor, settings):
    record = draft(depositor)
    for name, content in (("a.exe", b"MZ"), ("a.pdf", b""), ("a.pdf", b"MZ"), ("\u202e", PDF)):
        with pytest.raises(RefusedFile):
            files.add(record, documents.upload(name, content), by=depositor)
    assert (names(record), on_disk(settings), history(record)) == ([], [], [])


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_nothing_half_done(depositor, settings, monkeypatch, call):
    record = draft(depositor)
    real, good_calls = getattr(os, call), 0

    def full(*arguments):
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, call, full)
    while not names(record):
        left = good_calls
        try:
            files.add(record, documents.upload("a.pdf", PDF), by=depositor)
        except RefusedFile as refusal:
            assert str(refusal).startswith("The portal has no room for this file now.")
            assert (names(record), on_disk(settings), StoredContent.objects.count()) == ([], [], 0)
            good_calls += 1
    assert (names(record), good_calls > 0) == (["a.pdf"], True)


def test_a_search_that_fails_takes_the_whole_addition_back(depositor, settings, monkeypatch):
    record = draft(depositor)

    def fail(things):
        raise RuntimeError("the index is broken")

    monkeypatch.setattr(indexing, "refresh", fail)
    with pytest.raises(RuntimeError):
        files.add(record, documents.upload("a.pdf", PDF), by=depositor)
    assert (names(record), on_disk(settings), StoredContent.objects.count()) == ([], [], 0)


def test_files_are_put_in_order(depositor, staff):
    record = draft(depositor)
    a, b, c = (files.add(record, documents.upload(f"{name}.txt", name.encode()), by=depositor) for name in "abc")
    files.reorder(record, by=depositor, order=[c.pk, 999_999, a.pk])
    assert names(record) == ["c.txt", "a.txt", "b.txt"]
    b.refresh_from_db()
    files.move(b, by=depositor, places=-1)
    assert names(record) == ["c.txt", "b.txt", "a.txt"]
    b.refresh_from_db()
    files.move(b, by=depositor, places=5)
    assert names(record) == ["c.txt", "a.txt", "b.txt"]
    with pytest.raises(NotAllowed):
        files.reorder(record, by=staff, order=[b.pk])
    assert names(record) == ["c.txt", "a.txt", "b.txt"]


def test_a_file_is_described_and_kept_for_staff(depositor, staff):
    record = draft(depositor)
    file = files.add(record, documents.upload("a.pdf", PDF), by=depositor)
    files.describe(file, by=depositor, description="The poster", audience="staff")
    file.refresh_from_db()
    assert (file.description, file.audience) == ("The poster", "staff")
    with pytest.raises(NotAllowed):
        files.describe(file, by=staff, description="Mine now")
    RecordFile.objects.filter(pk=file.pk).update(audience="library", embargo_until="2030-01-01", audience_after="open")
    files.describe(file, by=depositor, description="The poster", audience="open")
    file.refresh_from_db()
    assert file.audience == "library"


def test_removing_a_file_removes_its_content_unless_another_has_it(
    depositor, settings, django_capture_on_commit_callbacks
):
    record, other = draft(depositor), draft(depositor)
    file = files.add(record, documents.upload("a.pdf", PDF), by=depositor)
    same = files.add(other, documents.upload("b.pdf", PDF), by=depositor)
    with django_capture_on_commit_callbacks(execute=True):
        files.remove(file, by=depositor)
    assert (names(record), on_disk(settings)) == ([], [same.sha256])
    with django_capture_on_commit_callbacks(execute=True):
        files.remove(same, by=depositor)
    assert (on_disk(settings), StoredContent.objects.count()) == ([], 0)


@pytest.mark.parametrize("status", ["published", "replaced"])
def test_what_readers_have_seen_stays(status, depositor, librarian, settings):
    record = make_record(depositor=depositor)
    file = files.add(record, documents.upload("a.pdf", PDF), by=librarian)
    Record.objects.filter(pk=record.pk).update(status=status)
    file.refresh_from_db()
    with pytest.raises(NotAllowed, match="Make a new version of the record"):
        files.remove(file, by=librarian)
    assert (names(record), on_disk(settings)) == (["a.pdf"], [file.sha256])


@pytest.mark.django_db(transaction=True)
def test_adding_what_somebody_removes_at_the_same_time_never_loses_it(settings):
    records = [make_record(status="submitted") for _ in range(4)]
    for _ in range(5):
        file = files.add(records[0], documents.upload("a.txt", b"the same"), by=None)

        def add(record):
            files.add(record, documents.upload("a.txt", b"the same"), by=None)
            connection.close()

        def remove(file=file):
            files.remove(file, by=None)
            connection.close()

        threads = [threading.Thread(target=add, args=[record]) for record in records[1:]]
        threads.append(threading.Thread(target=remove))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert RecordFile.objects.count() == 3
        assert on_disk(settings) == [file.sha256]
        for left in RecordFile.objects.select_related("record"):
            files.remove(left, by=None)
        assert (StoredContent.objects.count(), on_disk(settings)) == (0, [])
    assert file_store.path_of(file.sha256).exists() is False
