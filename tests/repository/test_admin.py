"""The librarians' desk for the repository: finding, writing, moving, and what nobody may do there."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from taggit.models import Tag

from kmportal.lifecycle.models import StatusChange
from kmportal.review_cycle.due import next_review
from kmportal.search import upkeep
from kmportal.search.models import SearchDocument
from repository import deposits
from repository.admin import records as records_admin
from repository.curation import names
from repository.models import Collection, Contributor, Record, SubjectTerm
from tests.builders import make_collection, make_department, make_record
from tests.desk import save
from tests.documents import pdf

pytestmark = pytest.mark.django_db

PDF = pdf("Falls happen at night.")
LIST = "/admin/repository/record/"
INLINES = ("contributions", "identifiers", "subjects", "files")


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def sent(record=None, **fields):
    """Return what a librarian's browser sends for a record: its fields as they are, and the given ones changed."""
    form = {"type": "article", "title": "Falls", "tags": "", "audience": "open"}
    form |= {f"{name}-TOTAL_FORMS": "0" for name in INLINES}
    form |= {f"{name}-INITIAL_FORMS": "0" for name in INLINES}
    if record:
        form |= {"type": record.type, "title": record.title, "seen": record.changed_at.isoformat()}
    return {**form, **fields}


def row(inline, number=0, **fields):
    """Return one new row of an inline as a browser sends it."""
    return {f"{inline}-TOTAL_FORMS": str(number + 1), **{f"{inline}-{number}-{key}": v for key, v in fields.items()}}


def errors(answer):
    form = answer.context["adminform"].form
    rows = [formset.formset for formset in answer.context["inline_admin_formsets"]]
    found = dict(form.errors)
    for formset in rows:
        for row_form in formset.forms:
            found |= dict(row_form.errors)
    return {field: list(messages) for field, messages in found.items()}


def titles(answer):
    return [record.title for record in answer.context["cl"].result_list]


