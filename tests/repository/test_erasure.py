"""Legal erasure: an administrator's alone, and nothing of what a record said is left anywhere."""

import io
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.serializers import serialize
from django.utils import timezone

from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links import linking
from kmportal.links.models import LinkKind
from kmportal.review_cycle.models import Flag
from repository import deposits, editing, erasure, file_store, following, merging, versions, withdrawing
from repository.curation import names
from repository.models import (
    BatchRow,
    Contributor,
    Erasure,
    ImportBatch,
    ImportedFrom,
    Lookalike,
    Operation,
    Record,
    RecordFile,
    ReviewNote,
    StoredContent,
    UseCount,
)
from tests.builders import make_record
from tests.repository.test_record_page import text_of

pytestmark = pytest.mark.django_db

SECRET = "Zebedee"


def make_file(record, words):
    stored = file_store.store(io.BytesIO(words.encode()))
    content, _ = StoredContent.objects.get_or_create(
        pk=stored.sha256, defaults={"size": stored.size, "content_type": "text/plain", "text": words}
    )
    return RecordFile.objects.create(
        record=record, name=f"{words[:7]}.txt", content=content, size=stored.size, content_type="text/plain"
    )


@pytest.fixture
def record(depositor, librarian, staff):
    """Give a published record that speaks of somebody wherever it can."""
    record = make_record(
        f"Falls of {SECRET}", abstract=f"{SECRET} fell.", authors=(f"{SECRET}, Zoe", "Smith, Jane"), status="draft",
        tags=(SECRET,), funding=f"Given by {SECRET}.", identifiers=(("doi", f"10.1/{SECRET.lower()}"),),
        depositor=depositor,
    )  # fmt: skip
    make_record("Another paper", authors=("Smith, Jane",))
    deposits.move(record, "submit", by=depositor)
    deposits.move(record, "return", by=librarian, note=f"Who is {SECRET}?")
    deposits.move(record, "submit", by=depositor)
    ReviewNote.objects.create(record=record, text=f"{SECRET} is the patient.", by=depositor)
    deposits.move(record, "publish", by=librarian)
    with editing.edit(record, by=librarian) as fresh:
        fresh.place = SECRET
    kind = ContentType.objects.get_for_model(Record)
    Flag.objects.create(content_type=kind, object_id=record.pk, by=staff, text=f"{SECRET} must not be named.")
    other = make_record("Like it")
    Lookalike.objects.create(
        content_type=kind, first_id=record.pk, second_id=other.pk, reason=f"Both name {SECRET}", likeness=1
    )
    linking.add(other, record, kind=LinkKind.RELATED, by=librarian)
    ImportedFrom.objects.create(record=record, source="pubmed", key="1", fingerprint="", data={"title": SECRET})
    UseCount.objects.create(record=record, month="2026-01-01", views=7)
    following.follow(record, by=staff)
    record.refresh_from_db()
    return record


def tables_that_say(word):
    """Return the names of the models of the portal of which a row holds the word."""
    labels = ("repository", "lifecycle", "links", "review_cycle", "search", "admin", "mail", "taggit")
    models = [model for model in apps.get_models() if model._meta.app_label in labels]
    return {model.__name__ for model in models if word.lower() in serialize("json", model.objects.all()).lower()}


def test_nothing_that_a_record_said_is_left(
    record, administrator, django_capture_on_commit_callbacks, client, signed_in
):
    alone, shared = make_file(record, f"{SECRET} in a file"), make_file(record, "Shared words")
    make_file(make_record("Keeps its file"), "Shared words")
    before = tables_that_say(SECRET)
    assert {
        "Record",
        "Contributor",
        "Edit",
        "StatusChange",
        "SearchDocument",
        "StoredContent",
        "OutgoingMail",
        "Tag",
    } <= before
    with django_capture_on_commit_callbacks(execute=True):
        proof = erasure.erase(record, by=administrator, ground="Court order 12/26")
    assert tables_that_say(SECRET) == set()
    assert (file_store.path_of(alone.content_id).exists(), file_store.path_of(shared.content_id).exists()) == (
        False,
        True,
    )
    assert (proof.record_id, proof.by, proof.ground, proof.contents) == (
        record.pk,
        administrator,
        "Court order 12/26",
        [alone.content_id],
    )
    assert (record.title, record.status, record.withdrawal_reason) == ("Erased record", "withdrawn", "legal")
    assert list(UseCount.objects.filter(record=record).values_list("views", flat=True)) == [7]
    assert Contributor.objects.filter(family_name="Smith").exists()
    assert [change.move for change in StatusChange.objects.of(record)] == [
        "submit",
        "return",
        "submit",
        "publish",
        "erase",
    ]
    page = client.get(record.get_absolute_url())
    assert page.status_code == 410
    assert "It was erased for legal reasons." in text_of(page)
    assert "Publish again" not in signed_in(administrator).get(record.get_absolute_url()).text


