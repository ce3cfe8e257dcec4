"""The deposit: from two answers to a record that goes to review, and who may not."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.mail.models import OutgoingMail
from repository import deposits, drafts
from repository.descriptions import describe
from repository.models import Contributor, Record, ReviewNote, Submission
from tests.builders import make_collection, make_department, make_record, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, depositor):
    return signed_in(depositor)


@pytest.fixture
def draft(depositor) -> Record:
    return drafts.start(by=depositor, type="poster", title="Falls on a frailty ward")


def filled(client, record, **answers):
    """Return what a browser would send of the record's form, with these answers typed into it."""
    form = client.get(f"/repository/{record.pk}/edit/").context["form"]
    data = {}
    for field in form:
        value = field.value()
        if field.name == "authors":
            rows = value or []
            data |= {"authors": [row.name for row in rows], "authors_key": [row.key for row in rows]}
            data |= {
                "authors_affiliation": [row.affiliation for row in rows],
                "authors_part": [row.part for row in rows],
            }
        elif isinstance(value, tuple):
            data |= {field.name: value[0], f"{field.name}_key": value[1]}
        elif isinstance(value, datetime.date):
            data |= {f"{field.name}_{part}": getattr(value, part) for part in ("day", "month", "year")}
        elif value is not None:
            data[field.name] = getattr(value, "pk", value)
    return data | answers


def send(client, record, do="save", **answers):
    return client.post(f"/repository/{record.pk}/edit/", filled(client, record, do=do, **answers))


def errors(answer):
    return answer.context["form"].sentences()


def said(record):
    """Return what the record says, without the parts that say nothing."""
    return {part: text for part, text in describe(Record.objects.get(pk=record.pk)).items() if text}


COMPLETE = {
    "authors": ["Depositor, Dele", "Smith, Jane A."],
    "authors_affiliation": ["Emergency medicine", ""],
    "authors_key": ["", ""],
    "authors_part": ["author", "author"],
    "issued": "May 2024",
    "event_name": "Frailty Conference",
}


def test_a_poster_is_deposited_in_two_steps(browser, depositor):
    depositor.profile.department = make_department()
    depositor.profile.save()
    answer = browser.post("/repository/deposit/", {"type": "poster", "title": "  Falls on a\nfrailty ward "})
    record = Record.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/repository/{record.pk}/edit/")
    answer = send(
        browser, record, "send", **COMPLETE, doi="https://doi.org/10.1136/BMJ.N71", tags="falls, night", note="Hello"
    )
    assert (answer.status_code, answer.url) == (302, f"/repository/{record.pk}/")
    record.refresh_from_db()
    assert said(record) == {
        "type": "Poster",
        "title": "Falls on a frailty ward",
        "contributors": "Depositor, Dele (Emergency medicine)\nSmith, Jane A.",
        "issued": "May 2024",
        "event_name": "Frailty Conference",
        "identifiers": "DOI 10.1136/bmj.n71",
        "tags": "falls, night",
        "department": "Emergency medicine",
        "depositor": "Dele Depositor",
        "audience": "Everybody",
    }
    assert record.status == "submitted"
    note = ReviewNote.objects.get()
    assert (note.text, note.by, note.part, note.submission) == ("Hello", depositor, "", Submission.objects.get())


def test_nothing_is_begun_without_type_and_title(browser):
    answer = browser.post("/repository/deposit/", {"type": "novel", "title": " "})
    assert set(answer.context["form"].errors) == {"type", "title"}
    assert Record.objects.count() == 0


def test_what_is_missing_is_asked_for_and_the_rest_is_saved(browser, draft):
    answer = send(browser, draft, "send", abstract="Many fell.")
    assert errors(answer) == {
        "authors": "Enter at least one author",
        "issued": "Enter when it was issued, as exactly as you know: a year is enough",
        "event_name": "Enter the conference or event",
    }
    draft.refresh_from_db()
    assert (draft.status, draft.abstract) == ("draft", "Many fell.")


@pytest.mark.parametrize(
    ("type", "asked"),
    [
        ("article", {"container_title"}),
        ("chapter", {"container_title"}),
        ("thesis", {"institution"}),
        ("policy", {"owner", "review_months"}),
        ("dataset", set()),
    ],
)
def test_each_type_asks_for_its_own(browser, draft, type, asked):
    answer = send(browser, draft, "send", **{**COMPLETE, "type": type})
    if asked:
        assert set(errors(answer)) == asked
    else:
        assert answer.status_code == 302