def test_a_librarian_writes_a_record_with_all_that_belongs_to_it(desk, librarian):
    smith = Contributor.objects.create(family_name="Smith", given_names="Jane", suffix="Jr")
    term = SubjectTerm.objects.create(scheme="mesh", label="Frailty")
    answer = desk.post(
        f"{LIST}add/",
        sent(
            title="Falls\n on  a ward", issued="Winter 2019", event_date="14-16 June 2023", tags="falls, night staff",
            languages=["eng", "wel"], collection=make_collection().pk, depositor=librarian.pk,
            publication_types="Journal Article\r\nResearch Support, Non-U.S. Gov't\r\n",
            **row("contributions", contributor=smith.pk, role="author"),
            **row("identifiers", scheme="doi", value="https://doi.org/10.1136/BMJ.N71."),
            **row("subjects", term=term.pk, major="on"),
            **row("files", upload=SimpleUploadedFile("../Fälle.pdf", PDF), description="As printed"),
        ),
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    record = Record.objects.get()
    assert {
        "title": record.title, "status": record.status, "issued": record.issued, "event": record.event_date,
        "languages": record.languages, "types": record.publication_types, "depositor": record.depositor,
        "tags": sorted(record.tags.names()),
        "contributors": list(record.contributions.values_list("position", "credited_as", "role")),
        "identifiers": list(record.identifiers.values_list("scheme", "value")),
        "subjects": list(record.subjects.values_list("position", "term__label", "major")),
        "files": list(record.files.values_list("name", "size", "content_type", "uploaded_by", "description")),
    } == {
        "title": "Falls on a ward", "status": "draft", "issued": "2019-24", "event": "2023-06-14/2023-06-16",
        "languages": ["eng", "wel"], "types": ["Journal Article", "Research Support, Non-U.S. Gov't"],
        "depositor": librarian, "tags": ["falls", "night staff"],
        "contributors": [(0, "Smith, Jane, Jr", "author")],
        "identifiers": [("doi", "10.1136/bmj.n71")],
        "subjects": [(0, "Frailty", True)],
        "files": [("Fälle.pdf", len(PDF), "application/pdf", librarian.pk, "As printed")],
    }  # fmt: skip


def test_a_new_record_begins_with_its_librarian_as_depositor(desk, librarian):
    assert desk.get(f"{LIST}add/").context["adminform"].form.initial["depositor"] == librarian.pk


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"issued": "Smarch 2020"}, {"issued": ["“Smarch 2020” is not a date that we can read. Write it like 2020, "
          "Feb 2020, 14/02/2020 or Winter 2019."]}),
        ({"issued": "31 February 2020"}, {"issued": ["February 2020 has no day 31."]}),
        ({"title": " \n "}, {"title": ["This field is required."]}),
        (
            row("identifiers", scheme="pmid", value="0123"),
            {"value": ["A PubMed ID does not begin with 0."]},
        ),
        (
            row("files", upload=SimpleUploadedFile("a.pdf", b"MZ\x90")),
            {"upload": ["This file’s name ends in .pdf, but its content is something else. Save it again in that "
             "format."]},
        ),
        (row("files", description="No file"), {"upload": ["This field is required."]}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_saved(desk, fields, expected):
    assert errors(desk.post(f"{LIST}add/", sent(**fields))) == expected
    assert Record.objects.count() == 0


def test_two_files_of_one_record_cannot_share_a_name(desk):
    first = row("files", upload=SimpleUploadedFile("a.pdf", PDF))
    second = row("files", 1, upload=SimpleUploadedFile("A.pdf", PDF))
    answer = desk.post(f"{LIST}add/", sent(**{**first, **second}))
    assert errors(answer) == {"upload": ["There are two files of the name A.pdf. Rename one of them."]}


def test_what_somebody_else_has_added_meanwhile_is_not_added_twice(desk):
    record = make_record(authors=(), subjects=("Frailty",))
    heading = row("subjects", term=SubjectTerm.objects.get().pk)
    answer = desk.post(f"{LIST}{record.pk}/change/", sent(record, **heading))
    assert errors(answer) == {"__all__": ["This stands here already. Remove this row."]}
    assert record.subjects.count() == 1


@pytest.mark.parametrize("junk", [" ", "1e400", "a\x00b", "9" * 40, "²"])
def test_junk_in_a_box_that_looks_for_names_chooses_nothing(desk, junk):
    rows = {**row("contributions", contributor=junk, role="author"), **row("subjects", term=junk)}
    answer = desk.post(f"{LIST}add/", sent(owner=junk, **rows))
    assert (answer.status_code, sorted(errors(answer))) == (200, ["contributor", "owner", "term"])
    assert Record.objects.count() == 0


@pytest.mark.parametrize("inline", ["contributions", "identifiers", "subjects"])
def test_what_stands_twice_is_said_beside_the_second(desk, inline):
    smith = Contributor.objects.create(family_name="Smith")
    term = SubjectTerm.objects.create(scheme="mesh", label="Frailty")
    first, second = {
        "contributions": [{"contributor": smith.pk, "role": "author"}, {"contributor": smith.pk, "role": "author"}],
        "identifiers": [{"scheme": "doi", "value": "10.1136/bmj"}, {"scheme": "doi", "value": "doi.org/10.1136/BMJ"}],
        "subjects": [{"term": term.pk}, {"term": term.pk, "major": "on"}],
    }[inline]
    answer = desk.post(f"{LIST}add/", sent(**{**row(inline, **first), **row(inline, 1, **second)}))
    assert errors(answer) == {"__all__": ["This stands here already. Remove this row."]}
    assert Record.objects.count() == 0


def test_dates_are_shown_in_words_and_saving_them_again_changes_nothing(desk):
    record = make_record(issued="2019-24", authors=())
    form = desk.get(f"{LIST}{record.pk}/change/").context["adminform"].form
    assert form["issued"].value() == "Winter 2019"
    desk.post(f"{LIST}{record.pk}/change/", sent(record, issued="Winter 2019"))
    assert Record.objects.get().issued == "2019-24"


def test_a_saved_change_is_found_at_once_and_marks_the_record_as_changed(desk):
    record = make_record("Falls", authors=())
    desk.post(f"{LIST}{record.pk}/change/", sent(record, title="Tumbles", tags="stairs"))
    changed = Record.objects.get()
    assert changed.title == "Tumbles"
    assert changed.changed_at > record.changed_at
    assert SearchDocument.objects.get(object_id=record.pk).title == "Tumbles"


def test_a_draft_is_not_found_however_often_it_is_saved(desk):
    record = make_record("Falls", authors=(), status="draft")
    desk.post(f"{LIST}{record.pk}/change/", sent(record, title="Tumbles"))
    assert SearchDocument.objects.count() == 0


def test_of_two_who_save_the_second_is_told_and_loses_nothing(desk, signed_in, administrator):
    record = make_record("Falls", authors=())
    signed_in(administrator).post(f"{LIST}{record.pk}/change/", sent(record, title="First"))
    answer = desk.post(f"{LIST}{record.pk}/change/", sent(record, title="Second"))
    assert "Somebody else has changed this record since you opened it." in answer.text
    assert answer.context["adminform"].form["title"].value() == "Second"
    assert Record.objects.get().title == "First"


def test_the_state_is_read_only(desk):
    record = make_record(status="draft", authors=())
    desk.post(f"{LIST}{record.pk}/change/", sent(record, status="published"))
    assert Record.objects.get().status == "draft"


def test_very_many_contributors_are_left_alone(desk, monkeypatch):
    monkeypatch.setattr(records_admin, "MOST_CONTRIBUTIONS", 2)
    record = make_record(authors=("A, A", "B, B", "C, C"))
    page = desk.get(f"{LIST}{record.pk}/change/")
    assert "3 contributors: too many to change here." in page.text
    form = {name: value for name, value in sent(record, title="Tumbles").items() if "contributions" not in name}
    desk.post(f"{LIST}{record.pk}/change/", form)
    record.refresh_from_db()
    assert (record.title, record.contributions.count()) == ("Tumbles", 3)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ward", ["Falls on a ward"]),
        ("smith", ["Falls on a ward"]),
        ("Smith, J", ["Falls on a ward"]),
        ("nunez", ["Doses"]),
        ("Núñez, Zoë", ["Doses"]),
        ("10.1136/BMJ.N71", ["Falls on a ward"]),
        ("pmc123", ["Doses"]),
        ("PMC12", ["Doses"]),
        ("zebra", []),
        ("%", []),
        ("…", []),
        ("", ["Doses", "Falls on a ward"]),
    ],
)
def test_search(desk, words, found):
    make_record("Falls on a ward", authors=("Smith, Jane",), identifiers=(("doi", "10.1136/bmj.n71"),))
    make_record("Doses", authors=("Núñez, Zoë",), identifiers=(("pmcid", "PMC1234"),))
    assert titles(desk.get(LIST, {"q": words})) == found