def test_a_merge_tells_nothing_more_and_the_page_names_what_else_says_the_same(
    signed_in, record, librarian, administrator
):
    twin = make_record(f"Falls of {SECRET}, again", authors=(f"{SECRET}, Zoe",))
    operation = merging.merge(record, twin, by=librarian, take=("title",))
    assert f"Number {twin.pk}, version 1" in signed_in(administrator).get(f"/repository/{record.pk}/erase/").text
    for one in (record, twin):
        erasure.erase(one, by=administrator, ground="Court order")
    assert tables_that_say(SECRET) == set()
    with pytest.raises(NotAllowed):
        merging.undo(operation, by=librarian)


def test_a_bulk_edit_keeps_what_it_needs_for_the_others(administrator):
    record, other = make_record("Falls"), make_record("Others")
    rows = [{"id": one.pk, "columns": {"place": [SECRET, ""]}} for one in (record, other)]
    changes = {"rows": rows, "left": [[record.pk, SECRET, "Why"]], "todo": []}
    operation = Operation.objects.create(kind="bulk_edit", summary="Set", by=administrator, changes=changes)
    erasure.erase(record, by=administrator, ground="Court order")
    operation.refresh_from_db()
    assert operation.changes == {"rows": [rows[1]], "left": [], "todo": []}


@pytest.fixture
def imported(record, librarian):
    """Give the record as it came with an uploaded file."""
    batch = ImportBatch.objects.create(
        file_name="alert.nbib",
        file=ContentFile(f"TI  - Falls of {SECRET}", name="alert.nbib"),
        by=librarian,
        finished_at=timezone.now(),
    )
    ImportedFrom.objects.filter(record=record).update(batch=batch)
    for column in ("record", "candidate"):
        BatchRow.objects.create(
            batch=batch, kind="updated", line=1, label=SECRET, reason="", said={"title": SECRET}, **{column: record}
        )
    return batch


def test_the_file_that_it_was_imported_with_goes_too(
    record, imported, administrator, signed_in, django_capture_on_commit_callbacks
):
    path = Path(imported.file.path)
    assert "alert.nbib</a>”. That uploaded file goes too" in signed_in(administrator).get(erase_url(record)).text
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(record, by=administrator, ground="Court order")
    assert tables_that_say(SECRET) == set()
    imported.refresh_from_db()
    assert (path.exists(), imported.file.name, imported.file_name) == (False, "", "alert.nbib")
    assert signed_in(administrator).get(imported.get_absolute_url()).status_code == 200


def test_it_is_not_erased_while_its_import_goes_on(record, imported, administrator):
    ImportBatch.objects.update(finished_at=None)
    with pytest.raises(NotAllowed, match="once it has ended"):
        erasure.erase(record, by=administrator, ground="Court order")
    assert Path(imported.file.path).exists()


def test_the_page_names_no_draft_of_a_colleague(record, depositor, administrator, signed_in):
    draft = versions.begin(record, by=depositor)
    page = signed_in(administrator).get(erase_url(record)).text
    assert draft.get_absolute_url() not in page
    assert f"Number {draft.pk}" not in page
    deposits.move(draft, "submit", by=depositor)
    assert f"Number {draft.pk}, version 2" in signed_in(administrator).get(erase_url(record)).text


def erase_url(record):
    return f"/repository/{record.pk}/erase/"


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected", "replaced", "withdrawn"])
def test_whatever_state_it_is_in(administrator, status):
    record = make_record("Falls", status=status)
    erasure.erase(record, by=administrator, ground="Court order")
    assert (Record.objects.get().status, Record.objects.get().title) == ("withdrawn", "Erased record")


