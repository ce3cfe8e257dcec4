"""Deciding about what an import set aside: left out, added after all, or used to complete our record."""

import threading

import pytest
from django.db import connections

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from repository.intake import completing, deciding, undoing
from repository.intake.deciding import decide, decide_all
from repository.models import AffiliationRule, BatchRow, Contributor, ImportBatch, Record
from repository.models.batch import BatchState, Decision
from repository.status import Status
from tests.builders import make_collection, make_department, make_record, make_user
from tests.repository.intake.loads import counts, load_batch, rows_of
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db

DOI = "LID - 10.5555/ward.1 [doi]"


@pytest.fixture
def ours():
    """Give a record of ours that says little."""
    return make_record("Handover at the bedside", authors=(), issued="", identifiers=(("doi", "10.5555/ward.1"),))


@pytest.fixture
def batch(ours):
    """Give an import that set one entry aside, and added another."""
    entry = nbib(101, lines=[DOI, "AB  - BACKGROUND: Handover is short.", "MH  - *Patient Handoff", "OT  - bedside"])
    return load_batch(entry, nbib(102, "Falls at night"))


def row_of(batch):
    return batch.rows.undecided().get()


def test_what_is_left_out_is_settled_and_changes_nothing(batch, librarian):
    before = list(Record.objects.order_by("pk").values())
    assert decide([row_of(batch)], Decision.LEAVE, by=librarian) == 1
    row = batch.rows.get(kind="duplicate")
    assert (row.decision, row.decided_by, row.record) == ("leave", librarian, None)
    assert list(Record.objects.order_by("pk").values()) == before
    batch.refresh_from_db()
    assert counts(batch) == {"added": 1, "duplicates": 1}


def test_what_is_added_is_a_record_as_if_nothing_had_stood_in_its_way(batch, librarian):
    assert decide([row_of(batch)], Decision.ADD, by=librarian) == 1
    record = Record.objects.latest("pk")
    assert (record.title, record.status, record.depositor) == ("Handover at the bedside", "submitted", librarian)
    assert (record.imported_from.batch, record.imported_from.source, record.imported_from.key) == (
        batch, "pubmed", "101",
    )  # fmt: skip
    batch.refresh_from_db()
    assert counts(batch) == {"added": 2}
    assert rows_of(batch) == [
        ("duplicate", 1, "Handover at the bedside", "add"),
        ("added", 14, "Falls at night", ""),
    ]
    # What its source changes later is taken over.
    assert counts(load_batch(nbib(101, "Handover, changed", lines=[DOI]))) == {"updated": 1}


def test_what_is_added_goes_where_rules_and_the_batch_say(ours, librarian):
    batch = load_batch(
        nbib(101, lines=[DOI, "AD  - Riverside Hospital."]), collection=make_collection("Papers"), publish=True
    )
    AffiliationRule.objects.create(text="Riverside", department=make_department("Older people"))
    decide([row_of(batch)], Decision.ADD, by=librarian)
    record = Record.objects.latest("pk")
    assert (record.status, record.collection.name, record.department.name) == ("published", "Papers", "Older people")


def test_a_department_that_is_gone_since_is_in_nobodys_way(ours, librarian):
    department = make_department("Older people")
    AffiliationRule.objects.create(text="Riverside", department=department)
    entries = [nbib(101, lines=[DOI, "AD  - Riverside."]), nbib(102, lines=[DOI, "AD  - Riverside."])]
    batch = load_batch(*entries)
    department.delete()
    first, second = batch.rows.undecided().order_by("line")
    decide([first], Decision.ADD, by=librarian)
    decide([second], Decision.COMPLETE, by=librarian)
    assert [row.decision for row in batch.rows.order_by("line").filter(kind="duplicate")] == ["add", "complete"]


def test_the_same_item_twice_in_a_file_can_be_two_records(librarian):
    batch = load_batch(nbib(101), nbib(101))
    decide_all(batch, "duplicate", Decision.ADD, by=librarian)
    assert Record.objects.filter(title="Handover at the bedside").count() == 2


def test_our_record_gets_what_it_lacks_and_keeps_what_it_says(batch, ours, librarian):
    assert decide([row_of(batch)], Decision.COMPLETE, by=librarian) == 1
    ours.refresh_from_db()
    assert (ours.title, ours.issued, ours.abstract) == (
        "Handover at the bedside", "2021-03", "BACKGROUND: Handover is short.",
    )  # fmt: skip
    assert [credit.credited_as for credit in ours.contributions.all()] == ["Okafor, Ngozi"]
    assert [subject.term.label for subject in ours.subjects.all()] == ["Patient Handoff"]
    assert [tag.name for tag in ours.tags.all()] == ["bedside"]
    assert sorted(ours.identifiers.values_list("scheme", "value")) == [("doi", "10.5555/ward.1"), ("pmid", "101")]
    edit = Edit.objects.get()
    assert (edit.thing, edit.by, edit.reason) == (ours, librarian, "Completed from alert.nbib")
    assert [change.part for change in changes_of(edit)][:3] == ["contributors", "abstract", "issued"]
    batch.refresh_from_db()
    assert counts(batch) == {"added": 1, "duplicates": 1}


