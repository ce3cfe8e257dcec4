"""Batches: what the worker does with a file, what becomes of it when that fails, and publishing what it brought."""

import io

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import reviews
from repository.intake import batches, deciding, undoing
from repository.models import ImportBatch, Record
from repository.models.batch import BatchState, Decision
from tests.builders import make_collection
from tests.repository.intake.loads import counts, load_batch, rows_of
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db


def test_every_entry_of_a_file_has_its_row():
    load_batch(nbib(1) + nbib(2, "Falls"))
    batch = load_batch(
        nbib(1), nbib(2, "Falls at night"), nbib(3, "Sleep", lines=["OT  - " + "k" * 120]), nbib("x", "Broken"), nbib(3)
    )
    assert counts(batch) == {"added": 1, "updated": 1, "unchanged": 1, "duplicates": 1, "rejected": 1}
    assert rows_of(batch) == [
        ("unchanged", 1, "Handover at the bedside", ""),
        ("updated", 10, "Falls at night", ""),
        ("warning", 19, "Sleep", ""),
        ("added", 19, "Sleep", ""),
        ("rejected", 29, "PMID x Broken.", ""),
        ("duplicate", 38, "Handover at the bedside", ""),
    ]
    titles = {row.kind: row.record and row.record.title for row in batch.rows.select_related("record")}
    assert titles == {
        "unchanged": "Handover at the bedside", "updated": "Falls at night", "warning": None, "added": "Sleep",
        "rejected": None, "duplicate": None,
    }  # fmt: skip


def test_a_batch_that_runs_again_has_each_row_once(librarian):
    load_batch(nbib(1))
    batch = load_batch(nbib(1, "Changed") + nbib(2, "Falls") + nbib(2, "Falls"))
    before = (counts(batch), rows_of(batch))
    batches.run(batch, io.BytesIO((nbib(1, "Changed") + nbib(2, "Falls") + nbib(2, "Falls")).encode()))
    batch.refresh_from_db()
    assert (counts(batch), rows_of(batch)) == before
    undoing.undo(batch, by=librarian)
    assert Record.objects.get().title == "Handover at the bedside"


def test_nothing_is_decided_or_undone_while_the_worker_will_try_the_file_again(librarian):
    batch = load_batch(nbib(1) + nbib(1))
    ImportBatch.objects.update(state=BatchState.FAILED)
    batch.refresh_from_db()
    number = jobs.later(batches_task(), batch_pk=batch.pk)
    for attempt in (
        lambda: deciding.decide_all(batch, "duplicate", Decision.ADD, by=librarian),
        lambda: undoing.undo(batch, by=librarian),
        lambda: batches.publish(batch, by=librarian),
    ):
        with pytest.raises(NotAllowed, match="Wait until the import has come to its end"):
            attempt()
    ProcrastinateJob.objects.filter(pk=number).update(status="failed")
    assert deciding.decide_all(batch, "duplicate", Decision.LEAVE, by=librarian) == 1


def batches_task():
    from repository.tasks import import_batch

    return import_batch


def test_what_waits_is_published_together(librarian):
    batch = load_batch("".join(nbib(number, f"Ward study {number}") for number in range(1, 6)))
    load_batch(nbib(9, "Of another import"))
    told = []
    assert batches.publish(batch, by=librarian, after_chunk=told.append) == 5
    assert (told, batches.waiting(batch).count()) == ([5], 0)
    assert list(Record.objects.exclude(status="published").values_list("title", flat=True)) == ["Of another import"]
    assert batches.publish(batch, by=librarian) == 0


def test_what_may_not_be_published_yet_is_passed_over(librarian, library_manager, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 4)
    batch = load_batch("".join(nbib(number, f"Ward study {number}") for number in range(1, 10)))
    records = list(Record.objects.order_by("pk"))
    reviews.claim(records[2].submissions.get(), by=library_manager)
    Record.objects.filter(pk=records[6].pk).update(collection=make_held_collection())
    told = []
    assert batches.publish(batch, by=librarian, after_chunk=told.append) == 7
    assert told == [3, 6, 7]
    assert [record.title for record in batches.waiting(batch)] == ["Ward study 3", "Ward study 7"]


def make_held_collection():
    collection = make_collection("Board papers")
    collection.needs_release = True
    collection.save()
    return collection


def test_who_may_not_publish_publishes_nothing_and_of_an_undone_import_nothing_is_published(staff, librarian):
    batch = load_batch(nbib(1))
    with pytest.raises(NotAllowed, match="permission to publish"):
        batches.publish(batch, by=staff)
    undoing.undo(batch, by=librarian)
    with pytest.raises(NotAllowed, match="This import is undone"):
        batches.publish(batch, by=librarian)


def test_publishing_stops_where_somebody_begins_to_undo_the_import(librarian, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 1)
    batch = load_batch(nbib(1) + nbib(2, "Falls"))
    with pytest.raises(NotAllowed, match="This import is undone"):
        batches.publish(
            batch, by=librarian, after_chunk=lambda number: ImportBatch.objects.update(state=BatchState.UNDOING)
        )
    assert sorted(Record.objects.values_list("status", flat=True)) == ["published", "submitted"]