def test_only_an_administrator_erases_with_a_ground_and_once(record, librarian, depositor, administrator):
    for by, ground in ((librarian, "Court order"), (depositor, "Court order"), (administrator, " ")):
        with pytest.raises(NotAllowed):
            erasure.erase(record, by=by, ground=ground)
    assert Erasure.objects.count() == 0
    erasure.erase(record, by=administrator, ground="Court order")
    with pytest.raises(NotAllowed, match="erased already"):
        erasure.erase(record, by=administrator, ground="Court order")
    with pytest.raises(NotAllowed, match="stays away"):
        deposits.move(record, "reinstate", by=administrator, note="Again")


def test_the_page_wants_the_number_typed(signed_in, administrator):
    record = make_record("Falls")
    browser, address = signed_in(administrator), f"/repository/{record.pk}/erase/"
    assert "Erase this record for legal reasons" in browser.get(record.get_absolute_url()).text
    assert "Type" in browser.get(address).text
    for values, error in (
        ({"ground": "", "number": str(record.pk)}, "Write the legal ground."),
        ({"ground": "Court order", "number": ""}, "Type the number of the record, to confirm."),
        ({"ground": "Court order", "number": "999999"}, "This is not the number of the record"),
    ):
        assert error in browser.post(address, values).text
    assert Record.objects.get().title == "Falls"
    page = browser.post(address, {"ground": "Court order", "number": f" {record.pk} "}, follow=True)
    assert (page.status_code, Record.objects.get().title) == (410, "Erased record")
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("anonymous", 302), ("staff", 404), ("depositor", 404), ("librarian", 404)]
)
def test_who_may_not_erase(client, request, who, status, depositor):
    record = make_record("Falls", depositor=depositor)
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    assert "legal reasons" not in client.get(record.get_absolute_url()).text
    address = f"/repository/{record.pk}/erase/"
    answers = [client.get(address), client.post(address, {"ground": "Court order", "number": record.pk})]
    assert [answer.status_code for answer in answers] == [status, status]
    assert Record.objects.get().title == "Falls"


@pytest.mark.parametrize("status", ["submitted", "returned", "published", "replaced", "withdrawn"])
def test_nothing_but_a_draft_is_deleted_at_the_desk(signed_in, administrator, status):
    record = make_record("Falls", status=status)
    answer = signed_in(administrator).post(f"/admin/repository/record/{record.pk}/delete/", {"post": "yes"})
    assert (answer.status_code, Record.objects.count()) == (403, 1)


def test_what_was_erased_meanwhile_is_not_published_again(record, administrator, librarian):
    withdrawing.withdraw(record, by=librarian, reason="error", note="Wrong.")
    opened = Record.objects.get(pk=record.pk)
    erasure.erase(record, by=administrator, ground="Court order 7")
    with pytest.raises(NotAllowed, match="erased for legal reasons"):
        deposits.move(opened, "reinstate", by=librarian, note="Look again.")
    assert Record.objects.get(pk=record.pk).status == "withdrawn"


def test_the_library_reads_who_erased_what_and_why(signed_in, record, administrator, librarian, staff):
    kept = erasure.erase(record, by=administrator, ground="Court order 12")
    desk = signed_in(librarian)
    told = text_of(desk.get(f"/repository/{record.pk}/history/"))
    assert f"{administrator} erased it for legal reasons." in told
    page = text_of(desk.get(f"/admin/repository/erasure/{kept.pk}/change/"))
    assert [part in page for part in (str(administrator), "Court order 12", f"/repository/{record.pk}/")] == [True] * 3
    assert desk.post(f"/admin/repository/erasure/{kept.pk}/delete/").status_code == 403
    assert signed_in(staff).get("/admin/repository/erasure/").status_code == 302


def test_the_merging_of_two_contributors_keeps_no_place_on_what_is_erased(librarian, administrator):
    record = make_record("Falls", authors=(f"{SECRET}, Z", "Smith, Jane"))
    kept, merged = Contributor.objects.get(family_name="Smith"), Contributor.objects.get(family_name=SECRET)
    operation = names.merge(kept=kept, merged=merged, by=librarian)
    assert [row["credited_as"] for row in operation.changes["dropped"]] == [f"{SECRET}, Z"]
    erasure.erase(record, by=administrator, ground="Court order")
    operation.refresh_from_db()
    assert operation.changes["dropped"] == []