def shown_fields(page):
    """Return the names of the fields that stand on the page and are not hidden with their type."""
    parts = re.split(r"(?=<div data-types=)", page)
    names = set()
    for part in parts:
        if not re.match(r'<div data-types="[^"]*" hidden', part):
            names |= set(re.findall(r' name="([a-z_]+)"', part))
    return names


def test_the_form_shows_the_fields_of_its_type(browser, draft):
    fields = {"event_name", "container_title", "degree", "owner", "volume"}
    assert shown_fields(browser.get(f"/repository/{draft.pk}/edit/").text) & fields == {"event_name"}
    answer = send(browser, draft, "type", type="article", abstract="Kept, and not saved")
    assert shown_fields(answer.text) & fields == {"container_title", "volume"}
    assert "Kept, and not saved" in answer.text
    draft.refresh_from_db()
    assert (draft.type, draft.abstract) == ("poster", "")


def test_what_a_review_asks_for_is_not_called_optional(browser, draft):
    page = browser.get(f"/repository/{draft.pk}/edit/").text
    labels = {
        label: bool(optional)
        for label, optional in re.findall(
            r">\s*(Authors|Date issued|DOI|Conference or event|Owner)( \(optional\))?</", page
        )
    }
    assert labels == {
        "Authors": False,
        "Date issued": False,
        "Conference or event": False,
        "DOI": True,
        "Owner": False,
    }


def test_what_is_wrong_in_a_field_of_another_type_disturbs_nobody(browser, draft):
    answer = send(browser, draft, type="article", container_title="BMJ", event_date="the day after")
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.type, draft.container_title, draft.event_date) == ("article", "BMJ", "")


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"title": "x" * 10_000}, {"title": "Ensure this value has at most 1000 characters (it has 10000)."}),
        ({"title": "Nul\x00"}, {"title": "Null characters are not allowed."}),
        ({"abstract": "Nul\x00"}, {"abstract": "Null characters are not allowed."}),
        ({"authors": ["Nul\x00"]}, {"authors": "Null characters are not allowed."}),
        ({"tags": "Nul\x00"}, {"tags": "Null characters are not allowed."}),
        ({"subjects": ["Nul\x00"]}, {"subjects": "Null characters are not allowed."}),
        ({"depositor": "Nul\x00"}, {"depositor": "Null characters are not allowed."}),
        (
            {"doi": "10.12"},
            {"doi": "A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71."},
        ),
        ({"pmid": "PMC12"}, {"pmid": "A PubMed ID is a number of 1 to 8 digits, such as 31452104."}),
        (
            {"issued": "soon"},
            {
                "issued": "“soon” is not a date that we can read. "
                "Write it like 2020, Feb 2020, 14/02/2020 or Winter 2019."
            },
        ),
        (
            {"embargo_until_day": "31", "embargo_until_month": "2", "embargo_until_year": "2999"},
            {"embargo_until": "Enter a real date, such as 24 12 2026."},
        ),
        (
            {"embargo_until_day": "1", "embargo_until_month": "5", "embargo_until_year": "2020"},
            {"embargo_until": "This day has come already. Enter a day in the future, or leave all three boxes empty."},
        ),
        ({"audience": "groups"}, {"groups": "Choose at least one group, or let somebody else read it"}),
        (
            {"authors": ["Jane Smith"]},
            {
                "authors": "Write “Jane Smith” with the family name first and a comma, such as Smith, Jane. "
                "If it is a group, choose “Group or organisation” beside it."
            },
        ),
        (
            {"authors": ["Smith, Jane", "smith, jane"]},
            {"authors": "“smith, jane” stands here twice. Remove one of them."},
        ),
        ({"authors": ["…"]}, {"authors": "“…” cannot be read as a name. Write it like Smith, Jane A."}),
        (
            {"subjects": ["Ward things"]},
            {
                "subjects": "“Ward things” is not one of the headings in use. Choose one that is suggested, "
                "or write it under “Tags”."
            },
        ),
        (
            {"depositor": "Nobody"},
            {"depositor": "We know nobody called “Nobody”. Write their full name or their e-mail address."},
        ),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_the_rest_of_a_draft_is_saved(browser, draft, answers, wrong):
    before = said(draft)
    answer = send(browser, draft, publisher="The trust", **answers)
    assert (answer.status_code, errors(answer)) == (200, wrong)
    assert set(said(draft)) - set(before) == {"publisher"}


