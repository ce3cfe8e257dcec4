"""Undoing an import: what nobody has seen goes, what readers had is withdrawn, and what was changed is as it was."""

import io

import pytest
from django.contrib.auth.models import Permission

from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.people import roles
from kmportal.search.models import SearchDocument
from repository import deposits, editing
from repository.intake import batches, deciding, undoing
from repository.intake.undoing import Foresight, foresee, staying, undo
from repository.models import AffiliationRule, Contributor, ImportBatch, ImportedFrom, Record, ReviewNote, Submission
from repository.models.batch import BatchState, Decision
from tests.builders import make_department, make_record, make_user
from tests.repository.intake.loads import counts, load_batch
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db


def titles(records):
    return sorted(record.title for record in records)


def test_what_nobody_has_seen_is_gone_with_its_names_tags_and_history(librarian):
    make_record("Ours", authors=("Smith, Jane",), tags=("wards",))
    batch = load_batch(nbib(101, authors=("Okafor, Ngozi", "Smith, Jane"), lines=["OT  - bedside", "OT  - wards"]))
    assert foresee(batch) == Foresight(deleted=1, withdrawn=0, put_back=0, stay=0)
    undo(batch, by=librarian)
    assert titles(Record.objects.all()) == ["Ours"]
    assert [str(person) for person in Contributor.objects.all()] == ["Jane Smith"]
    assert [tag.name for tag in Record.tags.all()] == ["wards"]
    assert (StatusChange.objects.count(), Submission.objects.count(), ImportedFrom.objects.count()) == (0, 0, 0)
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, counts(batch)) == ("undone", librarian, {"added": 1})
    assert batch.undone_at is not None


def test_what_readers_had_is_withdrawn_and_its_page_says_why(librarian, client):
    batch = load_batch(nbib(101), publish=True)
    assert foresee(batch) == Foresight(deleted=0, withdrawn=1, put_back=0, stay=0)
    undo(batch, by=librarian)
    record = Record.objects.get()
    assert (record.status, record.withdrawal_reason) == ("withdrawn", "other")
    page = client.get(record.get_absolute_url())
    assert (page.status_code, "The import that brought it was undone." in page.text) == (410, True)
    assert not SearchDocument.objects.filter(kind="record").exists()
    assert list(staying(batch)) == []


def test_the_same_file_can_be_imported_again_afterwards(librarian):
    undo(load_batch(nbib(101) + nbib(102, "Falls")), by=librarian)
    assert counts(load_batch(nbib(101) + nbib(102, "Falls"))) == {"added": 2}


def add_a_note(record, by):
    ReviewNote.objects.create(record=record, submission=record.submissions.get(), text="Who is this?", by=by)


def edit(record, by):
    with editing.edit(record, by=by, reason="Typo") as fresh:
        fresh.title = "Handover at the bed"


@pytest.mark.parametrize(
    "work",
    [
        edit,
        add_a_note,
        lambda record, by: deposits.move(record, "return", by=by, note="Add the abstract."),
        lambda record, by: Submission.objects.filter(record=record).update(reviewer=by),
        lambda record, by: make_record("Newer", first_version=record, version=2, status="draft"),
    ],
)
def test_what_somebody_has_worked_on_stays(librarian, work):
    batch = load_batch(nbib(101) + nbib(102, "Falls"))
    record = Record.objects.get(title="Handover at the bedside")
    work(record, librarian)
    assert foresee(batch) == Foresight(deleted=1, withdrawn=0, put_back=0, stay=1)
    undo(batch, by=librarian)
    assert [one.pk for one in staying(batch)] == [record.pk]
    assert not Record.objects.filter(title="Falls").exists()
    assert Record.objects.get(pk=record.pk).imported_from.batch == batch


def test_an_update_is_taken_back_and_what_was_edited_since_stays(librarian):
    first = load_batch(nbib(101, lines=["AB  - Short.", "OT  - bedside"]))
    second = load_batch(nbib(101, "Changed", ("Lee, Min",), lines=["AB  - Longer.", "OT  - ward"]))
    record = Record.objects.get()
    with editing.edit(record, by=librarian) as fresh:
        fresh.abstract = "Ours."
    assert foresee(second) == Foresight(deleted=0, withdrawn=0, put_back=1, stay=0)
    undo(second, by=librarian)
    record.refresh_from_db()
    assert (record.title, record.abstract) == ("Handover at the bedside", "Ours.")
    assert [credit.credited_as for credit in record.contributions.all()] == ["Okafor, Ngozi"]
    assert [tag.name for tag in record.tags.all()] == ["bedside"]
    assert (record.imported_from.batch, record.imported_from.outcome) == (first, "added")
    # The source's next word is a change again.
    assert counts(load_batch(nbib(101, "Changed"))) == {"updated": 1}


def test_import_after_import_can_be_undone_and_nothing_is_left(librarian):
    first = load_batch(nbib(101))
    second = load_batch(nbib(101, "Changed"))
    third = load_batch(nbib(101, "Changed again"))
    assert foresee(second) == Foresight(deleted=0, withdrawn=0, put_back=0, stay=1)
    for batch, title in ((third, "Changed"), (second, "Handover at the bedside")):
        undo(batch, by=librarian)
        assert Record.objects.get().title == title
    undo(first, by=librarian)
    assert (Record.objects.count(), Edit.objects.count()) == (0, 0)


