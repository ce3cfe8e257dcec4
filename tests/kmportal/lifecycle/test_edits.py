"""What was changed, in sentences."""

import pytest

from kmportal.lifecycle import edits
from kmportal.lifecycle.edits import Change, changes_between, describe_fields, labels_of, sentence_of
from kmportal.lifecycle.models import Edit
from repository.models import Collection
from tests.builders import make_collection, make_record


@pytest.mark.parametrize(
    ("label", "before", "after", "sentence"),
    [
        ("Title", "a", "b", "changed the title from “a” to “b”"),
        ("Title", "", "b", "set the title to “b”"),
        ("Title", "a", "", "removed the title “a”"),
        ("ORCID iD", "", "0", "set the ORCID iD to “0”"),
        ("Who may read it", "a", "b", "changed “Who may read it” from “a” to “b”"),
        ("Who may read “a.pdf”", "a", "b", "changed “Who may read ‘a.pdf’” from “a” to “b”"),
        ("Needs a release", "No", "Yes", "changed “Needs a release” from “No” to “Yes”"),
        ("Abstract", "a" * 200, "b", "changed the abstract"),
        ("Contributors", "a\nb", "b", "changed the contributors"),
    ],
)
def test_a_change_is_a_sentence(label, before, after, sentence):
    assert Change("part", label, before, after).sentence == sentence


def test_changes_come_in_the_order_of_the_labels_and_what_is_the_same_is_left_out():
    labels = {"b": "B", "a": "A", "c": "C"}
    found = changes_between({"a": "1", "b": "2", "c": "3"}, {"a": "9", "b": "8", "c": "3"}, labels)
    assert [(change.part, change.before, change.after) for change in found] == [("b", "2", "8"), ("a", "1", "9")]


@pytest.mark.django_db
def test_fields_are_described_as_readers_know_them():
    parent = make_collection("Papers")
    child = Collection.objects.create(name="Posters", slug="posters", parent=parent, needs_release=True)
    names = ["name", "parent", "description", "needs_release"]
    assert describe_fields(child, names) == {
        "name": "Posters", "parent": "Papers", "description": "", "needs_release": "Yes",
    }  # fmt: skip
    assert labels_of(Collection, ["name", "needs_release"]) == {"name": "Name", "needs_release": "Needs a release"}


@pytest.mark.django_db
def test_many_are_noted_in_one_statement_and_those_that_say_nothing_are_left_out(librarian, django_assert_num_queries):
    one, two = make_record("One"), make_record("Two")
    Edit.objects.of(one).exists()
    with django_assert_num_queries(1):
        number = edits.note_many(
            type(one), {one.pk: [Change("title", "Title", "a", "b")], two.pk: []}, by=librarian, reason="Bulk"
        )
    assert number == 1
    assert list(Edit.objects.values_list("object_id", "by", "reason")) == [(one.pk, librarian.pk, "Bulk")]


LONG = "a long text " * 20


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([], ""),
        ([("Title", LONG, "b"), ("Abstract", LONG, "b")], "changed the title and the abstract"),
        (
            [("Volume", "", "3"), ("Issue", "", "4"), ("Pages", "1-2", "")],
            "set the volume to “3” and the issue to “4” and removed the pages “1-2”",
        ),
        (
            [("Type", "a", "b"), ("Title", LONG, ""), ("Place", "", "Leeds"), ("Volume", "3", "4")],
            "changed the type from “a” to “b” and the title, set the place to “Leeds” and changed the volume from “3” "
            "to “4”",
        ),
    ],
)
def test_several_changes_are_one_sentence_that_repeats_no_verb_beside_itself(changes, told):
    assert sentence_of(Change("part", *change) for change in changes) == told