def test_filters(desk):
    papers, ward = make_collection("Papers"), make_department("Ward")
    make_record("One", collection=papers, type="poster")
    make_record("Two", department=ward, status="draft")
    found = {
        query: titles(desk.get(f"{LIST}?{query}"))
        for query in (
            "status__exact=draft", "type__exact=poster", f"collection__id__exact={papers.pk}",
            f"department__id__exact={ward.pk}",
        )
    }  # fmt: skip
    assert list(found.values()) == [["Two"], ["One"], ["One"], ["Two"]]


def test_the_number_of_queries_of_the_list_does_not_grow(desk):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        return len(queries)

    for _ in range(3):
        make_record(collection=make_collection(), department=make_department())
    few = asked()
    for _ in range(47):
        make_record(collection=make_collection(), department=make_department())
    assert (asked(), few <= 12) == (few, True)


def choose(browser, action, *records, **fields):
    return browser.post(LIST, {"action": action, "_selected_action": [r.pk for r in records], **fields}, follow=True)


def test_moves_are_actions_and_those_that_cannot_move_are_named(desk, librarian):
    one, two = make_record("One", status="submitted"), make_record("Two", status="draft")
    answer = choose(desk, "publish", one, two)
    assert [str(message) for message in answer.context["messages"]] == [
        "Two: “Publish” is not possible while this is draft.",
        "Publish: done for 1 record.",
    ]
    assert dict(Record.objects.values_list("title", "status")) == {"One": "published", "Two": "draft"}
    assert SearchDocument.objects.get().title == "One"