def test_what_a_later_import_changed_is_left_to_that_import(librarian):
    first = load_batch(nbib(101) + nbib(102, "Falls"))
    second = load_batch(nbib(101, "Changed"))
    assert foresee(first) == Foresight(deleted=1, withdrawn=0, put_back=0, stay=1)
    undo(first, by=librarian)
    assert (titles(Record.objects.all()), titles(staying(first))) == (["Changed"], ["Changed"])
    undo(second, by=librarian)
    assert titles(staying(first)) == ["Handover at the bedside"]


def test_decisions_are_undone_too(librarian):
    ours = make_record("Handover at the bedside", authors=(), identifiers=(("pmid", "101"),))
    make_record("Falls", identifiers=(("pmid", "102"),))
    batch = load_batch(nbib(101, lines=["AB  - Short."]) + nbib(102, "Falls"))
    complete, add = batch.rows.order_by("line")
    deciding.decide([complete], Decision.COMPLETE, by=librarian)
    deciding.decide([add], Decision.ADD, by=librarian)
    assert foresee(batch) == Foresight(deleted=1, withdrawn=0, put_back=1, stay=0)
    undo(batch, by=librarian)
    ours.refresh_from_db()
    assert (ours.abstract, ours.contributions.count(), Record.objects.count()) == ("", 0, 2)


def test_a_completed_record_that_is_withdrawn_since_does_not_stop_the_undoing(librarian):
    ours = make_record("Handover at the bedside", identifiers=(("pmid", "101"),))
    batch = load_batch(nbib(101, lines=["AB  - Short."]) + nbib(102, "Falls"))
    deciding.decide_all(batch, "duplicate", Decision.COMPLETE, by=librarian)
    Record.objects.filter(pk=ours.pk).update(status="withdrawn")
    assert foresee(batch) == Foresight(deleted=1, withdrawn=0, put_back=0, stay=1)
    undo(batch, by=librarian)
    ours.refresh_from_db()
    assert (ours.abstract, batch.state, titles(staying(batch))) == ("Short.", "undone", ["Handover at the bedside"])


def test_a_department_that_is_gone_since_does_not_stop_the_undoing(librarian):
    department = make_department("Older people")
    rule = AffiliationRule.objects.create(text="Riverside", department=department)
    load_batch(nbib(101, lines=["AD  - Riverside."]))
    rule.delete()
    batch = load_batch(nbib(101, authors=("Lee, Min",)))
    Record.objects.update(department=None)
    department.delete()
    undo(batch, by=librarian)
    assert [credit.credited_as for credit in Record.objects.get().contributions.all()] == ["Okafor, Ngozi"]


def test_a_crash_in_the_middle_is_gone_on_from(librarian, monkeypatch):
    load_batch("".join(nbib(number, f"Ward study {number}") for number in (1, 2)))
    batch = load_batch("".join(nbib(number, f"Ward study number {number}") for number in range(1, 6)))
    monkeypatch.setattr(undoing, "CHUNK", 1)
    whole_take_over, told = undoing.take_over, []

    def crash(changes, **options):
        if changes[0].said["title"] == "Ward study 2":
            raise RuntimeError("the power is gone")
        whole_take_over(changes, **options)

    monkeypatch.setattr(undoing, "take_over", crash)
    with pytest.raises(RuntimeError):
        undo(batch, by=librarian, after_chunk=told.append)
    batch.refresh_from_db()
    assert (batch.state, told, foresee(batch)) == ("undoing", [1, 2, 3, 4], Foresight(0, 0, 1, 0))
    monkeypatch.setattr(undoing, "take_over", whole_take_over)
    undo(batch, by=librarian)
    batch.refresh_from_db()
    assert (batch.state, titles(Record.objects.all())) == ("undone", ["Ward study 1", "Ward study 2"])


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (BatchState.WAITING, "Wait until the import has come to its end."),
        (BatchState.RUNNING, "Wait until the import has come to its end."),
        (BatchState.UNDONE, "This import is undone."),
    ],
)
def test_what_goes_on_or_is_undone_is_not_undone(librarian, state, sentence):
    batch = load_batch(nbib(101))
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotAllowed, match=sentence):
        undo(batch, by=librarian)
    assert Record.objects.count() == 1


def test_who_may_not_import_or_withdraw_undoes_nothing(staff):
    batch = load_batch(nbib(101), publish=True)
    with pytest.raises(NotAllowed, match="permission to import"):
        undo(batch, by=staff)
    importer = make_user("Ina Importer", role=roles.STAFF)
    importer.user_permissions.add(Permission.objects.get(codename="import_records"))
    with pytest.raises(NotAllowed, match="permission to withdraw"):
        undo(batch, by=importer)
    batch.refresh_from_db()
    assert (batch.state, Record.objects.get().status) == ("done", "published")


def test_an_undone_file_is_not_run_again(librarian):
    batch = load_batch(nbib(101))
    undo(batch, by=librarian)
    with pytest.raises(NotAllowed, match="undone"):
        batches.run(batch, io.BytesIO(nbib(101).encode()))
    assert (batch.state, Record.objects.count()) == ("undone", 0)