def test_headings_are_those_in_use_whatever_their_case(browser, draft):
    make_record(subjects=("Accidental Falls", "Aged, 80 and over"))
    send(browser, draft, subjects=["aged, 80 AND over", "", "Accidental Falls"])
    assert said(draft)["subjects"] == "Aged, 80 and over\nAccidental Falls"
    send(browser, draft, subjects=["Accidental Falls"])
    assert said(draft)["subjects"] == "Accidental Falls"


def test_an_embargo_asked_for_closes_the_record_until_its_day(browser, draft):
    until = timezone.localdate() + datetime.timedelta(days=30)
    date = {f"embargo_until_{part}": getattr(until, part) for part in ("day", "month", "year")}
    send(browser, draft, **date, embargo_reason="The publisher’s policy", audience="staff")
    draft.refresh_from_db()
    assert (draft.audience, draft.audience_after, draft.embargo_until, draft.embargo_reason) == (
        *("library", "staff"), until, "The publisher’s policy",
    )  # fmt: skip
    form = browser.get(f"/repository/{draft.pk}/edit/").context["form"]
    assert (form["audience"].value(), form["embargo_until"].value()) == ("staff", until)
    send(browser, draft, **dict.fromkeys(date, ""))
    draft.refresh_from_db()
    assert (draft.audience, draft.audience_after, draft.embargo_until, draft.embargo_reason) == ("staff", "", None, "")


def test_an_embargo_needs_its_reason_before_the_review(browser, draft):
    date = {"embargo_until_day": 1, "embargo_until_month": 5, "embargo_until_year": 2999}
    answer = send(browser, draft, "send", **COMPLETE, **date)
    assert errors(answer) == {"embargo_reason": "Say why it must wait until then"}


def test_a_policy_gets_its_owner_and_interval(browser, draft):
    owner = make_user("Olu Owner")
    answers = {"type": "policy", "owner": "Owner, Olu", "owner_key": f"user:{owner.pk}", "review_months": "24"}
    send(browser, draft, **answers)
    draft.refresh_from_db()
    assert (draft.owner, draft.deputy, draft.review_months) == (owner, None, 24)
    answer = send(browser, draft, deputy=owner.email)
    assert errors(answer) == {"deputy": "Choose somebody else than the owner, or leave this empty"}
    answer = send(browser, draft, review_months="1000")
    assert errors(answer) == {"review_months": "Ensure this value is less than or equal to 120."}


def test_a_deposit_for_a_colleague_is_both_peoples(browser, signed_in, draft, depositor, staff):
    answer = send(browser, draft, depositor="Stella Staff")
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.depositor, draft.entered_by) == (staff, depositor)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (staff, "Dele Depositor is depositing “Falls on a frailty ward” for you")
    assert f"/repository/{draft.pk}/edit/" in mail.text
    both = "Only Dele Depositor and Stella Staff can see"
    assert f"{both} it until it is sent for review." in browser.get(f"/repository/{draft.pk}/edit/").text
    colleague = signed_in(staff)
    assert f"{both} this." in colleague.get(f"/repository/{draft.pk}/edit/").text
    assert "depositor" not in colleague.get(f"/repository/{draft.pk}/edit/").context["form"].fields
    send(colleague, draft, abstract="Mine")
    send(browser, draft, publisher="Ours")
    draft.refresh_from_db()
    assert (draft.abstract, draft.publisher) == ("Mine", "Ours")
    send(browser, draft, depositor="")
    draft.refresh_from_db()
    assert (draft.depositor, draft.entered_by) == (depositor, None)
    assert colleague.get(f"/repository/{draft.pk}/edit/").status_code == 404