def test_a_return_asks_for_its_reason_first(desk):
    record = make_record("One", status="submitted")
    asking = choose(desk, "return", record)
    assert (Record.objects.get().status, "Reason" in asking.text) == ("submitted", True)
    choose(desk, "return", record, note="")
    assert Record.objects.get().status == "submitted"
    choose(desk, "return", record, note="Which ward?")
    assert Record.objects.get().status == "returned"
    assert list(StatusChange.objects.of(record).values_list("move", "note", "by__name")) == [
        ("return", "Which ward?", "Libby Librarian")
    ]


def test_a_withdrawal_is_no_action_because_its_page_asks_for_more(desk):
    record = make_record("One")
    choose(desk, "withdraw", record, note="Entered twice")
    assert (
        Record.objects.get().status,
        "withdraw" in desk.get(LIST).context["cl"].model_admin.get_actions(desk.get(LIST).wsgi_request),
    ) == ("published", False)


def test_who_may_only_edit_sees_no_moves(signed_in, facilitator):
    facilitator.user_permissions.set(Permission.objects.filter(codename__in=("view_record", "change_record")))
    record = make_record("One", status="submitted")
    browser = signed_in(facilitator)
    choose(browser, "publish", record)
    assert Record.objects.get().status == "submitted"
    assert [name for name, _ in browser.get(LIST).context["action_form"].fields["action"].choices] == ["", "edit_many"]


@pytest.mark.parametrize("status", ["draft", "submitted", "published", "withdrawn"])
def test_only_a_draft_can_be_deleted(desk, status):
    record = make_record(status=status)
    desk.post(f"{LIST}{record.pk}/delete/", {"post": "yes"})
    assert Record.objects.filter(pk=record.pk).exists() == (status != "draft")
    assert "delete_selected" not in desk.get(LIST).text


@pytest.mark.parametrize(
    ("role", "answer"),
    [("anonymous", 302), ("staff", 302), ("facilitator", 403), ("km_lead", 403), ("librarian", 200),
     ("administrator", 200)],
)  # fmt: skip
def test_who_enters_the_desk_for_records(client, request, role, answer):
    record = make_record(authors=())
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    addresses = (LIST, f"{LIST}add/", f"{LIST}{record.pk}/change/", f"{LIST}{record.pk}/history/")
    assert [client.get(address).status_code for address in addresses] == [answer] * 4
    if answer != 200:
        client.post(f"{LIST}{record.pk}/change/", sent(record, title="Hacked"))
        assert Record.objects.get().title == record.title


@pytest.mark.parametrize("name", ["contributor", "subjectterm", "collection", "importbatch"])
def test_the_lists_that_records_share_are_there(desk, name):
    make_record(subjects=("Frailty",), collection=make_collection())
    assert desk.get(f"/admin/repository/{name}/?q=a").status_code == 200


def test_a_renamed_heading_is_found_under_its_new_name(desk):
    record = make_record("Falls", subjects=("Geriatrics",))
    term = SubjectTerm.objects.get()
    save(desk, f"/admin/repository/subjectterm/{term.pk}/change/", {"scheme": "mesh", "label": "Frailty", "code": ""})
    ((task, arguments),) = ProcrastinateJob.objects.values_list("task_name", "args")
    assert (task, upkeep.refresh_what_names(**arguments)) == ("kmportal.search.tasks.refresh_what_names", 1)
    answers = {word: desk.get("/search/", {"q": word}).text for word in ("frailty", "geriatrics")}
    found = {word: record.get_absolute_url() in answer for word, answer in answers.items()}
    assert found == {"frailty": True, "geriatrics": False}
    assert Record.objects.get().changed_at > record.changed_at


def test_collections_stand_as_a_tree_and_none_that_holds_something_can_be_deleted(desk):
    posters = make_collection("Posters")
    nursing = make_collection("Nursing posters", parent=posters)
    empty = make_collection("Empty", parent=posters)
    make_collection("Audits")
    make_record(collection=nursing)
    page = desk.get("/admin/repository/collection/")
    names = [page.context["cl"].model_admin.indented_name(c) for c in page.context["cl"].result_list]
    assert names == ["Audits", "Posters", "— Empty", "— Nursing posters"]
    for collection in (posters, nursing, empty):
        desk.post(f"/admin/repository/collection/{collection.pk}/delete/", {"post": "yes"})
    assert sorted(Collection.objects.values_list("name", flat=True)) == ["Audits", "Nursing posters", "Posters"]


