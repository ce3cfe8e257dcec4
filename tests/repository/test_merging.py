"""Merging two records into one, and taking it back: nothing is lost on either way."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from taggit.models import TaggedItem

from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.models import Link, LinkKind
from kmportal.search.models import SearchDocument
from repository import deposits, editing, merging, withdrawing
from repository.curation import words
from repository.models import (
    Contribution,
    CopyRequest,
    Follow,
    Identifier,
    ImportedFrom,
    Lookalike,
    Record,
    RecordFile,
    RecordSubject,
    StoredContent,
    SubjectTerm,
    UseCount,
)
from tests.builders import make_collection, make_department, make_lesson, make_record

pytestmark = pytest.mark.django_db

# What tells when and how often something happened does not go back; everything else does.
STAMPS = {"changed_at"}


def make_file(record, name, content, **fields):
    stored, _ = StoredContent.objects.get_or_create(sha256=content * 64, size=3, content_type="application/pdf")
    return RecordFile.objects.create(
        record=record, name=name, content=stored, size=3, content_type="application/pdf", **fields
    )


def make_use(record, month, views, downloads, department=None):
    UseCount.objects.create(
        record=record, month=datetime.date(2024, month, 1), views=views, downloads=downloads, department=department
    )


@pytest.fixture
def pair(staff, depositor):
    """Two records of one work, each with all that can hang on a record."""
    keep = make_record(
        "Falls on a frailty ward", authors=("Smith, J",), identifiers=(("doi", "10.1000/a"),),
        subjects=("Falls",), tags=("ward",), abstract="", volume="12",
    )  # fmt: skip
    drop = make_record(
        "Falls on a frailty ward: a study", authors=("Smith, Jane", "Okafor, Ada"), issued="2020-03", type="report",
        identifiers=(("doi", "10.1000/a"), ("pmid", "31452104")), subjects=("Falls", "Frailty"),
        tags=("audit", "ward"), abstract="We counted falls.", collection=make_collection(),
    )  # fmt: skip
    make_file(keep, "paper.pdf", "a", position=0)
    same = make_file(drop, "same.pdf", "a", position=0)
    other = make_file(drop, "paper.pdf", "b", position=1)
    CopyRequest.objects.create(file=same, by=staff, message="For teaching.")
    CopyRequest.objects.create(file=other, by=staff, message="For an audit.")
    make_use(keep, 1, 5, 1)
    make_use(drop, 1, 2, 2)
    make_use(drop, 1, 3, 0, make_department())
    make_use(drop, 2, 4, 4)
    for record, user in ((keep, staff), (drop, staff), (drop, depositor)):
        Follow.objects.create(record=record, user=user)
    lesson = make_lesson()
    for source, target in ((lesson, keep), (lesson, drop), (drop, lesson), (drop, keep)):
        Link.objects.create(kind=LinkKind.RELATED, source=source, target=target)
    ImportedFrom.objects.create(record=drop, source="pubmed", key="31452104", fingerprint="f", data={})
    kind = ContentType.objects.get_for_model(Record)
    third = make_record("Falls, once more")
    for first, second in ((keep, drop), (drop, third), (keep, third)):
        Lookalike.objects.create(content_type=kind, first_id=first.pk, second_id=second.pk, reason="Same", likeness=1)
    make_record("Withdrawn long ago", status="withdrawn", replacement=drop)
    return keep, drop


def everything():
    """Return all rows that a merge can touch, without the stamps of time."""
    kept = {}
    models = (
        Record, Contribution, Identifier, RecordSubject, TaggedItem, RecordFile, CopyRequest, UseCount, Follow, Link,
        ImportedFrom, Lookalike,
    )  # fmt: skip
    for model in models:
        rows = model.objects.order_by("pk").values()
        numbers = {"id"} if model is UseCount else set()
        kept[model.__name__] = [
            {name: value for name, value in row.items() if name not in STAMPS | numbers} for row in rows
        ]
    kept["UseCount"].sort(key=str)
    kept["SearchDocument"] = list(
        SearchDocument.objects.order_by("kind", "object_id").values("object_id", "title", "body")
    )
    return kept


def said(record):
    return {
        "title": record.title,
        "abstract": record.abstract,
        "type": record.type,
        "volume": record.volume,
        "contributors": [str(row) for row in record.contributions.all()],
        "identifiers": [str(row) for row in record.identifiers.order_by("scheme")],
        "subjects": [str(row) for row in record.subjects.all()],
        "tags": sorted(record.tags.names()),
        "files": [(file.name, file.position, file.sha256[0]) for file in record.files.all()],
        "requests": sorted(CopyRequest.objects.filter(file__record=record).values_list("message", flat=True)),
        "use": sorted(record.use_counts.values_list("month__month", "department__name", "views", "downloads"), key=str),
        "followers": sorted(record.follows.values_list("user__name", flat=True)),
        "links": Link.objects.of(record).count(),
        "imported": ImportedFrom.objects.filter(record=record).exists(),
    }


def test_what_hangs_on_the_one_follows_to_the_other(pair, librarian):
    keep, drop = pair
    operation = merging.merge(keep, drop, by=librarian, take={"title", "abstract", "contributors", "collection"})
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert said(keep) == {
        "title": "Falls on a frailty ward: a study",
        "abstract": "We counted falls.",
        "type": "article",
        "volume": "12",
        "contributors": ["Smith, Jane", "Okafor, Ada"],
        "identifiers": ["DOI 10.1000/a", "PubMed ID 31452104"],
        "subjects": ["Falls"],
        "tags": ["ward"],
        "files": [("paper.pdf", 0, "a"), ("paper (2).pdf", 1, "b")],
        "requests": ["For an audit.", "For teaching."],
        "use": [(1, "Emergency medicine", 3, 0), (1, None, 7, 3), (2, None, 4, 4)],
        "followers": ["Dele Depositor", "Stella Staff"],
        "links": 3,
        "imported": True,
    }
    assert keep.collection.name == "Research papers"
    assert (drop.status, drop.withdrawal_reason, drop.replacement) == ("withdrawn", "duplicate", keep)
    assert Record.objects.get(title="Withdrawn long ago").replacement == keep
    assert list(Lookalike.objects.order_by("pk").values_list("first_id", "decision")) == [
        (keep.pk, "merged"),
        (keep.pk, ""),
    ]
    assert (operation.kind, operation.by, operation.undone_at) == ("merge_records", librarian, None)
    edit = Edit.objects.of(keep).get()
    assert (edit.by, edit.reason) == (librarian, f"Merged with record {drop.pk}")
    assert {change["part"] for change in edit.changes} == {
        "title", "abstract", "contributors", "collection", "identifiers", "files",
    }  # fmt: skip
    assert not SearchDocument.objects.filter(kind="record", object_id=drop.pk).exists()


@pytest.mark.parametrize("take", [set(), merging.TAKEABLE])
def test_undoing_restores_everything(pair, librarian, take):
    keep, drop = pair
    before = everything()
    operation = merging.merge(keep, drop, by=librarian, take=take)
    assert everything() != before
    merging.undo(operation, by=librarian)
    assert everything() == before
    operation.refresh_from_db()
    assert operation.undone_by == librarian
    assert [change.move for change in StatusChange.objects.of(drop)] == ["withdraw", "reinstate"]


def test_views_that_came_since_stay_where_they_were_counted(pair, librarian):
    keep, drop = pair
    operation = merging.merge(keep, drop, by=librarian)
    count = UseCount.objects.get(record=keep, month="2024-01-01", department=None)
    count.views += 10
    count.save()
    merging.undo(operation, by=librarian)
    assert sorted(keep.use_counts.values_list("views", "downloads")) == [(15, 1)]
    assert sorted(drop.use_counts.values_list("views", "downloads")) == [(2, 2), (3, 0), (4, 4)]


def refusal(verb, *arguments, **options):
    with pytest.raises(NotAllowed) as caught:
        verb(*arguments, **options)
    return str(caught.value)


def test_who_may_not(pair, staff, depositor, facilitator, librarian):
    keep, drop = pair
    sentence = "You do not have permission to merge records."
    assert {refusal(merging.merge, keep, drop, by=user) for user in (staff, depositor, facilitator)} == {sentence}
    operation = merging.merge(keep, drop, by=librarian)
    assert refusal(merging.undo, operation, by=staff) == "You do not have permission to undo a merge."


def test_what_cannot_be_merged(librarian):
    record = make_record("One")
    waiting = make_record("Two", status="submitted")
    version = make_record("Three", first_version=record, version=2)
    with pytest.raises(ValueError, match="audience"):
        merging.merge(record, make_record("Four"), by=librarian, take={"audience"})
    assert [
        refusal(merging.merge, record, record, by=librarian),
        refusal(merging.merge, record, waiting, by=librarian),
        refusal(merging.merge, record, version, by=librarian),
    ] == [
        "A merge needs two records that are here.",
        f"Only published records can be merged, and record {waiting.pk} is “waiting for review”.",
        "These are two versions of one work.",
    ]


@pytest.mark.parametrize(
    ("keeps", "drops", "groups", "may"),
    [
        ("open", "staff", (), False),
        ("staff", "library", (), False),
        ("library", "open", (), True),
        ("staff", "staff", (), True),
        ("groups", "groups", (), False),
        ("groups", "groups", ("Staff", "Librarian"), True),
    ],
)
def test_files_never_become_open_to_more_people(librarian, keeps, drops, groups, may):
    keep, drop = make_record("One", audience=keeps), make_record("Two", audience=drops)
    keep.groups.set(Group.objects.filter(name="Staff") if keeps == "groups" else ())
    drop.groups.set(Group.objects.filter(name__in=groups))
    assert merging.why_not(keep, drop, by=librarian) == ""
    make_file(drop, "paper.pdf", "a")
    assert (merging.why_not(keep, drop, by=librarian) == "") == may


def test_a_merge_is_undone_once_and_not_over_later_changes(pair, librarian):
    keep, drop = pair
    operation = merging.merge(keep, drop, by=librarian, take={"title", "tags"})
    with editing.edit(keep, by=librarian) as fresh:
        fresh.title = "Written anew"
    sentence = "“{}” has been changed since the merge, so it cannot be undone as a whole."
    assert refusal(merging.undo, operation, by=librarian) == sentence.format("Title")
    with editing.edit(keep, by=librarian) as fresh:
        fresh.title = drop.title
        fresh.tags.add("another")
    assert refusal(merging.undo, operation, by=librarian) == sentence.format("Tags")
    with editing.edit(keep, by=librarian) as fresh:
        fresh.tags.remove("another")
    merging.undo(operation, by=librarian)
    assert refusal(merging.undo, operation, by=librarian) == "This merge has been undone already."


def test_a_merged_record_comes_back_by_undoing_the_merge_alone(pair, librarian, signed_in):
    keep, drop = pair
    operation = merging.merge(keep, drop, by=librarian)
    page = signed_in(librarian).get(drop.get_absolute_url())
    assert f'<a href="/repository/desk/operations/{operation.pk}/">undo the merge</a>' in page.text
    assert "Publish again" not in page.text
    again = signed_in(librarian).post(f"/repository/{drop.pk}/move/reinstate/", {"note": "It was not."})
    assert (again.status_code, "Undo the merge instead." in again.text) == (409, True)
    drop.refresh_from_db()
    assert (drop.status, drop.replacement) == ("withdrawn", keep)
    merging.undo(operation, by=librarian)
    withdrawing.withdraw(drop, by=librarian, reason="other", note="Another matter.")
    assert "Publish again" in signed_in(librarian).get(drop.get_absolute_url()).text
    deposits.move(drop, "reinstate", by=librarian, note="All is well.")
    assert drop.status == "published"


def test_of_two_merges_in_opposite_directions_the_second_is_told(pair, librarian):
    keep, drop = pair
    merging.merge(keep, drop, by=librarian)
    assert refusal(merging.merge, drop, keep, by=librarian) == (
        f"Only published records can be merged, and record {drop.pk} is “withdrawn”."
    )


@pytest.mark.parametrize("gone", ["heading", "collection"])
def test_a_merge_is_not_undone_to_something_that_is_no_longer_here(pair, librarian, gone):
    keep, drop = pair
    old = make_collection("Old papers")
    Record.objects.filter(pk=keep.pk).update(collection=old)
    RecordSubject.objects.create(record=keep, term=SubjectTerm.objects.create(scheme="local", label="Slips"))
    operation = merging.merge(keep, drop, by=librarian, take={"subjects", "collection"})
    if gone == "heading":
        slips = SubjectTerm.objects.filter(label="Slips").values_list("pk", flat=True)
        words.remove_unused(SubjectTerm, slips, by=librarian)
    else:
        old.delete()
    before = everything()
    noun = {"heading": "subject term", "collection": "collection"}[gone]
    with pytest.raises(NotAllowed, match=f"A {noun} that was there before is no longer here"):
        merging.undo(operation, by=librarian)
    assert everything() == before
