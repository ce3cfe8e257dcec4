"""Whatever changes of what harvesters are given, they hear of it: the record's datestamp moves."""

import datetime

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from taggit.models import Tag

from kmportal.people.models import Department
from kmportal.search import upkeep
from repository import deposits, editing, embargoes, files, openings, restricting, versions
from repository.access import listed_records
from repository.audience import Audience
from repository.curation import bulk, names, words
from repository.curation.plans import Plan
from repository.models import Collection, Contributor, Identifier, Record, SubjectTerm
from repository.oai.records import NOBODY
from tests.builders import make_collection, make_department, make_record
from tests.desk import save
from tests.repository.intake.test_importing import load, nbib
from tests.repository.oai.asking import ask, headers
from tests.repository.test_admin import sent
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

LONG_AGO = datetime.datetime(2024, 3, 5, 12, tzinfo=datetime.UTC)
RETRACTION = {"kind": "retraction", "text": "J Ward Work. 2025;1:2", "pmid": ""}
ORCID = "0000-0002-1825-0097"


@pytest.fixture
def desk(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def record(db):
    """A record with all that is named in other lists, and two files."""
    collection = make_collection("Nursing", parent=make_collection("Research"))
    made = make_record(
        subjects=("Ageing",), tags=("stumbles",), collection=collection, department=make_department("Quokka")
    )
    for position, name in enumerate(("one.txt", "two.txt")):
        attach(made, name, f"Words of {name}", position=position)
    Record.objects.update(changed_at=LONG_AGO)
    return made


def run_waiting():
    """Do what waits in the queue for the search, in this transaction."""
    for job in ProcrastinateJob.objects.filter(task_name="kmportal.search.tasks.refresh_what_names"):
        upkeep.refresh_what_names(**job.args)


def by_edit(change):
    def act(record, people):
        with editing.edit(record, by=people["librarian"]) as fresh:
            change(fresh)

    return act


def rename(model, **fields):
    def act(record, people):
        thing = model.objects.get(**fields)
        form = {"name": "Zebra", "slug": thing.slug, "parent": "", "position": "0"}
        assert save(people["desk"], f"/admin/{model._meta.label_lower.replace('.', '/')}/{thing.pk}/change/", form)
        run_waiting()

    return act


def to_an_editor(record):
    record.contributions.update(role="editor")


def bulk_edit(record, people):
    posters = make_collection("Posters")
    bulk.run(bulk.begin([record.pk], Plan(columns={"collection_id": posters.pk}), by=people["librarian"]))


def embargo_lifts(record, people):
    """A file's embargo that was set long ago ends by itself."""
    file = record.files.first()
    embargoes.set(file, until=timezone.localdate() + datetime.timedelta(days=1), by=people["librarian"])
    Record.objects.update(changed_at=LONG_AGO)
    assert embargoes.lift_due(timezone.now() + datetime.timedelta(days=2)) == 1


def other_person(record):
    return Contributor.objects.create(family_name="Smith", given_names="J")


CHANGES = {
    "its title": by_edit(lambda record: setattr(record, "title", "Another")),
    "its identifiers": by_edit(lambda record: Identifier.objects.create(record=record, scheme="pmid", value="7")),
    "a notice of its retraction": by_edit(lambda record: setattr(record, "notices", [RETRACTION])),
    "its tags": by_edit(lambda record: record.tags.add("falls")),
    "an author who is an editor": by_edit(to_an_editor),
    "a file's name for readers": lambda record, people: files.describe(
        record.files.first(), by=people["librarian"], description="The paper"
    ),
    "the order of its files": lambda record, people: files.move(record.files.first(), by=people["librarian"], places=1),
    "who may read a file": lambda record, people: restricting.restrict(
        record.files.first(), audience=Audience.STAFF, by=people["librarian"]
    ),
    "the end of a file's embargo": embargo_lifts,
    "many at once": bulk_edit,
    "the name of its department": rename(Department, name="Quokka"),
    "the name of its collection": rename(Collection, name="Nursing"),
    "the name of the collection above": rename(Collection, name="Research"),
    "the name of its tag": rename(Tag, name="stumbles"),
    "two authors who are one": lambda record, people: names.merge(
        kept=other_person(record), merged=record.contributions.get().contributor, by=people["librarian"]
    ),
    "two headings that are one": lambda record, people: words.merge_subjects(
        kept=SubjectTerm.objects.create(scheme="mesh", label="Aging"),
        merged=SubjectTerm.objects.get(label="Ageing"),
        by=people["librarian"],
    ),
    "two tags that are one": lambda record, people: words.merge_tags(
        kept=Tag.objects.create(name="falls"), merged=Tag.objects.get(name="stumbles"), by=people["librarian"]
    ),
    "an author's ORCID iD that an import brings": lambda record, people: load(
        nbib("7", "Another work", ("Smith, Jane",), [f"AUID- ORCID: {ORCID}"])
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_datestamp_moves_with(client, record, desk, librarian, change):
    CHANGES[change](record, {"librarian": librarian, "desk": desk})
    told = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", since="2026-01-01")
    assert dict(headers(told))[record.pk] == ""


def test_undone_merges_move_it_too(client, record, librarian):
    done = [
        (names.undo_merge, CHANGES["two authors who are one"]),
        (words.undo_merge_subjects, CHANGES["two headings that are one"]),
        (words.undo_merge_tags, CHANGES["two tags that are one"]),
    ]
    for undo, merge in done:
        operation = merge(record, {"librarian": librarian})
        Record.objects.update(changed_at=LONG_AGO)
        assert undo(operation, by=librarian) == []
        assert Record.objects.get().changed_at > LONG_AGO


def test_what_nobody_is_told_leaves_it(client, record, librarian):
    with editing.edit(record, by=librarian) as fresh:
        fresh.embargo_warned_of = timezone.localdate()
    assert Record.objects.get().changed_at == LONG_AGO


def opened():
    return set(Record.objects.exclude(opened_at=None).values_list("title", flat=True))


def test_a_record_is_noted_as_open_once_everybody_can_read_it(librarian, library_manager, depositor):
    """By whichever way it comes before them, and never again."""
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    waits = make_record("Waits", status="submitted")
    closed, mass = (make_record(title, audience="staff") for title in ("Closed", "In a mass"))
    kept = make_record("Kept back", audience="library", embargo_until=tomorrow, audience_after="open")
    make_record("Staff only", audience="staff")
    assert opened() == set()
    deposits.move(waits, "publish", by=library_manager)
    assert opened() == {"Waits"}
    assert waits.opened_at == Record.objects.get(title="Waits").opened_at
    restricting.restrict(closed, audience=Audience.OPEN, by=librarian)
    bulk.run(bulk.begin([mass.pk], Plan(columns={"audience": "open"}), by=librarian))
    assert embargoes.lift_due(timezone.now() + datetime.timedelta(days=2)) == 1
    assert opened() == {"Waits", "Closed", "In a mass", "Kept back"}
    kept.refresh_from_db()
    restricting.restrict(kept, audience=Audience.STAFF, by=librarian)
    restricting.restrict(kept, audience=Audience.OPEN, by=librarian)
    assert Record.objects.get(pk=kept.pk).opened_at == kept.opened_at


def test_the_desk_opens_a_record(desk):
    closed = make_record("Closed", audience="staff", authors=())
    answer = desk.post(f"/admin/repository/record/{closed.pk}/change/", sent(closed))
    assert (answer.status_code, opened()) == (302, {"Closed"})


def test_a_draft_of_the_next_version_was_never_open(librarian):
    record = make_record()
    assert versions.begin(record, by=librarian).opened_at is None
    assert Record.objects.filter(listed_records(NOBODY), opened_at=None).count() == 0


@pytest.mark.parametrize("number", [3, 50])
def test_noting_takes_the_same_queries_however_many(number, django_assert_num_queries):
    records = [make_record(f"Record {each}") for each in range(number)]
    Record.objects.update(opened_at=None)
    with django_assert_num_queries(2):
        openings.note(records)
    with django_assert_num_queries(1):
        openings.note(records)