@pytest.mark.parametrize("somebody", ["staff", "librarian", "facilitator", "km_lead", "administrator"])
def test_a_draft_is_private(somebody, request, signed_in, draft):
    client = signed_in(request.getfixturevalue(somebody))
    pages = [f"/repository/{draft.pk}/{page}" for page in ("", "edit/", "discard/")]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    assert [client.post(page, {"title": "Mine now"}).status_code for page in pages[1:]] == [404, 404]
    draft.refresh_from_db()
    assert draft.title == "Falls on a frailty ward"


def test_who_is_not_signed_in_is_asked_to(client, draft):
    for page in ("deposit/", "deposits/", f"{draft.pk}/edit/", f"{draft.pk}/discard/"):
        answer = client.get(f"/repository/{page}")
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize(
    ("status", "owner", "library", "colleague"),
    [
        ("draft", 200, 404, 404),
        ("submitted", 409, 200, 404),
        ("returned", 200, 409, 404),
        ("rejected", 409, 409, 404),
        ("accepted", 409, 200, 404),
        ("published", 409, 200, 404),
        ("replaced", 409, 200, 404),
        ("withdrawn", 409, 409, 404),
    ],
)
def test_who_may_write_a_record_in_each_state(
    status, owner, library, colleague, signed_in, depositor, librarian, staff
):
    record = make_record(status=status, depositor=depositor)
    people = {"owner": depositor, "library": librarian, "colleague": staff}
    expected = {"owner": owner, "library": library, "colleague": colleague}
    got, sent = {}, {}
    for name, person in people.items():
        client = signed_in(person)
        got[name] = client.get(f"/repository/{record.pk}/edit/").status_code
        if expected[name] != 200:
            sent[name] = client.post(f"/repository/{record.pk}/edit/", {"title": "Changed", "do": "send"}).status_code
    assert got == expected
    assert sent == {name: code for name, code in expected.items() if code != 200}
    record.refresh_from_db()
    assert (record.status, record.title) == (status, "Falls on a frailty ward")


def test_the_library_changes_a_published_record_as_a_whole_or_not_at_all(signed_in, librarian):
    record = make_record("Falls", container_title="BMJ", container_abbreviation="Br Med J")
    client = signed_in(librarian)
    answer = send(client, record, title="Falls at night", doi="no DOI")
    assert list(errors(answer)) == ["doi"]
    record.refresh_from_db()
    assert record.title == "Falls"
    answer = send(client, record, title="Falls at night")
    assert (answer.status_code, answer.url) == (302, f"/repository/{record.pk}/")
    assert [change["part"] for edit in Edit.objects.all() for change in edit.changes] == ["title"]
    assert f"/repository/{record.pk}/" in client.get("/search/?q=night").text


def test_reviewers_notes_stand_beside_their_fields(browser, draft, depositor, librarian):
    send(browser, draft, "send", **COMPLETE, note="My own note")
    draft.refresh_from_db()
    submission = draft.submissions.get()
    ReviewNote.objects.create(record=draft, submission=submission, part="issued", text="Which day?", by=librarian)
    ReviewNote.objects.create(record=draft, submission=submission, part="files", text="Add the file", by=librarian)
    deposits.move(draft, "return", by=librarian, note="Nearly there")
    page = browser.get(f"/repository/{draft.pk}/edit/").context["page"]
    beside = {
        field.bound.name: [n.text for n in field.notes] for s in page.sections for field in s.fields if field.notes
    }
    assert beside == {"issued": ["Which day?"]}
    assert [note.text for note in page.notes] == ["Add the file", "Nearly there"]
    send(browser, draft, "send", issued="3 May 2024")
    draft.refresh_from_db()
    assert (draft.status, draft.issued, draft.submissions.count()) == ("submitted", "2024-05-03", 2)
    edit = Edit.objects.get()
    assert (edit.by, edit.reason, [change.sentence for change in changes_of(edit)]) == (
        depositor,
        "Changed for the review",
        ["changed the date issued from “May 2024” to “3 May 2024”"],
    )


