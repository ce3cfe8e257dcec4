"""Editing many records at once: choose, preview, change, undo, and who and what is left alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search.models import SearchDocument
from repository import tasks
from repository.curation import bulk, operations
from repository.curation.plans import Plan
from repository.models import Operation, Record, SubjectTerm
from tests.builders import make_collection, make_department, make_lesson, make_record

pytestmark = pytest.mark.django_db

PAGE = "/repository/desk/edit/"


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def plan(**columns):
    return Plan(columns=columns)


def made(records, plan, by):
    operation = bulk.begin([record.pk for record in records], plan, by=by)
    bulk.run(operation)
    return operation


def state(record):
    record = Record.objects.get(pk=record.pk)
    return (
        record.collection and record.collection.name,
        record.type,
        sorted(record.tags.names()),
        list(record.subjects.values_list("position", "term__label")),
    )


def test_a_librarian_changes_all_posters_of_a_list_after_seeing_them_before_and_after(desk, librarian):
    posters = make_collection("Posters")
    one, two = make_record("One", type="poster", tags=("old",)), make_record("Two", type="poster")
    make_record("Paper")
    form = desk.get(f"{PAGE}?type=poster")
    assert (form.context["number"], form.context["ids"]) == (2, f"{one.pk},{two.pk}")

    said = {"ids": form.context["ids"], "collection": str(posters.pk), "add_tags": "falls", "remove_tags": "old"}
    preview = desk.post(PAGE, said)
    assert preview.context["plan"] == "set the collection to “Posters”, added the tag “falls”, removed the tag “old”"
    assert [(title, [change.sentence for change in changes]) for title, _, changes in preview.context["shown"]] == [
        ("One", ["changed the tags from “old” to “falls”", "set the collection to “Posters”"]),
        ("Two", ["set the tags to “falls”", "set the collection to “Posters”"]),
    ]
    assert (state(one), Operation.objects.count(), Edit.objects.count()) == ((None, "poster", ["old"], []), 0, 0)

    before = Record.objects.get(pk=one.pk).changed_at
    done = desk.post(PAGE, {**said, "run": "yes"}, follow=True)
    assert "2 records changed." in done.text
    assert [state(record) for record in (one, two)] == [("Posters", "poster", ["falls"], [])] * 2
    assert Record.objects.get(pk=one.pk).changed_at > before
    assert "'fall':" in SearchDocument.objects.get(object_id=two.pk).vector
    assert [(edit.object_id, edit.by, [change.part for change in changes_of(edit)]) for edit in Edit.objects.all()] == [
        (one.pk, librarian, ["tags", "collection"]),
        (two.pk, librarian, ["tags", "collection"]),
    ]


def test_undoing_gives_back_exactly_what_was_and_leaves_alone_what_somebody_changed_since(desk, librarian):
    papers, posters = make_collection("Papers"), make_collection("Posters")
    term = SubjectTerm.objects.create(scheme="mesh", label="Frailty")
    one = make_record("One", collection=papers, tags=("a",), subjects=("Aged", "Falls"))
    two = make_record("Two", collection=papers)
    before = state(one)
    aged = SubjectTerm.objects.get(label="Aged")
    whole = Plan(
        columns={"collection_id": posters.pk, "type": "poster", "review_months": 12},
        add_tags=("b",),
        remove_tags=("A",),
        add_subjects=(term.pk,),
        remove_subjects=(aged.pk,),
    )
    operation = made([one, two], whole, librarian)
    assert state(one) == ("Posters", "poster", ["b"], [(1, "Falls"), (2, "Frailty")])
    assert Record.objects.get(pk=one.pk).next_review is not None
    Record.objects.filter(pk=two.pk).update(collection=None)

    asking = desk.post(reverse("repository:undo_operation", args=[operation.pk]))
    assert ("Undo this?" in asking.text, state(one)[0]) == (True, "Posters")
    answer = desk.post(reverse("repository:undo_operation", args=[operation.pk]), {"sure": "yes"}, follow=True)
    assert "Two: Its collection has been changed since." in answer.text
    assert (state(one), state(two)[:3]) == (before, (None, "poster", ["b"]))
    undone = Record.objects.get(pk=one.pk)
    assert (undone.review_months, undone.last_reviewed, undone.next_review) == (None, None, None)
    operation.refresh_from_db()
    assert operation.undone_by == librarian
    with pytest.raises(NotAllowed):
        operations.undo(operation, by=librarian)


def test_what_the_librarian_may_not_edit_is_left_alone_with_its_reason(librarian, depositor):
    records = [
        make_record("Draft", status="returned", depositor=depositor),
        make_record("Gone", status="withdrawn"),
        make_record("No", status="rejected"),
        make_record("Embargoed", embargo_until=timezone.localdate(), audience="library"),
        make_record("Good", status="submitted"),
    ]
    operation = made(records, plan(audience="staff"), librarian)
    assert [(title, why) for _, title, why in operation.changes["left"]] == [
        ("Draft", "Its depositor is writing it."),
        ("Gone", "It is withdrawn."),
        ("No", "It was not accepted."),
        ("Embargoed", "It is under an embargo, which says who may read it."),
    ]
    assert dict(Record.objects.values_list("title", "audience")) == {
        "Draft": "open", "Gone": "open", "No": "open", "Embargoed": "library", "Good": "staff",
    }  # fmt: skip


def test_what_its_depositor_has_taken_back_keeps_its_title_private(desk, librarian, depositor):
    record = make_record("Sent", status="submitted", depositor=depositor)
    operation = made([record], plan(type="poster"), librarian)
    Record.objects.update(status="draft", title="Rewritten in private")
    operations.undo(operation, by=librarian)
    assert operations.left_alone(operation) == [f"Record {record.pk}: Its depositor is writing it."]
    again = made([record], plan(type="policy"), librarian)
    page = desk.get(f"/repository/desk/operations/{again.pk}/").text
    assert (f"Record {record.pk}: Its depositor is writing it." in page, "private" in page) == (True, False)


def test_a_record_that_has_all_of_it_already_is_not_touched(librarian):
    record = make_record(type="poster")
    operation = made([record], plan(type="poster"), librarian)
    assert (operation.changes["rows"], Edit.objects.count()) == ([], 0)
    assert Record.objects.get().changed_at == record.changed_at


def test_a_long_edit_goes_to_the_background_and_tells_how_far_it_is(desk, librarian, monkeypatch):
    monkeypatch.setattr(bulk, "IN_REQUEST", 1)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    records = [make_record(f"R{number}") for number in range(5)]
    said = {"ids": ",".join(str(record.pk) for record in records), "type": "poster", "run": "yes"}
    waiting = desk.post(PAGE, said, follow=True)
    assert ("data-poll" in waiting.text, set(Record.objects.values_list("type", flat=True))) == (True, {"article"})
    operation = Operation.objects.get()
    bulk._run_chunk(operation)
    assert bulk.progress(operation) == (2, 5)
    tasks.run_bulk_edit(operation_pk=operation.pk)
    assert set(Record.objects.values_list("type", flat=True)) == {"poster"}
    desk.post(reverse("repository:undo_operation", args=[operation.pk]), {"sure": "yes"})
    tasks.undo_bulk_edit(operation_pk=operation.pk, by_pk=librarian.pk)
    operation.refresh_from_db()
    assert set(Record.objects.values_list("type", flat=True)) == {"article"}
    assert (operation.undone_by, operations.is_under_way(operation)) == (librarian, False)


@pytest.mark.parametrize("number", [3, 50])
def test_changing_many_takes_as_many_queries_as_changing_few(librarian, number):
    records = [make_record(f"R{n}", tags=("old",), subjects=("Aged",)) for n in range(number)]
    term = SubjectTerm.objects.get()
    whole = Plan(columns={"type": "poster"}, add_tags=("new",), remove_tags=("old",), remove_subjects=(term.pk,))
    operation = bulk.begin([record.pk for record in records], whole, by=librarian)
    librarian.has_perm("repository.change_record")
    with CaptureQueriesContext(connection) as queries:
        bulk.run(operation)
    assert len(queries) == 35


def test_records_are_chosen_at_the_desk_too(desk):
    one, two = make_record("One", status="submitted"), make_record("Two")
    make_record("Three")
    answer = desk.post("/admin/repository/record/", {"action": "edit_many", "_selected_action": [one.pk, two.pk]})
    assert (answer.status_code, answer.context["ids"]) == (200, f"{one.pk},{two.pk}")
    all_of_them = desk.post(
        "/admin/repository/record/", {"action": "edit_many", "_selected_action": [one.pk], "select_across": "1"}
    )
    assert all_of_them.context["number"] == 3


def test_without_facets_the_page_asks_which_records(desk):
    make_record()
    answer = desk.get(PAGE)
    assert "Choose the records first." in answer.text
    assert "ids" not in answer.context


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "__all__", "Choose something to change."),
        ({"owner": "nobody@trust.example"}, "owner",
         "There is no colleague with the e-mail address “nobody@trust.example”."),
        ({"collection": "99999"}, "collection", "Select a valid choice. 99999 is not one of the available choices."),
        ({"add_subject": "Zebra"}, "add_subject",
         "There is no subject heading “Zebra”. Look for it on the subjects’ page."),
        ({"add_tags": "x" * 101}, "add_tags",
         f"“{'x' * 40}…” is too long. Put commas between the subjects, and keep each under 100 characters."),
    ],
)  # fmt: skip
def test_bad_input_is_said_beside_its_field_and_nothing_is_changed(desk, fields, field, message):
    record = make_record()
    answer = desk.post(PAGE, {"ids": str(record.pk), **fields, "run": "yes"})
    assert answer.context["form"].errors == {field: [message]}
    assert Operation.objects.count() == 0


@pytest.mark.parametrize("ids", ["", "0", "a,b", "9" * 30, "-1", "1,\x00,2"])
def test_records_that_do_not_exist_lead_back_to_the_choice(desk, ids):
    answer = desk.post(PAGE, {"ids": ids, "type": "poster", "run": "yes"})
    assert (answer.status_code, answer["Location"], Operation.objects.count()) == (302, PAGE, 0)


def test_the_drafts_of_others_are_not_chosen_by_their_numbers(desk, depositor):
    make_record("Secret", status="draft", depositor=depositor)
    record = Record.objects.get()
    for button in ({}, {"change": "yes"}, {"run": "yes"}):
        answer = desk.post(PAGE, {"ids": str(record.pk), "type": "poster", **button}, follow=True)
        assert ("Choose the records that you want to change." in answer.text, "Secret" in answer.text) == (True, False)
    assert Record.objects.get().type == "article"


def test_too_many_records_are_refused(desk, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    make_record("One", type="poster"), make_record("Two", type="poster")
    assert "More than 1 records are chosen." in desk.get(f"{PAGE}?type=poster").text


def test_owner_and_department_can_be_set_and_emptied(desk, staff, librarian):
    ward = make_department("Ward")
    record = make_record(type="policy", department=ward)
    desk.post(PAGE, {"ids": str(record.pk), "owner": staff.email.upper(), "department": "none", "run": "yes"})
    record.refresh_from_db()
    assert (record.owner, record.department) == (staff, None)
    desk.post(PAGE, {"ids": str(record.pk), "owner": "none", "run": "yes"})
    record.refresh_from_db()
    assert record.owner is None


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_nobody_else_edits_many(signed_in, request, role):
    record = make_record()
    browser = signed_in(request.getfixturevalue(role))
    answers = [browser.get(PAGE), browser.post(PAGE, {"ids": str(record.pk), "type": "poster", "run": "yes"})]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert Record.objects.get().type == "article"
    with pytest.raises(NotAllowed):
        bulk.begin([record.pk], plan(type="poster"), by=request.getfixturevalue(role))


def test_an_owner_does_not_become_their_own_deputy(librarian, staff, depositor):
    one, two = make_record("One", owner=staff), make_record("Two", owner=depositor)
    operation = made([one, two], plan(deputy_id=staff.pk), librarian)
    assert operation.changes["left"] == [[one.pk, "One", "Its owner and its deputy would be the same person."]]
    assert list(Record.objects.order_by("pk").values_list("deputy", flat=True)) == [None, staff.pk]


def test_undoing_leaves_alone_what_was_in_a_collection_that_is_no_longer_here(librarian):
    old, new = make_collection("Old"), make_collection("New")
    one, two = make_record("One", collection=old), make_record("Two")
    operation = made([one, two], plan(collection_id=new.pk), librarian)
    old.delete()
    assert operations.undo(operation, by=librarian) == ["One: The collection that it had is no longer here."]
    assert list(Record.objects.order_by("pk").values_list("collection", flat=True)) == [new.pk, None]


def test_what_a_search_finds_is_edited_from_its_page(desk, signed_in, staff):
    from_the_search = [make_record(f"Falls {year}", issued=str(year)) for year in (2019, 2020, 2020)]
    make_record("Falls that nobody reads yet", status="submitted")
    make_record("Hand hygiene")
    make_lesson(sentence="Falls come at night")
    page = desk.get("/search/?q=falls").text
    assert f'<a href="{PAGE}?q=falls">Edit all 3 research records at once</a>' in page
    form = desk.get(f"{PAGE}?q=falls")
    assert form.context["ids"] == ",".join(str(record.pk) for record in from_the_search)
    assert ("Edit 3 records" in form.text, "that a search for “falls” finds" in form.text) == (True, True)
    assert f'href="{PAGE}?q=falls&amp;year=2020">Edit all 2 research' in desk.get("/search/?q=falls&year=2020").text
    assert desk.get(f"{PAGE}?q=falls&year=2020").context["number"] == 2
    assert "No record is chosen" in desk.get(f"{PAGE}?q=zebra").text
    assert PAGE not in desk.get("/search/?q=falls&kind=lesson").text
    assert PAGE not in signed_in(staff).get("/search/?q=falls").text


@pytest.mark.parametrize("words", ["%ED%B3%BF", "-falls", "the", "x" * 3_000])
def test_junk_for_the_words_of_a_search_chooses_nothing(desk, words):
    make_record("Falls")
    assert desk.get(f"{PAGE}?q={words}").context["ids"] == ""


def test_a_narrowed_list_leads_to_the_edit_of_its_records(desk, signed_in, staff):
    make_record("One", type="poster")
    address = f'href="{PAGE}?type=poster">Edit these records at once</a>'
    assert address in desk.get("/repository/?type=poster&sort=title&page=1").text
    assert f'href="{PAGE}">Edit many records</a>' in desk.get("/repository/").text
    assert PAGE not in signed_in(staff).get("/repository/?type=poster").text


def test_more_records_than_one_edit_takes_are_refused_in_words(desk, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    for _ in range(3):
        make_record("Falls")
    page = desk.get(f"{PAGE}?q=falls")
    assert "More than 2 records are chosen." in page.text


def test_undoing_takes_out_the_tags_that_the_edit_made_and_nobody_uses(librarian):
    Tag.objects.create(name="kept", slug="kept")
    one, two = make_record("One"), make_record("Two")
    operation = made([one, two], Plan(columns={}, add_tags=("kept", "new", "shared")), librarian)
    two.tags.remove("new")
    make_record("Three", tags=("shared",))
    operations.undo(operation, by=librarian)
    assert state(one)[2] == []
    assert operations.left_alone(operation) == ["Two: Its tags have been changed since."]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["kept", "shared"]
