"""The reviewers' pages: the queue, the review of one record, the conversation; and who finds none of them."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kmportal.people import roles
from repository import deposits, editing, reviews
from repository.models import Collection, ImportBatch, ImportedFrom, Record, RecordFile, StoredContent, Submission
from tests.builders import make_collection, make_record, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/repository/review/"


@pytest.fixture
def other_librarian(db):
    return make_user("Olu Other", role=roles.LIBRARIAN)


@pytest.fixture
def record(depositor) -> Record:
    return make_record("Falls on a ward", status="submitted", depositor=depositor)


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def address(record: Record, step: str = "") -> str:
    return f"{QUEUE}{record.pk}/{step}"


def turn(record: Record) -> Submission:
    return record.submissions.order_by("-pk")[0]


def sent_days_ago(record: Record, days: int) -> None:
    Submission.objects.filter(record=record).update(sent_at=timezone.now() - datetime.timedelta(days=days))


def sent(record: Record, **answers: str) -> dict[str, str]:
    """Return what the form of the review page sends."""
    return {"seen": Record.objects.get(pk=record.pk).changed_at.isoformat(), **answers}


def day_parts(day: datetime.date) -> dict[str, str]:
    return {f"embargo_until_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def shown(response) -> list[str]:
    return [submission.record.title for submission in response.context["page"]]


def give_file(record: Record, name: str = "poster.pdf") -> RecordFile:
    content, _ = StoredContent.objects.get_or_create(
        sha256="0" * 64, defaults={"size": 9, "content_type": "application/pdf"}
    )
    return RecordFile.objects.create(record=record, name=name, content=content, size=9, content_type="application/pdf")


# --- Who may not -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["staff", "depositor", "facilitator", "km_lead"])
def test_who_does_not_review_finds_none_of_the_pages(role, signed_in, record, request):
    client = signed_in(request.getfixturevalue(role))
    answers = [
        client.get(QUEUE),
        client.get(address(record)),
        client.post(address(record), sent(record, decision="accept")),
        client.post(address(record, "claim/")),
        client.post(address(record, "release/")),
        client.post(address(record, "assign/"), {"to": "1"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert Record.objects.get(pk=record.pk).status == "submitted"


def test_whoever_is_not_signed_in_is_asked_to_sign_in(client, record):
    pages = [QUEUE, address(record), address(record, "claim/"), f"/repository/{record.pk}/messages/"]
    answers = [client.post(page) if page.endswith("claim/") else client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [302] * 4
    assert {answer.url.split("?")[0] for answer in answers} == {"/accounts/login/"}


def test_only_a_manager_hands_reviews_over(desk, signed_in, record, library_manager, other_librarian):
    assert desk.post(address(record, "assign/"), {"to": other_librarian.pk}).status_code == 404
    manager = signed_in(library_manager)
    answer = manager.post(address(record, "assign/"), {"to": other_librarian.pk}, follow=True)
    assert "Olu Other has this record now, and is told by mail." in answer.text
    assert turn(record).reviewer == other_librarian


@pytest.mark.parametrize("to", ["", "999999", "x", "0" * 30])
def test_a_review_is_handed_only_to_a_reviewer(to, signed_in, record, library_manager):
    answer = signed_in(library_manager).post(address(record, "assign/"), {"to": to})
    assert (answer.status_code, turn(record).reviewer) == (200, None)
    assert "There is a problem" in answer.text


def test_drafts_of_others_have_no_review_page(desk, depositor):
    draft = make_record(status="draft", depositor=depositor)
    assert desk.get(address(draft)).status_code == 404


def test_a_link_alone_claims_nothing(desk, record):
    assert [desk.get(address(record, step)).status_code for step in ("claim/", "release/")] == [405, 405]
    assert turn(record).reviewer is None


# --- The queue ---------------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(librarian, other_librarian, depositor):
    """Five that wait, the oldest first, in two collections; one for release; and some that do not wait."""
    posters, policies = make_collection("Posters"), make_collection("Policies")
    records = [
        make_record("Oldest", status="submitted", depositor=depositor, collection=posters),
        make_record("Mine", status="submitted", depositor=depositor, collection=policies),
        make_record("Claimed", status="submitted", depositor=depositor, collection=policies),
        make_record("Own", status="submitted", depositor=librarian),
        make_record("Newest", status="submitted", depositor=depositor, collection=posters),
    ]
    for age, record in zip((28, 21, 14, 7, 0), records, strict=True):
        sent_days_ago(record, age)
    reviews.claim(turn(records[1]), by=librarian)
    reviews.claim(turn(records[2]), by=other_librarian)
    accepted = make_record("Accepted", status="submitted", depositor=depositor, collection=policies)
    deposits.move(accepted, "accept", by=librarian)
    for status in ("draft", "returned", "rejected", "published", "withdrawn"):
        make_record(f"Not waiting: {status}", status=status, depositor=depositor)
    return records


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Oldest", "Mine", "Claimed", "Own", "Newest"]),
        ("?show=mine", ["Mine"]),
        ("?show=unclaimed", ["Oldest", "Own", "Newest"]),
        ("?show=others", ["Claimed"]),
        ("?show=release", ["Accepted"]),
        ("?collection=posters", ["Oldest", "Newest"]),
        ("?collection=policies&show=mine", ["Mine"]),
        ("?collection=posters&collection=policies", ["Oldest", "Mine", "Claimed", "Newest"]),
        ("?collection=~", ["Own"]),
        ("?show=nonsense&collection=nowhere", ["Oldest", "Mine", "Claimed", "Own", "Newest"]),
        ("?show=%00&collection=%ED%A0%80&page=1" + "0" * 30, ["Oldest", "Mine", "Claimed", "Own", "Newest"]),
    ],
)
def test_what_the_queue_shows_oldest_first(query, titles, desk, waiting):
    response = desk.get(QUEUE + query)
    assert (response.status_code, shown(response)) == (200, titles)


def test_the_queue_counts_what_each_way_to_look_at_it_shows(desk, waiting):
    for query in ("", "?collection=posters", "?collection=policies"):
        tabs = desk.get(QUEUE + query).context["queue"].tabs
        addresses = [f"{QUEUE}{query or '?'}&show={value}" for value, _, _ in tabs]
        assert [number for _, _, number in tabs] == [len(shown(desk.get(each))) for each in addresses]
    counts = [(value, number) for value, _, number in desk.get(QUEUE).context["queue"].tabs]
    assert counts == [("all", 5), ("mine", 1), ("unclaimed", 3), ("others", 1), ("release", 1)]


def test_the_queue_counts_each_collection(desk, waiting):
    facet = desk.get(QUEUE).context["facets"][0]
    assert [(choice.label, choice.count) for choice in facet.choices] == [
        ("Policies", 2),
        ("Posters", 2),
        ("No collection", 1),
    ]


def test_a_row_says_how_long_it_waits_whose_it_is_and_offers_a_claim(desk, waiting):
    rows = {row.record.title: (row.age, row.may_claim) for row in desk.get(QUEUE).context["page"]}
    assert rows == {
        "Oldest": (20, True),
        "Mine": (15, False),
        "Claimed": (10, False),
        "Own": (5, False),
        "Newest": (0, True),
    }
    page = desk.get(QUEUE).text
    assert [f'action="{address(record, "claim/")}"' in page for record in waiting] == [True, False, False, False, True]
    assert "Olu Other is reviewing it." in page
    assert "Waiting for 20 working days." in page


def test_a_row_says_that_it_came_again_and_from_which_file(desk, librarian, record, depositor):
    reviews.return_with_notes(record, by=librarian, note="Which year?")
    deposits.move(record, "submit", by=depositor)
    batch = ImportBatch.objects.create(file_name="heart.nbib")
    loaded = make_record("Loaded", status="submitted", depositor=librarian)
    ImportedFrom.objects.create(record=loaded, batch=batch, source="pubmed", key="1", fingerprint="x", data={})
    give_file(loaded)
    page = desk.get(QUEUE)
    assert [
        (row.record.title, row.came_again, row.last_reviewed_by, row.batch_name, row.files, row.may_claim)
        for row in page.context["page"]
    ] == [
        ("Falls on a ward", True, "Libby Librarian", None, 0, True),
        ("Loaded", False, None, "heart.nbib", 1, True),
    ]
    assert f'href="/repository/import/{batch.pk}/"' in page.text
    assert "Last reviewed by Libby Librarian." in page.text


def test_an_empty_queue_says_what_to_do_next(desk):
    assert "Nothing is waiting" in desk.get(QUEUE).text
    make_record(status="submitted")
    assert "See all that wait" in desk.get(f"{QUEUE}?show=mine").text


def test_the_queue_asks_the_same_number_of_questions_for_3_rows_and_for_50(desk, depositor, librarian):
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            in_collection = make_collection(f"Collection {number}")
            record = make_record(f"Record {number}", status="submitted", depositor=depositor, collection=in_collection)
            give_file(record)
        desk.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            titles = shown(desk.get(QUEUE))
        counts.append((len(titles), len(queries)))
    assert counts == [(3, 11), (50, 11)]


# --- Claims on the pages -----------------------------------------------------------------------------------------
def test_the_second_of_two_is_told_who_has_it(desk, signed_in, record, other_librarian):
    desk.post(address(record, "claim/"))
    answer = signed_in(other_librarian).post(address(record, "claim/"), follow=True)
    assert "Libby Librarian is reviewing this already." in answer.text
    refused = signed_in(other_librarian).post(address(record), sent(record, decision="accept", note="Thank you"))
    assert refused.status_code == 409
    assert "Libby Librarian is reviewing this. Ask them to give it back" in refused.text
    assert "Thank you" in refused.text
    assert Record.objects.get(pk=record.pk).status == "submitted"


def test_a_claim_is_given_back(desk, record):
    assert "This record is yours to review." in desk.post(address(record, "claim/"), follow=True).text
    assert "This record is in the pool again." in desk.post(address(record, "release/"), follow=True).text
    assert "Nobody has claimed this" in desk.post(address(record, "release/"), follow=True).text


def test_ones_own_deposit_is_for_somebody_else(signed_in, librarian):
    own = make_record(status="submitted", depositor=librarian)
    client = signed_in(librarian)
    page = client.get(address(own))
    assert page.context["form"] is None
    assert "You deposited this record, so somebody else must review it." in page.text
    refused = client.post(address(own), sent(own, decision="accept"))
    assert (refused.status_code, Record.objects.get(pk=own.pk).status) == (409, "submitted")


def test_a_manager_can_hand_their_own_deposit_to_somebody_else(signed_in, library_manager, librarian):
    own = make_record(status="submitted", depositor=library_manager)
    client = signed_in(library_manager)
    page = client.get(address(own))
    assert (page.status_code, page.context["form"]) == (200, None)
    assert "This record is" not in client.post(address(own, "claim/"), follow=True).text
    done = client.post(address(own, "assign/"), {"to": librarian.pk}, follow=True)
    assert "Libby Librarian has this record now, and is told by mail." in done.text


# --- Decisions on the page ---------------------------------------------------------------------------------------
def test_the_page_says_what_the_record_says_with_room_for_a_note_beside_each_part(desk, record):
    page = desk.get(address(record))
    said = {part.label: part.text for part in page.context["page"].parts}
    assert (said["Title"], said["Date issued"], said["Contributors"], said["Depositor"]) == (
        "Falls on a ward",
        "February 2020",
        "Smith, Jane",
        "Dele Depositor",
    )
    empty = [part.label for part in page.context["page"].empty_parts]
    assert ("Abstract" in empty, "Volume" in empty, "Degree" in empty) == (True, True, False)
    boxes = set(re.findall(r'<textarea[^>]* name="note_(\w+)"', page.text))
    assert {"title", "issued", "contributors", "abstract", "files"} <= boxes


def test_a_return_goes_out_with_its_notes(desk, record):
    answer = desk.post(
        address(record), sent(record, decision="return", note="Nearly there.", note_issued="Which year?"), follow=True
    )
    assert "“Falls on a ward” went back to its depositor with your notes." in answer.text
    assert Record.objects.get(pk=record.pk).status == "returned"
    assert [(line.part, line.text) for line in reviews.conversation(record)] == [
        ("Date issued", "Which year?"),
        ("", "Nearly there."),
    ]


def test_the_page_marks_by_words_what_changed_since_it_was_returned(desk, record, librarian, depositor):
    reviews.return_with_notes(record, by=librarian, notes={"issued": "Which year?"})
    with editing.edit(record, by=depositor) as fresh:
        fresh.issued = "2021-02"
        fresh.abstract = "We counted <falls>."
    deposits.move(Record.objects.get(pk=record.pk), "submit", by=depositor)
    page = desk.get(address(record))
    assert [
        (difference.label, [(piece.kind, piece.text) for piece in difference.pieces])
        for difference in page.context["page"].differences
    ] == [
        ("Abstract", [("added", "We counted <falls>.")]),
        ("Date issued", [("same", "February "), ("removed", "2020"), ("added", "2021")]),
    ]
    assert re.search(r"<del>.*2020.*</del> <ins>.*2021.*</ins>", page.text)
    assert "&lt;falls&gt;" in page.text
    assert "Last reviewed by Libby Librarian." in page.text


def test_a_record_that_comes_again_unchanged_says_so(desk, record, librarian, depositor):
    reviews.return_with_notes(record, by=librarian, note="Which year?")
    deposits.move(record, "submit", by=depositor)
    assert "Nothing: it says what it said when it was returned." in desk.get(address(record)).text


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"note": "Nearly", "note_title": "Which ward?"}, "Choose what you want to do."),
        ({"decision": "return"}, "Say what to change: here, or in a note beside a part of the record."),
        ({"decision": "reject", "note": " "}, "Write why you do not accept it."),
        ({"decision": "say"}, "Write a message."),
        ({"decision": "publish", "note": "Nearly"}, "Select a valid choice."),
        ({"decision": "accept", "note_issued": "Which year?"}, "They go out only when you return it."),
        ({"decision": "return", "note": "x" * 5_001, "note_title": "Which ward?"}, "at most 5000 characters"),
        ({"decision": "return", "note": "a\x00b", "note_title": "Which ward?"}, "Null characters are not allowed."),
        ({"decision": "accept", "note": "Fine", "seen": "yesterday"}, "This record has changed since you opened the"),
    ],
)
def test_bad_input_is_refused_and_nothing_that_was_written_is_lost(answers, problem, desk, record):
    response = desk.post(address(record), sent(record, **answers))
    form = response.context["form"]
    assert (response.status_code, Record.objects.get(pk=record.pk).status) == (200, "submitted")
    assert "There is a problem" in response.text
    assert problem in response.text
    written = answers.keys() - {"seen"}
    assert {name: form[name].value() for name in written} == {name: answers[name] for name in written}


def test_whoever_is_told_that_the_record_has_changed_can_decide_then(desk, record):
    told = desk.post(address(record), sent(record, decision="accept", seen="yesterday"))
    again = desk.post(address(record), {"decision": "accept", "seen": told.context["form"]["seen"].value()})
    assert (again.status_code, Record.objects.get(pk=record.pk).status) == (302, "published")


@pytest.mark.parametrize(
    ("answers", "field", "problem"),
    [
        ({"embargo": "files"}, "embargo_until", "Enter the first day on which it is open."),
        (
            {"embargo": "files", **day_parts(datetime.date(2020, 1, 1))},
            "embargo_until",
            "The embargo must end on a day in the future.",
        ),
        (
            {"embargo": "record", "embargo_until_day": "31", "embargo_until_month": "2", "embargo_until_year": "2030"},
            "embargo_until",
            "Enter the first open day as a real date, such as 24 12 2026.",
        ),
        (
            {"embargo": "record", **day_parts(datetime.date(9999, 12, 31)), "embargo_reason": ""},
            "embargo_reason",
            "Say why readers wait.",
        ),
        (day_parts(datetime.date(9999, 12, 31)), "embargo", "Choose whether the embargo is on the files or on the"),
        (
            {"embargo": "files", **day_parts(datetime.date(9999, 12, 31))},
            "embargo",
            "This record has no files. Choose the whole record, or no embargo.",
        ),
    ],
)
def test_an_embargo_that_cannot_be_is_refused_beside_its_field(answers, field, problem, desk, record):
    written = {"decision": "accept", "note": "Thank you", "embargo_reason": "Policy", **answers}
    response = desk.post(address(record), sent(record, **written))
    errors = response.context["form"].errors
    assert (response.status_code, Record.objects.get(pk=record.pk).status) == (200, "submitted")
    assert [text.startswith(problem) for text in errors[field]] == [True]
    assert "Thank you" in response.text


def test_a_record_is_published_with_its_files_under_an_embargo(desk, signed_in, record, staff):
    give_file(record)
    until = timezone.localdate() + datetime.timedelta(days=31)
    answers = {"decision": "accept", "embargo": "files", "embargo_after": "staff", "embargo_reason": "Policy"}
    response = desk.post(address(record), sent(record, **answers, **day_parts(until)), follow=True)
    assert "“Falls on a ward” is published." in response.text
    file = record.files.get()
    assert (file.audience, file.embargo_until, file.audience_after, file.embargo_reason) == (
        "library",
        until,
        "staff",
        "Policy",
    )
    assert signed_in(staff).get(record.get_absolute_url()).status_code == 200
    assert signed_in(staff).get(file.get_absolute_url()).status_code == 404


def test_what_a_collection_keeps_for_a_release_waits_there(desk, signed_in, library_manager, depositor):
    guidelines = make_collection("Guidelines")
    Collection.objects.update(needs_release=True)
    record = make_record("Sepsis", status="submitted", depositor=depositor, collection=guidelines)
    assert "Accept for release" in desk.get(address(record)).text
    answer = desk.post(address(record), sent(record, decision="accept"), follow=True)
    assert "It waits for a library manager to release it." in answer.text
    manager = signed_in(library_manager)
    assert shown(manager.get(f"{QUEUE}?show=release")) == ["Sepsis"]
    buttons = f'action="/repository/{record.pk}/move/release/"'
    assert [buttons in client.get(address(record)).text for client in (desk, manager)] == [False, True]


def test_what_is_decided_has_a_page_and_no_form(desk, record, librarian):
    reviews.reject(record, by=librarian, note="It is an advertisement.")
    page = desk.get(address(record))
    assert page.context["form"] is None
    assert "This record does not wait for a review now." in page.text
    assert "It is an advertisement." in page.text
    late = desk.post(address(record), sent(record, decision="accept"))
    assert late.status_code == 409
    assert "“Publish” is not possible while this is rejected." in late.text


def test_the_review_page_asks_the_same_number_of_questions_however_much_there_is(desk, librarian, depositor):
    counts = []
    for rows in (3, 50):
        names = tuple(f"Author{number}, A" for number in range(rows))
        record = make_record("Big", status="submitted", depositor=depositor, authors=names, subjects=names, tags=names)
        for number in range(rows):
            reviews.say(record, by=librarian, text=f"Line {number}")
            give_file(record, f"file{number}.pdf")
        desk.get(address(record))
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(address(record)).status_code == 200
        counts.append(len(queries))
    assert counts == [17, 17]


# --- The conversation --------------------------------------------------------------------------------------------
def test_depositor_and_reviewer_answer_each_other_on_its_page(signed_in, desk, record, depositor, librarian):
    page = f"/repository/{record.pk}/messages/"
    desk.post(address(record), sent(record, decision="say", note="Which ward?"))
    answered = signed_in(depositor).post(page, {"text": "The <b>frailty</b> ward."}, follow=True)
    assert "Which ward?" in answered.text
    assert "The &lt;b&gt;frailty&lt;/b&gt; ward." in answered.text
    assert [line.by for line in reviews.conversation(record)] == [librarian, depositor]


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_nobody_else_reads_or_writes_the_conversation(role, signed_in, record, librarian, request):
    reviews.say(record, by=librarian, text="Which ward?")
    reviews.accept(record, by=librarian)
    client, page = signed_in(request.getfixturevalue(role)), f"/repository/{record.pk}/messages/"
    assert [client.get(page).status_code, client.post(page, {"text": "Hello"}).status_code] == [404, 404]
    assert len(reviews.conversation(record)) == 1


@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 5_001])
def test_a_message_that_cannot_be_sent_stays_in_its_box(text, signed_in, record, depositor):
    answer = signed_in(depositor).post(f"/repository/{record.pk}/messages/", {"text": text})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert reviews.conversation(record) == []


def test_on_a_draft_there_is_nobody_to_write_to(signed_in, depositor):
    draft = make_record(status="draft", depositor=depositor)
    answer = signed_in(depositor).post(f"/repository/{draft.pk}/messages/", {"text": "Hello?"})
    assert answer.status_code == 409
    assert "Send it for review first." in answer.text


def test_whom_the_depositor_chose_stays_chosen_when_a_reviewer_keeps_the_embargo(desk, depositor):
    until = timezone.localdate() + datetime.timedelta(days=30)
    record = make_record(
        "For the board", status="submitted", depositor=depositor, audience="library", audience_after="groups",
        embargo_until=until, embargo_reason="Not decided yet",
    )  # fmt: skip
    board = Group.objects.create(name="Board")
    record.groups.add(board)
    form = desk.get(address(record)).context["form"]
    assert (form["embargo_after"].value(), form["embargo_until"].value()) == ("groups", until)
    answers = {"decision": "accept", "embargo": "record", "embargo_reason": "Not decided yet", **day_parts(until)}
    assert desk.post(address(record), sent(record, **answers)).status_code == 302
    record.refresh_from_db()
    assert (record.status, record.audience, record.audience_after, list(record.groups.all())) == (
        "published", "library", "groups", [board],
    )  # fmt: skip


def test_files_of_a_record_for_some_groups_open_to_these_after_their_embargo(desk, depositor):
    board = Group.objects.create(name="Board")
    record = make_record("For the board", status="submitted", depositor=depositor, audience="groups")
    record.groups.add(board)
    content = StoredContent.objects.create(sha256="a" * 64, size=9, content_type="application/pdf")
    file = RecordFile.objects.create(record=record, name="a.pdf", content=content, size=9, content_type="text/plain")
    until = day_parts(timezone.localdate() + datetime.timedelta(days=30))
    answers = {"decision": "accept", "embargo": "files", "embargo_reason": "Policy", **until}
    assert desk.post(address(record), sent(record, **answers)).status_code == 302
    file.refresh_from_db()
    assert (file.audience, file.audience_after, list(file.groups.all())) == ("library", "groups", [board])