def test_a_tag_that_is_in_use_cannot_be_deleted(desk):
    make_record(tags=("falls",))
    Tag.objects.create(name="unused", slug="unused")
    for tag in Tag.objects.all():
        desk.post(f"/admin/taggit/tag/{tag.pk}/delete/", {"post": "yes"})
    assert list(Tag.objects.values_list("name", flat=True)) == ["falls"]


def test_import_batches_are_for_reading(desk):
    assert desk.get("/admin/repository/importbatch/add/").status_code == 403


def test_the_drafts_of_others_are_private_at_the_desk_too(desk, depositor, librarian):
    secret = make_record("Secret", status="draft", depositor=depositor)
    make_record("Mine", status="draft", depositor=librarian)
    assert titles(desk.get(LIST)) == ["Mine"]
    for page in ("change", "delete", "history"):
        # As if it did not exist.
        answers = [desk.get(f"{LIST}{key}/{page}/") for key in (secret.pk, 999_999)]
        assert answers[0].status_code == answers[1].status_code
        assert (answers[0].status_code in (302, 403), "Secret" in answers[0].text) == (True, False)
    desk.post(f"{LIST}{secret.pk}/delete/", {"post": "yes"})
    assert Record.objects.filter(pk=secret.pk).exists()


def test_a_collection_with_a_private_draft_is_not_deleted_and_does_not_tell_of_it(desk, depositor):
    collection = make_collection("Papers")
    make_record("Secret", status="draft", depositor=depositor, collection=collection)
    answer = desk.get(f"/admin/repository/collection/{collection.pk}/delete/")
    assert (answer.status_code, "Secret" in answer.text) == (403, False)


def test_a_librarian_says_who_may_read_it_and_who_answers_for_it(desk, staff):
    group = Group.objects.create(name="Board")
    record = make_record(authors=(), type="policy")
    page = f"{LIST}{record.pk}/change/"
    refused = desk.post(page, sent(record, audience="groups"))
    assert errors(refused) == {"groups": ["Choose at least one group, or let somebody else read it."]}
    twice = desk.post(page, sent(record, owner=staff.pk, deputy=staff.pk))
    assert errors(twice) == {"deputy": ["Choose somebody else than the owner."]}
    desk.post(page, sent(record, audience="groups", groups=[group.pk], owner=staff.pk, review_months="12"))
    record.refresh_from_db()
    today = timezone.localdate()
    assert (record.audience, list(record.groups.all()), record.owner) == ("groups", [group], staff)
    assert (record.last_reviewed, record.next_review) == (today, next_review(today, 12))


def test_under_an_embargo_who_may_read_it_is_changed_on_its_own_page(desk):
    record = make_record(
        authors=(), audience="library", audience_after="open", embargo_until=datetime.date(2040, 12, 24)
    )
    page = desk.get(f"{LIST}{record.pk}/change/")
    assert "Until 24 December 2040, then: Everybody" in page.text
    assert f"/repository/{record.pk}/access/" in page.text
    desk.post(f"{LIST}{record.pk}/change/", sent(record, audience="open"))
    assert Record.objects.get().audience == "library"


def test_filters_for_what_needs_attention(desk, librarian, staff):
    make_record("Waiting", status="submitted", collection=make_collection())
    make_record("Overdue", collection=make_collection(), next_review=datetime.date(2020, 1, 1), owner=librarian)
    make_record("Loose", identifiers=(("doi", "10.1234/abc"),), owner=staff)
    make_record("Closed", collection=make_collection(), audience="staff", embargo_until=datetime.date(2040, 1, 1))
    staff.is_active = False
    staff.save()
    found = {
        query: sorted(titles(desk.get(f"{LIST}?{query}")))
        for query in (
            "attention=waiting", "attention=overdue", "attention=no_collection", "attention=no_identifier",
            "embargo=running", "owned=mine", "owned=left", "owned=nobody", "audience__exact=staff", "attention=junk",
        )
    }  # fmt: skip
    assert list(found.values()) == [
        ["Waiting"], ["Overdue"], ["Loose"], ["Closed", "Overdue"], ["Closed"], ["Overdue"], ["Loose"],
        ["Closed", "Waiting"], ["Closed"], ["Closed", "Loose", "Overdue", "Waiting"],
    ]  # fmt: skip


