"""The verbs of depositing, and who is meant by a name."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kmportal.demo.pdf import pdf
from kmportal.lifecycle.transitions import NotAllowed
from repository import credits, drafts, editing, file_store, files, record_parts
from repository.credits import Row
from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.intake.description import describe_entry
from repository.models import Contribution, Contributor, NameVariant, Record, StoredContent, SubjectTerm
from repository.partial_dates import PartialDate
from tests.builders import make_department, make_record, make_user

pytestmark = pytest.mark.django_db

SAID, _ = describe_entry(
    Entry(
        type="article",
        title="As the reference has it",
        issued=PartialDate.from_edtf("2020-02"),
        languages=("eng",),
        container_title="BMJ",
        identifiers=(("doi", "10.1136/bmj.n71"),),
        contributors=(Credit(family="Smith", given="Jane"),),
        subjects=(SubjectHeading("mesh", "Accidental Falls"),),
    )
)


def test_a_draft_starts_from_what_a_reference_says(depositor):
    record = drafts.start(by=depositor, type="article", title="My title", said=SAID)
    assert (record.status, record.depositor, record.title, record.container_title) == (
        *("draft", depositor, "My title", "BMJ"),
    )
    assert [str(row) for row in record.contributions.all()] == ["Smith, Jane"]
    assert [str(row) for row in record.identifiers.all()] == ["DOI 10.1136/bmj.n71"]
    assert [str(row) for row in record.subjects.all()] == ["Accidental Falls"]
    assert drafts.what_is_missing(record) == []


def test_only_those_who_may_save_and_send_and_discard(depositor, staff, librarian):
    record = drafts.start(by=depositor, type="article", title="Mine", said=SAID)
    for person in (staff, librarian):
        with pytest.raises(NotAllowed):
            drafts.save(record, by=person, parts={"title": "Taken"})
        with pytest.raises(NotAllowed):
            drafts.discard(record, by=person)
    with pytest.raises(NotAllowed):
        drafts.send(record, by=staff)
    record.refresh_from_db()
    assert (record.title, record.status) == ("Mine", "draft")


def test_what_was_sent_in_another_tab_is_written_no_more(depositor):
    draft = drafts.start(by=depositor, type="article", title="Mine", said=SAID)
    drafts.send(Record.objects.get(), by=depositor)
    with pytest.raises(NotAllowed, match="You cannot change this record now"):
        drafts.save(draft, by=depositor, parts={"title": "Changed after it was sent"})
    assert Record.objects.get().title == "Mine"


@pytest.mark.parametrize("number", [3, 50])
def test_headings_are_written_in_their_order_by_the_same_queries(depositor, number, django_assert_num_queries):
    labels = [f"Heading {n}" for n in range(number)]
    SubjectTerm.objects.bulk_create(SubjectTerm(label=label) for label in labels)
    record = make_record(subjects=("Falls",))
    record_parts.write(record, {"subjects": ["Falls"]})
    with django_assert_num_queries(5):
        record_parts.write(record, {"subjects": [*labels, "Falls", "Deleted meanwhile"]})
    assert [str(subject) for subject in record.subjects.select_related("term")] == [*labels, "Falls"]


def test_what_is_not_complete_is_not_sent(depositor):
    record = drafts.start(by=depositor, type="dataset", title="Mine")
    with pytest.raises(NotAllowed, match=r"^This is not complete yet\. Enter at least one author\.$"):
        drafts.send(record, by=depositor)
    assert record.submissions.count() == 0


def test_another_number_takes_the_place_of_the_first_and_others_stay(librarian):
    record = make_record(identifiers=(("doi", "10.1000/a"), ("doi", "10.1000/b"), ("issn", "0378-5955")))
    drafts.save(record, by=librarian, parts={"doi": "10.1000/c", "pmid": "12345"})
    assert sorted(map(str, record.identifiers.all())) == [
        *("DOI 10.1000/b", "DOI 10.1000/c", "ISSN 0378-5955", "PubMed ID 12345"),
    ]
    drafts.save(record, by=librarian, parts={"doi": "10.1000/c"})
    assert sorted(map(str, record.identifiers.all())) == ["DOI 10.1000/c", "ISSN 0378-5955", "PubMed ID 12345"]


def write(record, *rows):
    with editing.edit(record, by=None) as fresh:
        credits.write(fresh, rows)
    return list(Contribution.objects.filter(record=record))


def test_a_name_is_whom_the_suggestion_meant_unless_another_was_typed_over_it():
    record = make_record(authors=())
    first = Contributor.objects.create(family_name="Smith", given_names="Jane")
    second = Contributor.objects.create(family_name="Smith", given_names="Jane")
    rows = [
        Row("Smith, Jane", key=f"contributor:{second.pk}"),
        Row("Smith, J", key=f"contributor:{first.pk}"),
        Row("Okafor, Ada", key=f"contributor:{first.pk}"),
        Row("Nobody, N", key="contributor:999999999"),
        Row("Someone, S", key="contributor:9999999999999999999999"),
    ]
    credited = write(record, *rows)
    assert [row.contributor for row in credited[:2]] == [second, first]
    assert [str(row.contributor) for row in credited[2:]] == ["Ada Okafor", "N Nobody", "S Someone"]


def test_a_name_without_a_suggestion_is_the_contributor_of_that_name_or_variant():
    record = make_record(authors=())
    zoe = Contributor.objects.create(family_name="Núñez", given_names="Zoë")
    married = Contributor.objects.create(family_name="Smith", given_names="Ann")
    NameVariant.objects.create(contributor=married, family_name="Jones", given_names="Ann")
    gone = Contributor.objects.create(family_name="Old", given_names="O", merged_into=zoe)
    rows = [Row("Nunez, Zoe"), Row("Jones, Ann"), Row("Old, O", key=f"contributor:{gone.pk}", part="editor")]
    assert [row.contributor for row in write(record, *rows)] == [zoe, married, zoe]


@pytest.mark.parametrize("number", [3, 50])
def test_each_new_name_takes_one_query_and_all_else_is_fixed(number, django_assert_num_queries):
    record = make_record(authors=())
    with django_assert_num_queries(4 + number):
        credits.write(record, [Row(f"Smith, J{n}") for n in range(number)])
    assert list(record.contributions.values_list("contributor__given_names", flat=True)) == [
        f"J{n}" for n in range(number)
    ]


def test_two_of_one_name_on_one_work_are_two_people():
    record = make_record(authors=())
    assert len({row.contributor_id for row in write(record, Row("Wang, Y"), Row("Wang, Y"))}) == 2


def test_a_colleague_becomes_a_contributor_with_an_account():
    record = make_record(authors=())
    olu, pat = make_user("Olu Adeyemi"), make_user("Pat Lee")
    pat.profile.orcid = "0000-0002-1825-0097"
    pat.profile.save()
    known = Contributor.objects.create(family_name="Lee", given_names="P", orcid="0000-0002-1825-0097")
    credited = write(record, Row("Adeyemi, Olu", key=f"user:{olu.pk}"), Row("Lee, Pat", key=f"user:{pat.pk}"))
    assert [row.contributor.user for row in credited] == [olu, pat]
    assert credited[1].contributor == known
    credited = write(make_record(authors=()), Row("Adeyemi, Olu", key=f"user:{olu.pk}"))
    assert Contributor.objects.filter(user=olu).get() == credited[0].contributor


def test_a_group_is_one_by_its_part_and_who_stays_keeps_the_department():
    record = make_record(authors=("Smith, Jane",))
    record.contributions.update(department=make_department())
    rows = credits.rows_of(record.contributions.select_related("contributor"))
    credited = write(record, Row("Frailty Working Group", part="group"), *rows)
    assert [(row.contributor.kind, row.credited_as, row.department_id is not None) for row in credited] == [
        ("group", "Frailty Working Group", False),
        ("person", "Smith, Jane", True),
    ]


def test_the_files_of_a_discarded_draft_go_with_it(depositor, django_capture_on_commit_callbacks):
    record = drafts.start(by=depositor, type="poster", title="Mine")
    files.add(record, SimpleUploadedFile("poster.pdf", pdf("Falls", ["Many fell."])), by=depositor)
    sha256 = StoredContent.objects.get().pk
    assert file_store.path_of(sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard(record, by=depositor)
    assert (StoredContent.objects.count(), file_store.path_of(sha256).exists()) == (0, False)


def test_nobody_is_forgotten_whom_another_record_names(depositor):
    record = drafts.start(by=depositor, type="article", title="Mine", said=SAID)
    make_record(authors=("Smith, Jane",))
    drafts.discard(record, by=depositor)
    assert (Record.objects.count(), Contributor.objects.count()) == (1, 1)
