"""A librarian explains a table, writes a rule for affiliations, and sets up a repository to harvest."""

import pytest
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import ColumnMapping, Record
from tests.builders import make_collection, make_department, make_user
from tests.journeys.test_from_import_to_reader import PASSWORD, sign_in
from tests.repository.intake.oai_server import Repository, item, listing, running

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TABLE = (
    "Title,Who wrote it,Where they work,When\n"
    '"Bedside handover and falls on a frailty ward, with a long subtitle that goes on","Okafor, Ngozi",'
    '"Stroke Unit, Riverside Hospital",2023\n'
    'Sleep on a surgical ward,"Lee, Min","Riverside Hospital",2021\n'
)


def test_setting_up_intake(page, look, run_waiting_jobs):
    librarian = make_user("Libby Librarian", role=roles.LIBRARIAN, email="libby@trust.example", password=PASSWORD)
    stroke, papers = make_department("Stroke"), make_collection("Hospital papers")
    sign_in(page, librarian)

    page.goto("/repository/desk/affiliations/")
    look("no-rules")
    page.get_by_role("button", name="Add the rule").click()
    look("rule-refused")
    for words, label in (("Stroke unit", "Then the author’s department is"), ("Riverside", "Then a new record")):
        page.get_by_label("If the affiliation has these words").fill(words)
        page.get_by_label(label).select_option(label=str(stroke) if "author" in label else papers.name)
        page.get_by_role("button", name="Add the rule").click()
    page.get_by_role("button", name="Move up Riverside").click()
    page.get_by_label("Affiliation", exact=True).fill("Stroke Unit, Riverside Hospital")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("The author is of Stroke. A new record goes into Hospital papers.")).to_be_visible()
    look("rules")

    page.goto("/repository/import/")
    page.locator("input[type=file]").set_input_files(
        {"name": "office.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.get_by_role("button", name="Import", exact=True).first.click()
    run_waiting_jobs()
    page.reload()
    look("waits")
    page.get_by_role("link", name="Say what its columns mean").click()
    page.get_by_label("Title", exact=True).select_option("leave")
    page.get_by_role("button", name="Import the table").click()
    look("without-title")
    for label, field in (
        ("Title", "Title"),
        ("Who wrote it", "Authors"),
        ("Where they work", "Affiliations"),
        ("When", "Year or date of publication"),
    ):
        page.get_by_label(label, exact=True).select_option(label=field)
    look("columns")
    page.get_by_role("button", name="Import the table").click()
    run_waiting_jobs()
    page.reload()
    expect(page.get_by_text("All 2 records of the file are accounted for.")).to_be_visible()
    placed = {record.title[:7]: (record.department, record.collection) for record in Record.objects.all()}
    assert placed == {"Bedside": (stroke, papers), "Sleep o": (None, papers)}
    page.goto("/repository/desk/columns/")
    look("tables")
    page.get_by_role("link", name="office.csv").click()
    look("table")
    page.get_by_role("button", name="Remove this kind of table").click()
    assert ColumnMapping.objects.count() == 0

    with running(Repository(lambda asked: listing(item(1), item(2, status="deleted")))) as there:
        page.goto("/repository/desk/harvests/")
        look("no-sources")
        page.get_by_role("link", name="Add a repository").click()
        page.get_by_label("Name").fill("Northmoor")
        page.get_by_label("Address of its OAI-PMH interface").fill(there.address)
        page.get_by_role("button", name="Try the address").click()
        expect(page.get_by_text("It is “Northmoor Repository”")).to_be_visible()
        look("tried")
        page.get_by_role("button", name="Save").click()
        look("sources")
        page.get_by_role("link", name="Northmoor").click()
        page.get_by_role("button", name="Harvest now").click()
        run_waiting_jobs()
        page.reload()
        expect(page.get_by_text("2 read: 1 added")).to_be_visible()
        look("source")