def test_a_change_of_what_records_share_is_told_in_its_history(desk):
    make_record(authors=("Smith, Jane",))
    smith = Contributor.objects.get()
    form = {"kind": "person", "family_name": "Smith", "given_names": "Jane A.", "variants-INITIAL_FORMS": "0",
            **row("variants", family_name="Smyth", given_names="Jane")}  # fmt: skip
    save(desk, f"/admin/repository/contributor/{smith.pk}/change/", form)
    history = desk.get(f"/admin/repository/contributor/{smith.pk}/history/")
    assert [event.sentence for event in history.context["timeline"]] == [
        "Libby Librarian changed the given names from “Jane” to “Jane A.” and set the other forms of the name to "
        "“Smyth, Jane”."
    ]


def test_nobody_is_credited_under_a_merged_name(desk, librarian):
    merged, kept = (Contributor.objects.create(family_name="Smith", given_names=given) for given in ("J", "Jane"))
    names.merge(kept=kept, merged=merged, by=librarian)
    address = "/admin/autocomplete/?app_label=repository&model_name=contribution&field_name=contributor&term=smith"
    assert [one["text"] for one in desk.get(address).json()["results"]] == ["Jane Smith"]


def test_what_is_sent_for_review_from_the_desk_must_be_whole(desk, librarian):
    record = make_record("Bare", status="draft", depositor=librarian, authors=(), container_title="BMJ")
    answer = choose(desk, "submit", record)
    assert "This is not complete yet. Enter at least one author." in answer.text
    assert Record.objects.get().status == "draft"


@pytest.mark.parametrize("status", ["returned", "rejected", "withdrawn"])
def test_the_desk_does_not_write_what_a_depositor_is_writing_nor_what_is_gone(desk, depositor, status):
    record = make_record(status=status, depositor=depositor)
    page = f"{LIST}{record.pk}/change/"
    assert (desk.get(page).status_code, desk.post(page, sent(record, title="Mine")).status_code) == (200, 403)
    assert Record.objects.get().title == "Falls on a frailty ward"


def test_a_draft_that_was_sent_for_review_is_not_deleted_at_the_desk_either(desk, librarian):
    record = make_record(status="submitted", depositor=librarian)
    deposits.move(record, "take_back", by=librarian)
    assert desk.post(f"{LIST}{record.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Record.objects.get().status == "draft"


def test_nobody_judges_what_they_have_given_to_somebody_else_at_the_desk(desk, librarian, staff):
    desk.post(f"{LIST}add/", sent(depositor=staff.pk))
    mine = make_record(status="submitted", depositor=librarian, authors=())
    desk.post(f"{LIST}{mine.pk}/change/", sent(mine, depositor=staff.pk))
    assert (
        list(Record.objects.values_list("depositor__name", "entered_by__name"))
        == [("Stella Staff", "Libby Librarian")] * 2
    )
    choose(desk, "publish", mine)
    assert Record.objects.get(pk=mine.pk).status == "submitted"


def test_who_corrects_the_depositor_of_a_published_record_has_no_part_in_it(desk, librarian, staff):
    record = make_record(depositor=librarian, authors=())
    desk.post(f"{LIST}{record.pk}/change/", sent(record, depositor=staff.pk))
    assert Record.objects.values_list("depositor", "entered_by").get() == (staff.pk, None)


@pytest.mark.parametrize(
    "address", ["repository/contributor", "repository/subjectterm", "repository/collection", "taggit/tag"]
)
def test_the_lists_that_records_share_take_as_many_queries_with_fifty_as_with_three(desk, address):
    counts = []
    for numbers in (range(3), range(3, 50)):
        for n in numbers:
            make_record(
                authors=(f"Smith{n}, J",),
                subjects=(f"Ward {n}",),
                tags=(f"ward {n}",),
                collection=make_collection(f"Collection {n}"),
            )
        with CaptureQueriesContext(connection) as captured:
            page = desk.get(f"/admin/{address}/")
        counts.append((len(page.context["cl"].result_list), len(captured)))
    assert counts == [(3, 8), (50, 8)]