def test_what_completed_a_record_can_be_taken_back_save_what_was_changed_since(batch, ours, librarian):
    decide([row_of(batch)], Decision.COMPLETE, by=librarian)
    row = batch.rows.get(kind="duplicate")
    Record.objects.filter(pk=ours.pk).update(abstract="Ours now.")
    completing.take_back(ours, row.said, row.before, by=librarian, reason="Wrong")
    ours.refresh_from_db()
    assert (ours.abstract, ours.issued, ours.container_title) == ("Ours now.", "", "")
    assert (ours.contributions.count(), ours.subjects.count(), ours.tags.count()) == (0, 0, 0)
    assert list(ours.identifiers.values_list("scheme", "value")) == [("doi", "10.5555/ward.1")]
    # Who and what is named on “Falls at night” stays.
    assert [str(person) for person in Contributor.objects.all()] == ["Ngozi Okafor"]
    assert not Record.tags.exists()


@pytest.mark.parametrize(
    ("what_happened", "sentence"),
    [
        (lambda ours: ours.delete(), "The record that line 1 resembles is no longer here."),
        (lambda ours: Record.objects.update(status=Status.DRAFT, depositor=make_user()), "is no longer here"),
        (lambda ours: Record.objects.filter(pk=ours.pk).update(status=Status.WITHDRAWN), "You may not change record"),
    ],
)
def test_a_record_that_went_meanwhile_is_not_completed(batch, ours, librarian, what_happened, sentence):
    row = row_of(batch)
    what_happened(ours)
    with pytest.raises(NotAllowed, match=sentence):
        decide([row], Decision.COMPLETE, by=librarian)
    row.refresh_from_db()
    assert (row.decision, Edit.objects.count()) == ("", 0)


def test_of_many_those_whose_record_is_gone_are_passed_over(librarian):
    for number in (1, 2, 3):
        make_record(f"Ward study {number}", identifiers=(("pmid", str(number)),))
    batch = load_batch(*(nbib(number, f"Ward study {number}") for number in (1, 2, 3)))
    Record.objects.get(title="Ward study 2").delete()
    told = []
    assert decide_all(batch, "duplicate", Decision.COMPLETE, by=librarian, after_chunk=told.append) == 2
    assert told == [2]
    assert rows_of(batch) == [
        ("duplicate", 1, "Ward study 1", "complete"),
        ("duplicate", 10, "Ward study 2", ""),
        ("duplicate", 19, "Ward study 3", "complete"),
    ]


def test_of_all_of_a_kind_only_that_kind_is_decided(ours, librarian, monkeypatch):
    monkeypatch.setattr(deciding, "CHUNK", 1)
    make_record("Falls at night", issued="2021", authors=("Okafor, Ngozi",))
    batch = load_batch(nbib(101, lines=[DOI]), nbib(102, "Falls at nights"), nbib(101, lines=[DOI]))
    assert decide_all(batch, "duplicate", Decision.LEAVE, by=librarian) == 2
    assert [row[3] for row in rows_of(batch)] == ["leave", "", "leave"]


def test_who_may_not_import_decides_nothing(batch, staff):
    for attempt in (
        lambda: decide([row_of(batch)], Decision.ADD, by=staff),
        lambda: decide_all(batch, "duplicate", Decision.COMPLETE, by=staff),
    ):
        with pytest.raises(NotAllowed, match="permission to import"):
            attempt()
    assert row_of(batch).decision == ""


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (BatchState.RUNNING, "Wait until the import has come to its end."),
        (BatchState.UNDOING, "This import is undone."),
        (BatchState.UNDONE, "This import is undone."),
    ],
)
def test_about_a_batch_that_goes_on_or_is_undone_nothing_is_decided(batch, librarian, state, sentence):
    ImportBatch.objects.update(state=state)
    before = Record.objects.count()
    for decision in Decision:
        with pytest.raises(NotAllowed, match=sentence):
            decide([row_of(batch)], decision, by=librarian)
    batch.refresh_from_db()
    with pytest.raises(NotAllowed, match=sentence):
        decide_all(batch, "duplicate", Decision.COMPLETE, by=librarian)
    assert (row_of(batch).decision, Record.objects.count()) == ("", before)


def test_what_is_decided_is_not_decided_again(batch, librarian, library_manager):
    row = row_of(batch)
    decide([row], Decision.LEAVE, by=librarian)
    assert decide([row], Decision.ADD, by=library_manager) == 0
    assert batch.rows.get(kind="duplicate").decided_by == librarian
    undoing.undo(batch, by=librarian)
    assert decide([row], Decision.ADD, by=library_manager) == 0


@pytest.mark.django_db(transaction=True)
def test_two_librarians_who_decide_at_once_make_one_record(librarian, library_manager):
    make_record("Handover at the bedside", identifiers=(("doi", "10.5555/ward.1"),))
    batch = load_batch(nbib(101, lines=[DOI]))
    row = row_of(batch)
    numbers, together = [], threading.Barrier(2)

    def press(user):
        try:
            together.wait(10)
            numbers.append(decide([row], Decision.ADD, by=user))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(user,)) for user in (librarian, library_manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (sorted(numbers), Record.objects.count()) == ([0, 1], 2)
    assert BatchRow.objects.filter(decision="add").count() == 1