def test_rows_are_added_moved_and_removed_without_scripts(browser, draft):
    rows = {
        "authors": ["A, One", "B, Two"],
        "authors_affiliation": ["", "Ward"],
        "authors_key": ["", "user:5"],
        "authors_part": ["author", "group"],
        "subjects": ["Falls"],
    }

    def names(do):
        form = send(browser, draft, do, **rows).context["form"]
        return [(row.name, row.affiliation, row.key, row.part) for row in form["authors"].value()], form[
            "subjects"
        ].value()

    one, two, new = ("A, One", "", "", "author"), ("B, Two", "Ward", "user:5", "group"), ("", "", "", "author")
    assert names("authors:add") == ([one, two, new], ["Falls"])
    assert names("authors:remove:0") == ([two], ["Falls"])
    assert names("authors:up:1") == ([two, one], ["Falls"])
    assert names("authors:up:0") == ([one, two], ["Falls"])
    assert names("authors:down:0") == ([two, one], ["Falls"])
    assert names("authors:remove:77777777777777777777") == ([one, two], ["Falls"])
    assert names("subjects:add") == ([one, two], ["Falls", ""])
    assert names("subjects:remove:0") == ([one, two], [])
    assert Contributor.objects.count() == 0


def test_what_is_alike_stands_beside_it_without_scripts(browser, draft):
    make_record("Falls on a frailty ward", issued="2024")
    answer = send(browser, draft, "duplicates", abstract="Many fell.")
    assert [line.candidate.record.title for line in answer.context["comparisons"]] == ["Falls on a frailty ward"]
    assert "Is it one of these?" in answer.text
    answer = send(browser, draft, "duplicates", title="Pressure ulcers at night")
    assert "Nothing like it is here yet." in answer.text


def test_a_note_to_the_reviewer_waits_with_the_draft(browser, draft):
    send(browser, draft, note="Please hurry")
    assert browser.get(f"/repository/{draft.pk}/edit/").context["form"]["note"].value() == "Please hurry"
    send(browser, draft, "send", **COMPLETE)
    assert [note.text for note in ReviewNote.objects.all()] == ["Please hurry"]


def test_a_draft_is_discarded_after_a_question(browser, draft):
    send(browser, draft, **COMPLETE, tags="night staff")
    assert "Discard this draft?" in browser.get(f"/repository/{draft.pk}/discard/").text
    answer = browser.post(f"/repository/{draft.pk}/discard/")
    assert (answer.status_code, answer.url) == (302, "/repository/deposits/")
    assert (Record.objects.count(), Contributor.objects.count(), Tag.objects.count()) == (0, 0, 0)


def test_what_was_ever_sent_in_is_not_discarded(browser, depositor, draft):
    send(browser, draft, "send", **COMPLETE)
    draft.refresh_from_db()
    deposits.move(draft, "take_back", by=depositor)
    assert "Discard this draft" not in browser.get(f"/repository/{draft.pk}/edit/").text
    refused = browser.get(f"/repository/{draft.pk}/discard/", follow=True)
    assert "Only a draft that was never sent for review can be discarded." in refused.text
    browser.post(f"/repository/{draft.pk}/discard/")
    assert Record.objects.count() == 1


def test_the_form_stays_within_its_queries(browser, signed_in, librarian, depositor, draft):
    for number in range(3):
        make_collection(f"Collection {number}")
    rows = {
        "authors": [f"Author{number}, A" for number in range(50)],
        "authors_part": ["author"] * 50,
        "tags": ", ".join(f"tag {number}" for number in range(50)),
    }
    queries = []
    for answers in ({**COMPLETE}, rows):
        send(browser, draft, **answers)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/repository/{draft.pk}/edit/").status_code == 200
        queries.append(len(captured))
    assert queries == [12, 12]
    deposits.move(Record.objects.get(pk=draft.pk), "submit", by=depositor)
    deposits.move(Record.objects.get(pk=draft.pk), "return", by=librarian, note="Again")
    with CaptureQueriesContext(connection) as captured:
        browser.get(f"/repository/{draft.pk}/edit/")
    assert len(captured) == 12
    with CaptureQueriesContext(connection) as captured:
        browser.get("/repository/deposit/")
    assert len(captured) == 6


def test_more_authors_than_a_form_takes_stay_as_they_are(signed_in, librarian):
    record = make_record(authors=tuple(f"Author{number}, A" for number in range(201)), container_title="BMJ")
    client = signed_in(librarian)
    assert "authors" not in client.get(f"/repository/{record.pk}/edit/").context["form"].fields
    send(client, record, title="New title")
    record.refresh_from_db()
    assert (record.title, record.contributions.count()) == ("New title", 201)
