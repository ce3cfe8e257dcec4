"""A librarian imports a mixed RIS file, decides about two duplicates, publishes the rest, and undoes another import."""

import pytest
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import ImportBatch, Record
from tests.builders import make_record, make_user
from tests.journeys.test_from_import_to_reader import PASSWORD, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MIXED = """TY  - JOUR
TI  - Bedside handover and falls on a frailty ward
AU  - Okafor, Ngozi
AU  - Lee, Min
PY  - 2023
T2  - Journal of ward work
VL  - 4
SP  - 1
EP  - 9
DO  - 10.5555/ward.77
AB  - Falls rise at shift change.
ER  -

TY  - JOUR
TI  - Sleep on surgical wards
AU  - Lee, Min
PY  - 2021
ER  -

TY  - RPRT
TI  - Delirium on medical wards: an audit
AU  - Smith, Jane
PY  - 2022
ER  -

TY  - JOUR
AU  - Nobody, Nemo
ER  -
"""


def test_deciding_publishing_and_undoing(page, look, run_waiting_jobs):
    librarian = make_user("Libby Librarian", role=roles.LIBRARIAN, email="libby@trust.example", password=PASSWORD)
    ours = make_record(
        "Bedside handover and falls on a frailty ward", authors=(), issued="", identifiers=(("doi", "10.5555/ward.77"),)
    )
    make_record("Sleep on a surgical ward", authors=("Lee, Min",), issued="2021", container_title="Ward sleep")
    page.goto("/accounts/login/")
    sign_in(page, librarian)

    page.goto("/repository/import/")
    page.get_by_text("What we can read").click()
    look("what-we-read")
    page.get_by_label("Or paste the records here").fill("Dear library, here is my paper.")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_label("Or paste the records here")).to_have_value("Dear library, here is my paper.")
    look("a-text-that-is-none")
    page.get_by_label("Or paste the records here").fill(MIXED)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import of Pasted text")
    run_waiting_jobs()
    expect(page.get_by_text("All 4 records of the file are accounted for.")).to_be_visible()

    # With the keyboard alone.
    expect(page.get_by_role("heading", level=2, name="Possible duplicates")).to_be_visible()
    look("possible-duplicates")
    page.get_by_role("button", name="Add it as a new record").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 record: added as a new record.")).to_be_visible()

    page.get_by_role("link", name="Duplicates (1, 1 to decide)").click()
    look("duplicates")
    page.get_by_role("button", name="Complete our record").click()
    expect(page.get_by_text("Used to complete our record by Libby Librarian", exact=False)).to_be_visible()
    look("decided")
    ours.refresh_from_db()
    assert (ours.abstract, ours.pages) == ("Falls rise at shift change.", "1-9")

    page.get_by_role("link", name="rejected", exact=True).click()
    expect(page.get_by_text("This record has no title.")).to_be_visible()
    page.get_by_role("button", name="Publish the 2 that wait").click()
    expect(page.get_by_text("2 records published.")).to_be_visible()
    page.get_by_role("link", name="added", exact=True).click()
    look("added")
    assert set(Record.objects.values_list("status", flat=True)) == {"published"}

    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo the import of Pasted text?")
    look("before-undoing")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Undone by Libby Librarian", exact=False)).to_be_visible()
    look("undone")
    page.goto("/repository/import/")
    look("imports")
    ours.refresh_from_db()
    assert (ours.abstract, ImportBatch.objects.get().state) == ("", "undone")
    assert sorted(Record.objects.values_list("title", "status")) == [
        ("Bedside handover and falls on a frailty ward", "published"),
        ("Delirium on medical wards: an audit", "withdrawn"),
        ("Sleep on a surgical ward", "published"),
        ("Sleep on surgical wards", "withdrawn"),
    ]
